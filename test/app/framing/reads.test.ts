/** Simulated reads. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Reads } from '../../../src/app/framing/reads.ts';
import type { Carrier } from '../../../src/stream/segment.ts';

/** Bytes that arrive, and when. */
type Arrivals = readonly (readonly [ms: number, length: number])[];

function read(bytes: number, delayMs: number, arrivals: Arrivals): string {
  const reads = new Reads({ bytes, delaySeconds: delayMs / 1000 });
  arrivals.forEach(([ms, length], i) => {
    const now = { frame: i + 1, seconds: 0, nanoseconds: ms * 1_000_000 };
    reads.data(1, new Uint8Array(length), 0, now as unknown as Carrier, now);
  });
  reads.end(1);
  return reads.list.map(({ start, end }) => `${start}-${end}`).join(' ');
}

test.each<[expected: string, bytes: number, delayMs: number, arrivals: Arrivals]>([
  [
    '0-28 28-43',
    1024,
    0,
    [
      [0, 28],
      [5, 15],
    ],
  ],
  [
    '0-10 10-20 20-28 28-38 38-43',
    10,
    0,
    [
      [0, 28],
      [5, 15],
    ],
  ],
  // Busy when the second and third arrive.
  [
    '0-5 5-15',
    100,
    10,
    [
      [0, 5],
      [2, 5],
      [9, 5],
    ],
  ],
  [
    '0-5 5-10 10-15',
    100,
    10,
    [
      [0, 5],
      [2, 5],
      [11, 5],
    ],
  ],
  [
    '0-4 4-8 8-10',
    4,
    10,
    [
      [0, 5],
      [2, 5],
    ],
  ],
  // Free again long before the second.
  [
    '0-5 5-10',
    100,
    10,
    [
      [0, 5],
      [500, 5],
    ],
  ],
  ['', 100, 0, []],
])('%s: read(%i), %i ms', (expected, bytes, delayMs, arrivals) => {
  expect(read(bytes, delayMs, arrivals)).toBe(expected);
});

test('every byte is read once, in order', () => {
  const arrival = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(15), fc.array(arrival), (bytes, delay, steps) => {
      let ms = 0;
      const arrivals = steps.map(([wait, length]) => [(ms += wait), length] as const);
      let next = 0;
      for (const range of read(bytes, delay, arrivals).split(' ').filter(Boolean)) {
        const [start, end] = range.split('-').map(Number) as [number, number];
        expect(start).toBe(next);
        expect(end - start).toBeLessThanOrEqual(bytes);
        next = end;
      }
      expect(next).toBe(steps.reduce((sum, [, length]) => sum + length, 0));
    }),
  );
});
