/** Rings and gaps against plain lists: whatever is sent, sent again, left out and acknowledged, in any order. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_GAPS_OF_AN_END, MAX_TIMED_SEGMENTS, MAX_UNANSWERED_SEGMENTS } from '../../../src/flow/limits.ts';
import { Measures } from '../../../src/flow/measure/measures.ts';
import { Field, Sum, sumsOf } from '../../../src/flow/measure/rows.ts';

const MOST = 200;

/** A step: numbers that are sent, or an ACK of a number. */
const steps = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('send' as const), length: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ does: fc.constant('again' as const), back: fc.nat(40), length: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ does: fc.constant('ack' as const), back: fc.nat(30) }),
  ),
  { maxLength: MOST },
);

/** The sequence space goes round in some of the runs. */
const starts = fc.constantFrom(0, 1000, 0x7fffffe0, -40);

interface Sent {
  start: number;
  end: number;
  at: number;
  again: boolean;
}

test('round trips are those of a plain list', () => {
  fc.assert(
    fc.property(starts, steps, (base, list) => {
      const { rows, timed } = new Measures();
      const row = rows.add(base | 0, 0);
      const model: Sent[] = [];
      const samples: number[] = [];
      let next = 0;
      let acked = 0;
      list.forEach((step, i) => {
        const nanoseconds = (i + 1) * 1000;
        if (step.does === 'send') {
          model.push({ start: next, end: next + step.length, at: nanoseconds, again: false });
          next += step.length;
          timed.sent(row, (base + next) | 0, step.length, 0, nanoseconds);
        } else if (step.does === 'again') {
          const start = Math.max(0, next - step.back);
          const end = Math.min(next, start + step.length);
          if (end <= start) return;
          for (const sent of model) {
            if (sent.start >= end || sent.end <= start) continue;
            sent.at = nanoseconds;
            sent.again = true;
          }
          timed.resent(row, (base + start) | 0, (base + end) | 0, 0, nanoseconds);
        } else {
          const ack = Math.max(0, next - step.back);
          if (ack > acked) {
            const covered = model.filter(({ end }) => end <= ack);
            const last = covered.at(-1);
            if (last?.end === ack && !last.again && covered.every(({ at }) => at <= last.at)) {
              samples.push(nanoseconds - last.at);
            }
            model.splice(0, covered.length);
            acked = ack;
          }
          timed.acknowledged(row, (base + ack) | 0, 0, nanoseconds);
        }
      });
      const sums = sumsOf(row);
      expect({
        count: rows.words[row + Field.samples],
        waiting: rows.words[row + Field.count],
        total: rows.doubles[sums + Sum.total],
        least: rows.doubles[sums + Sum.least],
        most: rows.doubles[sums + Sum.most],
      }).toEqual({
        count: samples.length,
        waiting: model.length,
        total: samples.reduce((sum, time) => sum + time, 0),
        least: samples.length === 0 ? 0 : Math.min(...samples),
        most: Math.max(0, ...samples),
      });
    }),
    { numRuns: 2000 },
  );
});

test('gaps are those of a set of numbers', () => {
  const moves = fc.array(
    fc.oneof(
      fc.record({ does: fc.constant('skip' as const), length: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ does: fc.constant('fill' as const), from: fc.nat(300), length: fc.integer({ min: 1, max: 30 }) }),
    ),
    // Never more gaps at once than there is room for.
    { maxLength: MAX_GAPS_OF_AN_END },
  );
  fc.assert(
    fc.property(starts, moves, (base, list) => {
      const { rows, gaps } = new Measures();
      const row = rows.add(base | 0, 0);
      const missing = new Set<number>();
      let next = 0;
      for (const move of list) {
        if (move.does === 'skip') {
          gaps.add(row, (base + next) | 0, (base + next + move.length) | 0);
          for (let n = next; n < next + move.length; n++) missing.add(n);
          next += move.length + 1;
        } else {
          const filled = gaps.fill(row, (base + move.from) | 0, (base + move.from + move.length) | 0);
          let expected = 0;
          for (let n = move.from; n < move.from + move.length; n++) if (missing.delete(n)) expected++;
          expect(filled).toBe(expected);
        }
      }
      expect(gaps.fill(row, base | 0, (base + next) | 0)).toBe(missing.size);
      expect(rows.words[row + Field.gaps]).toBe(0);
    }),
    { numRuns: 2000 },
  );
});

describe('limits', () => {
  test('without any answer few segments are timed', () => {
    const { rows, timed } = new Measures();
    const row = rows.add(0, 0);
    for (let i = 1; i <= 10 * MAX_UNANSWERED_SEGMENTS; i++) timed.sent(row, i, 1, 0, i);
    expect(rows.words[row + Field.count]).toBe(MAX_UNANSWERED_SEGMENTS);
    expect(rows.words[row + Field.untimed]).toBe(9 * MAX_UNANSWERED_SEGMENTS);
    timed.acknowledged(row, 10, 0, 5000);
    expect(rows.words[row + Field.samples]).toBe(1);
  });

  test('a window of segments is timed, and no more', () => {
    const { rows, timed } = new Measures();
    const row = rows.add(0, 0);
    timed.sent(row, 1, 1, 0, 1);
    timed.acknowledged(row, 1, 0, 2);
    for (let i = 2; i <= MAX_TIMED_SEGMENTS + 101; i++) timed.sent(row, i, 1, 0, i);
    expect(rows.words[row + Field.count]).toBe(MAX_TIMED_SEGMENTS);
    expect(rows.words[row + Field.untimed]).toBe(100);
    timed.acknowledged(row, MAX_TIMED_SEGMENTS + 101, 1, 0);
    expect([rows.words[row + Field.count], rows.words[row + Field.samples]]).toEqual([0, 1]);
    expect(timed.limitReached).toBe(false);
  });

  test('memory is handed from one end to another', () => {
    const { rows, timed } = new Measures();
    // More than the memory that is not handed back.
    const list = Array.from({ length: 12_000 }, () => rows.add(0, 0));
    for (let round = 0; round < 4; round++) {
      for (const row of list) {
        for (let i = 1; i <= 60; i++) timed.sent(row, round * 60 + i, 1, round, i);
        timed.acknowledged(row, round * 60 + 60, round, 2000);
      }
    }
    for (const row of list) {
      expect([rows.words[row + Field.samples], rows.words[row + Field.count]]).toEqual([4, 0]);
      expect(rows.doubles[sumsOf(row) + Sum.least]).toBe(1940);
    }
    const kept = list.filter((row) => rows.words[row + Field.ring] !== 0);
    expect(kept.length).toBeLessThan(list.length);
  });

  test('the lowest gap gives way, and that is said unless it was acknowledged', () => {
    const { rows, gaps, timed } = new Measures();
    const row = rows.add(0, 0);
    timed.acknowledged(row, 5, 0, 0);
    for (let i = 0; i <= MAX_GAPS_OF_AN_END; i++) gaps.add(row, 10 * i, 10 * i + 5);
    expect(gaps.limitReached).toBe(false);
    expect(gaps.fill(row, 0, 5)).toBe(0);
    gaps.add(row, 10_000, 10_005);
    expect(gaps.limitReached).toBe(true);
  });
});
