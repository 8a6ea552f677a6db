/** Folding: long connections are short on the screen, and no segment is lost in the count. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LadderSegment } from '../../../src/flow/ladder/segments.ts';
import { newDraft } from '../../../src/flow/ladder/segments.ts';
import { type Item, foldRungs } from '../../../src/report/ladder/fold.ts';
import { FIRST_SHOWN, FOLD_FROM, LAST_SHOWN, MAX_FOLDS, MESSAGES_SHOWN } from '../../../src/report/ladder/limits.ts';
import { type FactId, type SegmentRung, factIds } from '../../../src/report/ladder/model.ts';
import { ACK } from '../../support/conversations.ts';
import { download, framesOf } from './conversation.ts';
import { drawnOf, ladderOf } from './drawing.ts';

function rung(
  frame: number,
  side: 0 | 1,
  payloadLength: number,
  facts: readonly FactId[] = [],
  flags = ACK,
): SegmentRung {
  const segment: LadderSegment = { ...newDraft(), frame, side, payloadLength, flags, seconds: frame };
  return {
    kind: 'segment',
    segment,
    states: null,
    turns: false,
    facts: facts.map((id) => ({ id, text: id })),
    rto: null,
  };
}

/** Segments that the items stand for, and their bytes. */
function counted(items: readonly Item[]): [segments: number, bytes: number] {
  let [segments, bytes] = [0, 0];
  for (const item of items) {
    if (item.kind === 'segment') {
      segments++;
      bytes += item.segment.payloadLength;
    } else if (item.kind === 'fold') {
      segments += item.segments[0] + item.segments[1];
      bytes += item.bytes[0] + item.bytes[1];
    }
  }
  return [segments, bytes];
}

test(`up to ${FOLD_FROM} segments all are shown`, () => {
  const rungs = Array.from({ length: FOLD_FROM }, (_, i) => rung(i + 1, 0, 100));
  expect(foldRungs(rungs, FOLD_FROM)).toEqual(rungs);
});

/** Folds 100,000 segments, of which none is lost. */
const many = (make: (i: number) => SegmentRung): Item[] => {
  const rungs = Array.from({ length: 100_000 }, (_, i) => make(i));
  const items = foldRungs(rungs, rungs.length);
  expect(counted(items)).toEqual(counted(rungs));
  expect(items.slice(0, FIRST_SHOWN)).toEqual(rungs.slice(0, FIRST_SHOWN));
  expect(items.slice(-LAST_SHOWN)).toEqual(rungs.slice(-LAST_SHOWN));
  return items;
};

describe('100,000 segments', () => {
  test('of one burst are one row', () => {
    const items = many((i) => rung(i + 1, i % 3 === 2 ? 0 : 1, i % 3 === 2 ? 0 : 1448));
    expect(items).toHaveLength(FIRST_SHOWN + 1 + LAST_SHOWN);
    expect(items[FIRST_SHOWN]).toMatchObject({ kind: 'fold', acks: [33_329, 0], bytes: [0, expect.any(Number)] });
  });

  test('of questions and answers are exchanges of about the same size', () => {
    const items = many((i) => rung(i + 1, i % 2 === 0 ? 0 : 1, 10));
    const sizes = items.flatMap((item) => (item.kind === 'fold' ? [item.segments[0] + item.segments[1]] : []));
    expect(sizes.length).toBeLessThanOrEqual(MAX_FOLDS);
    expect(sizes.length).toBeGreaterThan(MAX_FOLDS / 3);
    expect(Math.max(...sizes.slice(0, -1)) / Math.min(...sizes.slice(0, -1))).toBeLessThan(2);
  });

  test.each([2, 7, 100, 1000])('with something to say of every %i. are about forty rows', (every) => {
    const ids = factIds.filter((id) => !id.endsWith('-message'));
    const items = many((i) => rung(i + 1, 1, 1448, i % every === 0 ? [ids[(i / every) % ids.length]!] : []));
    expect(items.length).toBeLessThanOrEqual(45);
  });

  test('with a message of a handshake in every tenth: twelve of them stand beside the first and the last segments', () => {
    const items = many((i) => rung(i + 1, 1, 1448, i % 10 === 5 ? ['tls-message'] : []));
    const shown = items.filter((item) => item.kind === 'segment' && item.facts.length > 0);
    expect(shown.length).toBe(1 + MESSAGES_SHOWN + 1);
    expect(items.length).toBeLessThanOrEqual(45);
  });

  test('of RSTs are few rows too', () => {
    expect(many((i) => rung(i + 1, 1, 0, ['reset-ignored'], 4)).length).toBeLessThanOrEqual(20);
  });
});

test('what is shown and what is folded add up, in order', () => {
  const segment = fc.record({
    side: fc.constantFrom(0 as const, 1 as const),
    length: fc.constantFrom(0, 0, 100, 1448),
    facts: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, fc.subarray([...factIds], { maxLength: 2 })),
    turns: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
  });
  fc.assert(
    fc.property(fc.array(segment, { minLength: FOLD_FROM + 1, maxLength: 400 }), (segments) => {
      const rungs = segments.map(({ side, length, facts, turns }, i) => ({
        ...rung(i + 1, side, length, facts),
        turns,
      }));
      const items = foldRungs(rungs, rungs.length);
      expect(counted(items)).toEqual(counted(rungs));
      let last = 0;
      for (const item of items) {
        if (item.kind === 'segment') expect(item.segment.frame).toBe(++last);
        else if (item.kind === 'fold') {
          expect(item.first.frame).toBe(last + 1);
          last = item.last.frame;
        }
      }
      expect(last).toBe(rungs.length);
    }),
  );
});

describe('a download', () => {
  test('is short, unless --full is given', async () => {
    const { text, rows } = await drawnOf(framesOf(download(1000)));
    expect(rows).toHaveLength(2006);
    expect(ladderOf(text()).join('\n')).toContain('<= 996 segments 996,000 B ==');
    expect(ladderOf(text()).length).toBeLessThanOrEqual(25);
    expect(ladderOf(text(true)).length).toBeGreaterThanOrEqual(2006);
  });

  test('longer than the limit loses its middle, and says so', async () => {
    const { text, rows, doc, analysis } = await drawnOf(framesOf(download(1000)), { keep: [100, 20] });
    expect(doc).toMatchObject({ complete: false, limitsReached: ['ladder-segments'] });
    expect(analysis.heading().complete).toBe(false);
    expect(rows.map(({ frame }) => frame)).toEqual([
      ...Array.from({ length: 80 }, (_, i) => i + 1),
      ...Array.from({ length: 20 }, (_, i) => i + 1987),
    ]);
    expect(text().join('\n')).toContain('.... 1,906 segments not kept: limit reached ....');
    // Nothing is claimed of numbers on the other side of the hole.
    expect(rows.flatMap(({ facts }) => facts.map(({ id }) => id))).toEqual(['silence', 'three-way-close']);
  });
});
