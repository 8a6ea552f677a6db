/** Whatever the network does to the segments of a stream, the bytes are the same. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from '../../src/stream/budget.ts';
import { MAX_HELD_BYTES, MAX_HELD_PIECES, MAX_STREAM_BYTES } from '../../src/stream/limits.ts';
import { overlapPolicies } from '../../src/stream/overlap.ts';
import { SYN } from '../../src/wire/tcp.ts';
import { Conversation, type Sent, latin1 } from './conversation.ts';

const policy = fc.constantFrom(...overlapPolicies);
const isn = fc.oneof(fc.constantFrom(0, 1, 0xffff_ffff, 0xffff_fff5, 0x7fff_ffff), fc.nat(0xffff_ffff));
const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });

/** Segments that cover all of `data` at least once, in any order, with any overlap. */
const covering = (data: Uint8Array): fc.Arbitrary<Sent[]> => {
  const cuts = fc.uniqueArray(fc.nat(data.length), { maxLength: 30 }).map((list) => {
    const ends = [...new Set([0, ...list, data.length])].toSorted((a, b) => a - b);
    return ends.slice(1).map((end, i): Sent => ({ at: ends[i]!, data: data.slice(ends[i], end) }));
  });
  const extra = fc
    .tuple(fc.nat(data.length - 1), fc.nat(60))
    .map(([at, length]): Sent => ({ at, data: data.slice(at, at + length) }));
  return fc
    .tuple(cuts, fc.array(extra, { maxLength: 10 }))
    .chain(([parts, more]) => fc.shuffledSubarray([...parts, ...more], { minLength: parts.length + more.length }));
};

test('any split, order and repetition', () => {
  const story = bytes.chain((data) => fc.tuple(fc.constant(data), covering(data), isn, policy));
  fc.assert(
    fc.property(story, ([data, segments, first, by]) => {
      const budget = new Budget();
      const c = new Conversation({ policy: by, budget }, [first, 0]);
      c.send({ at: -1, flags: SYN });
      for (const segment of segments) c.send(segment);
      const [direction] = c.stream.directions;
      expect(c.recorder.text()).toBe(latin1(data));
      expect([direction.conflicts.count, direction.lostBytes, direction.limited]).toEqual([0, 0, 0]);
      c.finish();
      expect(budget.used).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('any segments at all: offsets never go back, no byte is told twice, all memory is given back', () => {
  const sent = fc.record({
    side: fc.constantFrom(0 as const, 1 as const),
    at: fc.oneof(fc.integer({ min: -5, max: 60 }), fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })),
    ack: fc.oneof(fc.nat(60), fc.integer()),
    flags: fc.nat(63),
    data: fc.uint8Array({ maxLength: 20 }),
    captured: fc.nat(20),
    window: fc.constantFrom(0, 1000),
  });
  const limit = fc.constantFrom(MAX_STREAM_BYTES, 0, 400, 9000);
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 60 }), policy, limit, (segments, by, memory) => {
      const budget = new Budget(memory);
      const c = new Conversation({ policy: by, budget });
      for (const segment of segments) c.send(segment);
      const { told } = c.finish();
      for (const side of [0, 1] as const) {
        let next = 0;
        for (const { offset, what } of told.filter((each) => each.side === side && each.what !== '<end>')) {
          expect(offset).toBe(next);
          next += lengthOf(what);
        }
        expect(next).toBe(c.stream.directions[side].offset);
        expect(told.filter((each) => each.side === side && each.what === '<end>').length).toBeLessThanOrEqual(1);
      }
      expect(budget.used).toBe(0);
      expect(budget.peak).toBeLessThanOrEqual(memory);
    }),
    { numRuns: 1000 },
  );
});

const lengthOf = (what: string): number => {
  const [, length] = /^<(\d+) (?:lost|cut)>$/.exec(what) ?? [];
  return length === undefined ? what.length : Number(length);
};

describe('limits', () => {
  test('a gap of 1.9 GB costs nothing', () => {
    const budget = new Budget();
    const c = new Conversation({ budget });
    c.send({ at: -1, flags: SYN });
    c.send({ at: 1_900_000_000, data: 'end' });
    c.send({ side: 1, ack: 1_900_000_003 });
    expect(c.recorder.text()).toBe('<1900000000 lost>end');
    expect(budget.peak).toBeLessThan(10_000);
  });

  test('the bytes of a cut segment push out what waits, and its end is behind that', () => {
    const budget = new Budget(400);
    const c = new Conversation({ budget });
    c.send({ at: -1, flags: SYN });
    c.send({ at: 103, data: 'abcdefgh', captured: 1 });
    c.send({ at: 100, data: 'ABCDEFGHI', captured: 8 });
    c.finish();
    expect(c.recorder.text()).toBe('<100 lost>ABCa<7 cut>');
    expect(budget.used).toBe(0);
  });

  test.each(['forwards', 'backwards'])('100,000 segments of one byte behind a hole, %s', (order) => {
    const budget = new Budget();
    const c = new Conversation({ budget });
    c.send({ at: -1, flags: SYN });
    for (let i = 0; i < 100_000; i++) c.send({ at: order === 'forwards' ? 1 + i : 100_000 - i, data: 'x' });
    expect(budget.peak).toBeLessThanOrEqual(161 * MAX_HELD_PIECES + 65_536);
    const [direction] = c.stream.directions;
    expect(direction.limited).toBeGreaterThan(0);
    c.finish();
    expect(direction.offset).toBe(100_001);
  });

  test('large segments behind a hole stay below the limit of a direction', () => {
    const budget = new Budget();
    const c = new Conversation({ budget });
    c.send({ at: -1, flags: SYN });
    const block = new Uint8Array(60_000);
    for (let i = 0; i < 400; i++) c.send({ at: 1 + 60_000 * i, data: block });
    expect(budget.peak).toBeLessThanOrEqual(MAX_HELD_BYTES + 65_536);
    expect(c.stream.directions[0].offset).toBe(1 + 60_000 * 400);
    expect(c.stream.directions[0].lostBytes).toBe(1);
  });
});
