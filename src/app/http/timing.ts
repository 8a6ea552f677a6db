/** How long each part of a transaction took, as the capture point saw it. */
import { sinceThen } from '../arrival.ts';
import type { Transaction } from './message.ts';

/** Seconds; null where the capture lacks what they are measured between. */
export interface Timing {
  /** Request sent, but the response before it was not over. */
  readonly queuedSeconds: number | null;
  /** First to last byte of the request. */
  readonly requestSeconds: number | null;
  /** Last byte of the request, or end of the queue, to first byte of the response. */
  readonly serverSeconds: number | null;
  /** First to last byte of the response. */
  readonly downloadSeconds: number | null;
  /** Of all these, how long bytes were awaited that were lost or overtaken, or were sent again. */
  readonly tcpRecoverySeconds: number;
  /** HTTP/2: how long a window was shut. */
  readonly stalledSeconds: number;
}

export function timingOf({ request, response, queuedUntil, stalledSeconds }: Transaction): Timing {
  const asked = request?.last;
  const free = queuedUntil ?? asked;
  return {
    queuedSeconds: asked === undefined ? null : queuedUntil === null ? 0 : sinceThen(asked, queuedUntil),
    requestSeconds: request === null ? null : sinceThen(request.first, request.last),
    serverSeconds: free === undefined || response === null ? null : sinceThen(free, response.first),
    downloadSeconds: response === null ? null : sinceThen(response.first, response.last),
    tcpRecoverySeconds: (request?.recoverySeconds ?? 0) + (response?.recoverySeconds ?? 0),
    stalledSeconds,
  };
}

/** First byte of the request to last byte of the response; null where one of them is missing. */
export const totalSeconds = ({ request, response }: Transaction): number | null =>
  request === null || response === null ? null : sinceThen(request.first, response.last);
