/** Memory for the ends of connections that sent anything out of order, in the order in which they need it. */
import { Arena } from '../bytes/arena.ts';
import { MAX_IRREGULAR_ENDS } from './limits.ts';

/** Words of an entry. */
const WORDS = 16;

/** Offset in `words` of the entry with this number; negative for 0. */
export const offsetOf = (entry: number): number => (entry - 1) * WORDS;

export const Irregular = {
  retransmitted: 0,
  gaps: 1,
  /** Segments with a window of zero, after the first. */
  zeroWindows: 2,
  /** Everything before this number was seen, or was found to be a gap. */
  delivered: 3,
  /** Ranges seen beyond the hole: how many, then start and end of each, in order and apart from each other. */
  rangeCount: 4,
  ranges: 5,
} as const;

export class IrregularEnds {
  readonly #store = new Arena(WORDS * 4 * 64);
  words: Int32Array = this.#store.i32;
  #count = 0;

  /** Number of a new, zeroed entry, counted from 1; 0 when there is no room. */
  add(): number {
    if (this.#count >= MAX_IRREGULAR_ENDS || !this.#store.ensure((this.#count + 1) * WORDS * 4)) return 0;
    this.words = this.#store.i32;
    return ++this.#count;
  }
}
