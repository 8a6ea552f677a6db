/** Work and memory grow with what comes, not faster: counted, not timed. */
import { describe, expect, test } from 'vitest';
import { Boundaries } from '../../src/app/framing/boundaries.ts';
import { ConnectionMessages, Room } from '../../src/app/framing/gathered.ts';
import { readFraming } from '../../src/app/framing/spec.ts';
import { Budget } from '../../src/stream/budget.ts';
import { MAX_HELD_PIECES } from '../../src/stream/limits.ts';
import { Stream } from '../../src/stream/stream.ts';
import { ACK, SYN } from '../../src/wire/tcp.ts';
import { StreamSegment, type StreamSink } from '../../src/stream/segment.ts';
import { workOf } from './work.ts';

const small = { size: 'small', moment: 'idle', fillsWindow: false } as const;

/** Segments of one byte at these offsets, the byte at 0 missing. */
function oneByOne(offsets: Iterable<number>): { bytes: number; peak: number } {
  let bytes = 0;
  const sink: StreamSink = {
    data: (_, piece) => void (bytes += piece.length),
    gap: () => undefined,
    end: () => undefined,
  };
  const budget = new Budget();
  const stream = new Stream(sink, { budget });
  const s = new StreamSegment();
  s.flags = SYN;
  s.sequence = -1;
  stream.take(s);
  s.flags = ACK;
  s.bytes = Uint8Array.of(120);
  s.length = s.captured = 1;
  for (const offset of offsets) {
    s.frame++;
    s.sequence = offset;
    stream.take(s);
  }
  stream.finish();
  return { bytes, peak: budget.peak };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

const orders: Readonly<Record<string, (count: number) => number[]>> = {
  forwards: upTo,
  backwards: (count) => upTo(count).toReversed(),
  'with a hole before each': (count) => upTo(count).map((i) => 2 * i),
  'with a hole before each, backwards': (count) => upTo(count).map((i) => 2 * (count + 1 - i)),
  'from both ends': (count) => upTo(count).map((i) => (i % 2 === 0 ? i : 2 * count - i)),
};

describe.each(Object.entries(orders))('100,000 segments of one byte behind a hole, %s', (_, order) => {
  test('three times as many cost about three times as much, within the limit', () => {
    const [few, many] = [order(1.5 * MAX_HELD_PIECES), order(4.5 * MAX_HELD_PIECES)];
    const works = [few, many].map((offsets) => workOf(() => void oneByOne(offsets)));
    expect(works[1]! / works[0]!).toBeLessThan(5);
    const { peak, bytes } = oneByOne(order(100_000));
    expect(peak).toBeLessThanOrEqual(161 * MAX_HELD_PIECES + 65_536);
    expect(bytes).toBeGreaterThan(0);
  });
});

const endless: readonly [spec: string, byte: number][] = [
  ['line', 120],
  [String.raw`delimiter:\r\n\r\n`, 13],
  ['fixed:2000000000', 120],
  ['length:size=4,max=2147483647', 127],
  ['json:max=2147483647', 0x5b],
];

/** A message without an end, one byte a segment. */
function never(spec: string, byte: number, count: number): ConnectionMessages {
  const gathered = new ConnectionMessages(spec, new Room());
  const boundaries = new Boundaries(readFraming(spec).open, gathered);
  const bytes = Uint8Array.of(byte);
  for (let i = 0; i < count; i++) {
    const now = { frame: i + 1, seconds: i, nanoseconds: 0 };
    boundaries.data(0, bytes, i, { ...now, start: i, end: i + 1, sent: small }, now);
  }
  boundaries.end(0);
  return gathered;
}

test.each(endless)('a stream that never ends a message: %s', (spec, byte) => {
  const works = [10_000, 40_000].map((count) => workOf(() => void never(spec, byte, count)));
  expect(works[1]!).toBeLessThan(40_000 * 20);
  expect(works[1]! / works[0]!).toBeLessThan(8);
  const { incomplete, messages } = never(spec, byte, 20_000);
  expect([incomplete, messages]).toEqual([[{ side: 0, start: 0 }], []]);
});

test.each([...endless.map(([spec]) => spec), 'varint32', 'tls', 'fixed:3', 'length:size=1'])(
  'a gap of 1.9 GB: %s',
  (spec) => {
    const gathered = new ConnectionMessages(spec, new Room());
    const boundaries = new Boundaries(readFraming(spec).open, gathered);
    const now = { frame: 1, seconds: 0, nanoseconds: 0 };
    const work = workOf(() => {
      boundaries.data(0, Uint8Array.of(1), 0, { ...now, start: 0, end: 1, sent: small }, now);
      boundaries.gap(0, 1, 1_900_000_000, 'lost', now);
      const end = 1_900_000_001;
      boundaries.data(0, Uint8Array.of(2), end, { ...now, start: end, end: end + 1, sent: small }, now);
      boundaries.end(0);
    });
    expect(work).toBeLessThan(100);
    expect(gathered.problems.length + gathered.messages.length + gathered.incomplete.length).toBeLessThan(10);
  },
);
