import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime, secondsBetween } from '../../src/report/times.ts';

test.each<[seconds: number, nanoseconds: number, expected: string | null]>([
  [0, 0, '1970-01-01T00:00:00.000000000Z'],
  [0, 1, '1970-01-01T00:00:00.000000001Z'],
  [1_795_148_793, 153_913_000, '2026-11-20T04:26:33.153913000Z'],
  [1_795_148_793, 999_999_999, '2026-11-20T04:26:33.999999999Z'],
  [4_294_967_295, 0, '2106-02-07T06:28:15.000000000Z'],
  [-1, 500_000_000, '1969-12-31T23:59:59.500000000Z'],
  [253_402_300_800, 0, '+010000-01-01T00:00:00.000000000Z'],
  [8_640_000_000_000, 0, '+275760-09-13T00:00:00.000000000Z'],
  [8_640_000_000_001, 0, null],
  [Infinity, 0, null],
  [-Infinity, 0, null],
  [NaN, 0, null],
])('isoTime(%d, %d)', (seconds, nanoseconds, expected) => {
  expect(isoTime(seconds, nanoseconds)).toBe(expected);
});

test('durations are exact to the nanosecond where a double is', () => {
  expect(secondsBetween(1_795_148_793, 999_999_999, 1_795_148_794, 0)).toBe(1e-9);
  expect(secondsBetween(0, 0, 8_000_000, 1)).toBe(8_000_000.000000001);
  expect(secondsBetween(5, 0, 3, 500_000_000)).toBe(-1.5);
  expect(secondsBetween(5, 7, 5, 7)).toBe(0);
});

test('a duration printed as a decimal is the difference of the two times', () => {
  const nanoseconds = fc.integer({ min: 0, max: 999_999_999 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8_000_000 }), nanoseconds, nanoseconds, (seconds, from, to) => {
      const start = 1_795_148_793;
      const exact = BigInt(seconds) * 1_000_000_000n + BigInt(to - from);
      const printed = secondsBetween(start, from, start + seconds, to).toFixed(9);
      expect(BigInt(printed.replace('.', ''))).toBe(exact);
    }),
  );
});
