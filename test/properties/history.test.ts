/** Retransmissions, gaps and closed windows of random conversations against the same rules on plain sets. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Segment, historyBeyond } from '../support/segments.ts';

/** Payload comes in pieces of this many bytes, ten of them: no more ranges fit beyond a hole than are remembered. */
const PIECE = 3;
const PIECES = 10;

interface Piece {
  readonly side: 0 | 1;
  readonly first: number;
  readonly count: number;
  readonly acked: number;
  readonly open: boolean;
}

const pieces: fc.Arbitrary<Piece[]> = fc.array(
  fc
    .record({
      side: fc.constantFrom<0 | 1>(0, 1),
      first: fc.nat(PIECES - 1),
      count: fc.nat(2),
      // Mostly little is acknowledged, so that there are holes to fill.
      acked: fc.oneof({ weight: 12, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(PIECES) }),
      open: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    })
    .filter(({ first, count }) => first + count <= PIECES),
  { minLength: 10, maxLength: 60, size: 'max' },
);

const segmentOf = ({ side, first, count, acked, open }: Piece): Segment => ({
  side,
  seq: 1 + first * PIECE,
  ack: 1 + acked * PIECE,
  length: count * PIECE,
  window: open ? 9 : 0,
});

/** The same rules on sets of pieces, without any memory to spare. */
class Model {
  history = 'ShAa';
  readonly #ends = [0, 1].map(() => ({ last: 0, delivered: 0, seen: new Set<number>() }));
  readonly #counts = new Map<string, number>();

  add({ side, first, count, acked, open }: Piece): void {
    const [mine, peer] = [this.#ends[side]!, this.#ends[side ^ 1]!];
    const letter = count > 0 ? 'd' : 'a';
    if (!this.history.includes(cased(letter, side))) this.history += cased(letter, side);
    if (!open) this.#count(cased('w', side));
    if (first + count > mine.last) mine.last = first + count;
    else if (count > 0) this.#count(cased('t', side));
    for (let i = first; i < first + count; i++) mine.seen.add(i);
    this.#advance(mine);
    for (let i = peer.delivered; i < acked; i++) {
      if (!peer.seen.has(i) && (i === peer.delivered || peer.seen.has(i - 1))) this.#count(cased('g', side ^ 1));
    }
    for (let i = 0; i < acked; i++) peer.seen.add(i);
    this.#advance(peer);
  }

  #advance(end: { delivered: number; seen: Set<number> }): void {
    while (end.seen.has(end.delivered)) end.delivered++;
  }

  #count(letter: string): void {
    const n = (this.#counts.get(letter) ?? 0) + 1;
    this.#counts.set(letter, n);
    if (n === 1 || n === 10) this.history += letter;
  }
}

const cased = (letter: string, side: number): string => (side === 0 ? letter.toUpperCase() : letter);

test('retransmissions, gaps and windows of any conversation are those of a plain model', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, async (list) => {
      const model = new Model();
      for (const piece of list) model.add(piece);
      expect(await historyBeyond(list.map(segmentOf))).toBe(model.history);
    }),
    { numRuns: 300 },
  );
});
