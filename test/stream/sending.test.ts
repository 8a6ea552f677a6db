/** How segments came to be sent: size, what was on its way, the window. */
import { expect, test } from 'vitest';
import { type Circumstances, Sending } from '../../src/stream/sending.ts';
import { type Side, StreamSegment } from '../../src/stream/segment.ts';
import { ACK, SYN } from '../../src/wire/tcp.ts';

/** As `synOptions` sums them up: MSS, shift, timestamps. */
const offer = (mss: number, shift: number, timestamps = false): number =>
  (1 << 26) | (1 << 20) | mss | (1 << 21) | (shift << 16) | (timestamps ? 1 << 23 : 0);

interface Row {
  readonly side: Side;
  readonly ms: number;
  readonly seq: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
  readonly syn?: number;
}

function judge(rows: readonly Row[]): string {
  const sending = new Sending();
  const s = new StreamSegment();
  let last: Circumstances | null = null;
  for (const { side, ms, seq, ack, length = 0, window = 1000, syn = 0 } of rows) {
    s.side = side;
    s.nanoseconds = ms * 1_000_000;
    s.sequence = seq;
    s.acknowledgment = ack ?? 0;
    s.length = length;
    s.windowField = window;
    s.options = syn;
    s.flags = (ack === undefined ? 0 : ACK) | (syn === 0 ? 0 : SYN);
    sending.see(s);
    if (length > 0) last = sending.judge(s);
  }
  return `${last!.size} ${last!.moment}${last!.fillsWindow ? ' fills' : ''}`;
}

/** An originator 20 ms away from the capture and back, a responder that is near. */
const handshake = (mss = 1460, timestamps = false): Row[] => [
  { side: 0, ms: 0, seq: -1, syn: offer(mss, 3, timestamps) },
  { side: 1, ms: 1, seq: -1, ack: 0, syn: offer(1460, 1, timestamps) },
  { side: 0, ms: 21, seq: 0, ack: 0 },
];

test.each<[expected: string, rows: Row[]]>([
  ['small idle', [...handshake(), { side: 0, ms: 99, seq: 0, ack: 0, length: 10 }]],
  ['full idle', [...handshake(), { side: 0, ms: 99, seq: 0, ack: 0, length: 1460 }]],
  ['full idle', [...handshake(1460, true), { side: 0, ms: 99, seq: 0, ack: 0, length: 1448 }]],
  ['small idle', [...handshake(1460, true), { side: 0, ms: 99, seq: 0, ack: 0, length: 1400 }]],
  ['super idle', [...handshake(500), { side: 1, ms: 99, seq: 0, ack: 0, length: 501 }]],
  ['unknown idle', [{ side: 0, ms: 0, seq: 5, ack: 0, length: 1460 }]],
  [
    'small in-flight',
    [...handshake(), { side: 0, ms: 30, seq: 0, ack: 0, length: 10 }, { side: 0, ms: 31, seq: 10, ack: 0, length: 10 }],
  ],
  // The responder takes 1000 times two.
  [
    'full in-flight fills',
    [...handshake(), { side: 1, ms: 22, seq: 0, ack: 0 }, { side: 0, ms: 99, seq: 540, ack: 0, length: 1460 }],
  ],
])('%s', (expected, rows) => {
  expect(judge(rows)).toBe(expected);
});

const next = (ms: number): Row => ({ side: 0, ms, seq: 10, ack: 0, length: 10 });

test('just after the acknowledgment of all that was sent: within the time that the handshake took to be answered', () => {
  const first: Row = { side: 0, ms: 30, seq: 0, ack: 0, length: 10 };
  const acked: Row = { side: 1, ms: 31, seq: 0, ack: 10 };
  expect(judge([...handshake(), first, acked, next(51)])).toBe('small after-ack');
  expect(judge([...handshake(), first, acked, next(53)])).toBe('small idle');
  // An answer may be what the sender waited for.
  expect(judge([...handshake(), first, { ...acked, length: 4 }, next(51)])).toBe('small idle');
});
