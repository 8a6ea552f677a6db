/** Memory of a ladder: the first segments, and a ring of the last ones. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LadderSegments, newDraft } from '../../../src/flow/ladder/segments.ts';

function filled(count: number, limit?: number, tail?: number): LadderSegments {
  const segments = new LadderSegments(limit, tail);
  for (let frame = 1; frame <= count; frame++) segments.add({ ...newDraft(), frame });
  return segments;
}

test('all fields come back as they were', () => {
  const draft = {
    ...newDraft(),
    side: 1 as const,
    frame: 0xffff_fff0,
    seconds: 0xffff_ffff,
    nanoseconds: 999_999_999,
    flags: 0xff,
    sequence: -1,
    acknowledgment: -0x8000_0000,
    payloadLength: 0xffff_fff0,
    windowField: 65_535,
    options: (1 << 26) | 1460,
    ttl: 255,
    broken: true,
  };
  const segments = new LadderSegments();
  segments.add(draft);
  expect([...segments.first()]).toEqual([draft]);
  expect([...segments.last()]).toEqual([]);
});

test('whatever the number of segments, the first and the last are kept in order, and the rest is counted', () => {
  const shape = fc.record({
    count: fc.nat(60),
    head: fc.integer({ min: 1, max: 20 }),
    tail: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(shape, ({ count, head, tail }) => {
      const segments = filled(count, head + tail, tail);
      const kept = [...segments.first(), ...segments.last()].map(({ frame }) => frame);
      const all = Array.from({ length: count }, (_, i) => i + 1);
      const leftOut = Math.max(0, count - head - tail);
      expect(kept).toEqual(all.filter((frame) => frame <= head || frame > head + leftOut));
      expect([segments.leftOut, segments.limitReached]).toEqual([leftOut, leftOut > 0]);
    }),
  );
});
