/** HTTP conversations written by hand: what each side sends, in order, and what is understood of it. */
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import { type Transaction, anomaliesOf, methodOf, statusOf, targetOf } from '../../../src/app/http/message.ts';
import { Http2 } from '../../../src/app/http2/http2.ts';
import type { Side } from '../../../src/stream/segment.ts';

/** `>` the client sends, `<` the server sends, a number: so many bytes are missing, `end`: its FIN. */
export type Step = readonly ['>' | '<', string | Uint8Array | number | 'end'];

export const END = 'end';

/** A captured frame: `start` to `end` of the stream of its side. */
export interface Carried {
  readonly frame: number;
  readonly side: Side;
  readonly start: number;
  readonly end: number;
}

/**
 * Pushes steps, each cut into pieces by `cut`, and returns the transactions in order of their indexes. A step is a frame, or
 * where there is `carried`, which is filled in, each piece.
 */
export function converse(
  steps: readonly Step[],
  cut: (length: number) => number = (length) => length,
  carried: Carried[] | null = null,
): Transaction[] {
  const found: Transaction[] = [];
  const closed = (transaction: Transaction): void => void found.push(transaction);
  const conversation = new HttpConversation({
    closed,
    http2: (client, upgraded) => new Http2(client, { closed }, upgraded),
  });
  const offsets: [number, number] = [0, 0];
  steps.forEach(([direction, what], i) => {
    const side: Side = direction === '>' ? 0 : 1;
    const at = { frame: i + 1, seconds: 1_700_000_000 + i, nanoseconds: 0 };
    if (what === END) return conversation.end(side, at);
    if (typeof what === 'number') {
      conversation.gap(side, offsets[side], what, 'lost', at);
      offsets[side] += what;
      return;
    }
    const bytes = typeof what === 'string' ? Buffer.from(what, 'latin1') : what;
    for (let from = 0; from < bytes.length;) {
      const to = Math.min(bytes.length, from + Math.max(1, cut(bytes.length - from)));
      if (carried !== null) {
        at.frame = carried.length + 1;
        carried.push({ frame: at.frame, side, start: offsets[side], end: offsets[side] + to - from });
      }
      // In a block with other bytes around it, as captures have them.
      const block = new Uint8Array(to - from + 20).fill(0x0a);
      block.set(bytes.subarray(from, to), 10);
      const span = { bytes: block, start: 10, end: 10 + to - from, offset: offsets[side] };
      conversation.push(side, { ...span, sent: at, now: at });
      offsets[side] += to - from;
      from = to;
    }
  });
  conversation.finish();
  return found.toSorted((a, b) => a.index - b.index);
}

/** `GET /a -> 200 5 B [length-repeated]`: one line for each transaction. */
export const lines = (transactions: readonly Transaction[]): string[] => transactions.map(line);

function line(transaction: Transaction): string {
  const { request, response, interim } = transaction;
  const asked = request === null ? '?' : `${methodOf(transaction)} ${targetOf(transaction)}`;
  const sent = (request?.bodyBytes ?? 0) > 0 ? ` +${request!.bodyBytes} B` : '';
  const first = interim.map(({ status }) => ` ${status}`).join('');
  const answer = response === null ? 'none' : `${statusOf(transaction)} ${response.bodyBytes} B`;
  const lack = [request?.lack, response?.lack].map((each) => (each ? ` (${each})` : '')).join('');
  const odd = anomaliesOf(transaction);
  return `${asked}${sent} ->${first} ${answer}${lack}${odd.length === 0 ? '' : ` [${odd.join(' ')}]`}`;
}

/** All that does not depend on where the bytes were cut. */
export const facts = (transactions: readonly Transaction[]): unknown[] =>
  transactions.map(({ request, response, ...rest }) => ({
    ...rest,
    messages: [request, response].map(
      (message) =>
        message && [
          message.start,
          message.end,
          message.text,
          message.bodyBytes,
          message.trailer,
          message.lack,
          message.head,
        ],
    ),
  }));
