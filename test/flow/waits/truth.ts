/** What the recordings of `fixtures/loss` log: who did what when, and why the kernels sent something again. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StallCause } from '../../../src/flow/waits/names.ts';
import { fixtures } from '../../support/frames.ts';

export const folder = join(fixtures, 'loss');

interface Span {
  readonly time: string;
  readonly endTime: string;
  readonly side: 'client' | 'server' | 'line';
  readonly does: string;
}

export interface Truth {
  readonly name: string;
  readonly captures: Readonly<Record<string, string>>;
  readonly line: { readonly delaySeconds: number };
  readonly expect: { readonly limitedBy?: string };
  readonly application: readonly Span[];
  readonly did: readonly {
    readonly time: string;
    readonly action: string;
    readonly seconds?: number;
    readonly flags: number;
  }[];
  readonly resends: readonly {
    readonly time: string;
    readonly side: string;
    readonly cause: string;
    readonly frame: number | null;
    readonly capture: string | null;
  }[];
  readonly sockets: readonly { readonly side: string; readonly receiverLimitedMicroseconds: number }[];
}

export const truths = (): Truth[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.truth.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Truth);

/** A stall in seconds since 1970, and the frame that ended it in the capture of one end. */
export interface Silence {
  readonly from: number;
  readonly to: number;
  readonly frame: number;
  readonly capture: string;
}

const secondsOf = (time: string): number =>
  Date.parse(`${time.slice(0, 19)}Z`) / 1000 + Number(`0${time.slice(19, -1)}`);

/** What may be said of the silence, by the log; null where the log knows nothing of it. */
export function causesOf(truth: Truth, silence: Silence): readonly StallCause[] | null {
  const resent = resendCauses(truth, silence);
  const span = truth.application
    .map((one) => ({ one, part: overlap(silence, secondsOf(one.time), secondsOf(one.endTime)) }))
    .toSorted((a, b) => b.part - a.part)[0];
  // What an end does reaches the other one later.
  const isSame = span !== undefined && span.part > 0.5 * (silence.to - silence.from);
  const done = isSame ? applicationCauses(truth, span.one, silence) : null;
  // A timer may run out because the receiver does not read: both are true.
  return resent !== null && span?.one.does === 'does not read' && done !== null
    ? [...resent, ...done]
    : (resent ?? done);
}

const overlap = ({ from, to }: Silence, start: number, end: number): number =>
  Math.min(to, end) - Math.max(from, start);

const resendWords: Readonly<Record<string, readonly StallCause[]>> = {
  timeout: ['retransmission-timeout', 'handshake'],
  'tail-loss-probe': ['tail-loss-probe'],
  recovery: ['loss-recovery'],
  'reordering-timeout': ['loss-recovery'],
  'path-mtu': ['loss-recovery'],
};

/** The silence ended with something that was sent again: in its sender's capture, or when it reached the other one. */
function resendCauses({ resends, line }: Truth, { capture, frame, to }: Silence): readonly StallCause[] | null {
  const resend = resends.find((one) =>
    one.capture === capture ? one.frame === frame : Math.abs(secondsOf(one.time) + line.delaySeconds - to) < 0.004,
  );
  return resend === undefined ? null : resendWords[resend.cause]!;
}

function applicationCauses({ did }: Truth, { does, side, endTime }: Span, { to }: Silence): readonly StallCause[] {
  if (does === 'does not read') {
    const isLost = did.some(({ action }) => action === 'dropped') && to > secondsOf(endTime) + 0.1;
    return isLost ? ['lost-window-update'] : ['zero-window', 'window-full'];
  }
  // Behind the last data the reader still reads, and then closes; likewise the writer.
  if (does.startsWith('reads')) return ['zero-window', 'window-full', 'client-thinking', 'idle'];
  if (does.startsWith('writes 10000')) return ['server-thinking', 'idle'];
  if (does === 'outage' || does.startsWith('waits for an answer')) {
    return ['retransmission-timeout', 'tail-loss-probe', 'loss-recovery'];
  }
  if (does === 'forgets the connection') return ['keep-alive'];
  if (does.endsWith('reads 50')) return ['delayed-ack'];
  return [side === 'client' ? 'client-thinking' : 'server-thinking'];
}
