/** Numbers that an end sent, or will have sent, and that the capture has not seen yet: what fills them was not sent again. */
import { Arena } from '../../bytes/arena.ts';
import { seqDiff } from '../../bytes/sequence.ts';
import { MAX_GAPPED_ENDS, MAX_GAPS_OF_AN_END } from '../limits.ts';
import { Field, type MeasuredRows } from './rows.ts';

/** A count, then pairs of numbers in ascending order; in a list that is free, the count leads to the next. */
const WORDS = 1 + 2 * MAX_GAPS_OF_AN_END;

export class Gaps {
  readonly #rows: MeasuredRows;
  readonly #store = new Arena(WORDS * 4 * 16);
  #words: Int32Array = this.#store.i32;
  #count = 0;
  #free = 0;
  limitReached = false;

  constructor(rows: MeasuredRows) {
    this.#rows = rows;
  }

  /** `row` skipped the numbers from `from` to `to`, which are beyond all of its gaps so far. */
  add(row: number, from: number, to: number): void {
    const list = this.#listOf(row);
    if (list < 0) return;
    if (this.#words[list] === MAX_GAPS_OF_AN_END) {
      // The lowest one is the oldest. What was acknowledged will not be sent again.
      if (seqDiff(this.#words[list + 2]!, this.#rows.words[row + Field.acked]!) > 0) this.limitReached = true;
      this.#remove(list, 0);
    }
    this.#insert(list, this.#words[list]!, from, to);
  }

  #listOf(row: number): number {
    const { words } = this.#rows;
    if (words[row + Field.gaps] !== 0) return words[row + Field.gaps]! - 1;
    let list = this.#free - 1;
    if (list >= 0) this.#free = this.#words[list]!;
    else {
      if (this.#count >= MAX_GAPPED_ENDS || !this.#store.ensure((this.#count + 1) * WORDS * 4)) {
        this.limitReached = true;
        return -1;
      }
      this.#words = this.#store.i32;
      list = this.#count++ * WORDS;
    }
    this.#words[list] = 0;
    words[row + Field.gaps] = list + 1;
    return list;
  }

  /** How many of the numbers from `from` to `to` were missing. They are not any more. */
  fill(row: number, from: number, to: number): number {
    const list = this.#rows.words[row + Field.gaps]! - 1;
    if (list < 0) return 0;
    const g = this.#words;
    let filled = 0;
    for (let i = g[list]! - 1; i >= 0; i--) {
      const at = list + 1 + 2 * i;
      const [begin, end] = [g[at]!, g[at + 1]!];
      const first = seqDiff(from, begin) > 0 ? from : begin;
      const last = seqDiff(to, end) < 0 ? to : end;
      if (seqDiff(last, first) <= 0) continue;
      filled += seqDiff(last, first);
      this.#cut(list, i, first, last);
    }
    if (g[list] === 0) this.clear(row);
    return filled;
  }

  /** Takes the numbers from `first` to `last` out of a gap. */
  #cut(list: number, i: number, first: number, last: number): void {
    const g = this.#words;
    const at = list + 1 + 2 * i;
    const [begin, end] = [g[at]!, g[at + 1]!];
    if (first === begin && last === end) this.#remove(list, i);
    else if (first === begin) g[at] = last;
    else if (last === end) g[at + 1] = first;
    else if (g[list] === MAX_GAPS_OF_AN_END) {
      // No room for two: the lower part is forgotten.
      g[at] = last;
      this.limitReached = true;
    } else {
      g[at + 1] = first;
      this.#insert(list, i + 1, last, end);
    }
  }

  #insert(list: number, i: number, from: number, to: number): void {
    const g = this.#words;
    const at = list + 1 + 2 * i;
    g.copyWithin(at + 2, at, list + 1 + 2 * g[list]!);
    g[at] = from;
    g[at + 1] = to;
    g[list]!++;
  }

  #remove(list: number, i: number): void {
    const g = this.#words;
    g.copyWithin(list + 1 + 2 * i, list + 3 + 2 * i, list + 1 + 2 * g[list]!);
    g[list]!--;
  }

  /** Forgets all gaps of an end. */
  clear(row: number): void {
    const { words } = this.#rows;
    const list = words[row + Field.gaps]! - 1;
    if (list < 0) return;
    this.#words[list] = this.#free;
    this.#free = list + 1;
    words[row + Field.gaps] = 0;
  }
}
