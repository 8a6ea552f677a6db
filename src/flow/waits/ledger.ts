/**
 * Silences and closed windows, the longest few of each connection: entries of 32 bytes, each of which names the one
 * before it.
 */
import { Arena } from '../../bytes/arena.ts';
import { MAX_STALLS, MAX_STALLS_EACH } from './limits.ts';

const WORDS = 8;
const DOUBLES = 4;
const Entry = { previous: 0, before: 1, after: 2, kind: 3 } as const;
const NANOSECONDS = 2;
const AT = 3;
const SIDE_SHIFT = 8;
const KIND = (1 << SIDE_SHIFT) - 1;

/** A span without segments, or one in which a window was closed. */
export interface Span {
  /** A number of `Cause`; 0 for a closed window. */
  readonly kind: number;
  /** Who was waited for, or whose window it was. */
  readonly side: 0 | 1;
  /** Frames at its two ends. */
  readonly before: number;
  readonly after: number;
  readonly nanoseconds: number;
  /** From the connection's start. */
  readonly atNanoseconds: number;
}

export class Ledger {
  readonly #store = new Arena(WORDS * 4 * 256);
  #count = 0;
  limitReached = false;

  /** `newest`: the connection's entry; `seen`: how many spans it had. Returns its newest entry. */
  add(
    newest: number,
    seen: number,
    kind: number,
    side: number,
    before: number,
    after: number,
    nanoseconds: number,
    at: number,
  ): number {
    const entry = seen >= MAX_STALLS_EACH ? this.#shorter(newest, nanoseconds) : this.#new(newest);
    if (entry === 0) return newest;
    const words = this.#store.i32;
    const doubles = this.#store.f64;
    const word = (entry - 1) * WORDS;
    words[word + Entry.before] = before;
    words[word + Entry.after] = after;
    words[word + Entry.kind] = kind | (side << SIDE_SHIFT);
    doubles[(entry - 1) * DOUBLES + NANOSECONDS] = nanoseconds;
    doubles[(entry - 1) * DOUBLES + AT] = at;
    return seen >= MAX_STALLS_EACH ? newest : entry;
  }

  #new(newest: number): number {
    if (this.#count >= MAX_STALLS || !this.#store.ensure((this.#count + 1) * WORDS * 4)) {
      this.limitReached = true;
      return 0;
    }
    this.#store.i32[this.#count * WORDS + Entry.previous] = newest;
    return ++this.#count;
  }

  /** The shortest entry, when it is shorter than this; 0 otherwise. */
  #shorter(newest: number, nanoseconds: number): number {
    let [least, found] = [nanoseconds, 0];
    for (let entry = newest; entry !== 0; entry = this.#store.i32[(entry - 1) * WORDS]!) {
      const length = this.#store.f64[(entry - 1) * DOUBLES + NANOSECONDS]!;
      if (length < least) [least, found] = [length, entry];
    }
    return found;
  }

  /** Cause `kind` in place of `from` for the span that ends at frame `after`, if it was kept. */
  rename(newest: number, after: number, from: number, kind: number, side: number): void {
    for (let entry = newest; entry !== 0; entry = this.#store.i32[(entry - 1) * WORDS]!) {
      const word = (entry - 1) * WORDS;
      if (this.#store.i32[word + Entry.after] !== after) continue;
      if ((this.#store.i32[word + Entry.kind]! & KIND) !== from) return;
      this.#store.i32[word + Entry.kind] = kind | (side << SIDE_SHIFT);
      return;
    }
  }

  /** The kept spans of a connection in order of the capture; none is longer than `most`. */
  spans(newest: number, most = Infinity): Span[] {
    const spans: Span[] = [];
    for (let entry = newest; entry !== 0; entry = this.#store.i32[(entry - 1) * WORDS]!) {
      const word = (entry - 1) * WORDS;
      const kind = this.#store.i32[word + Entry.kind]!;
      spans.push({
        kind: kind & KIND,
        side: kind >>> SIDE_SHIFT === 0 ? 0 : 1,
        before: this.#store.i32[word + Entry.before]! >>> 0,
        after: this.#store.i32[word + Entry.after]! >>> 0,
        nanoseconds: Math.min(most, this.#store.f64[(entry - 1) * DOUBLES + NANOSECONDS]!),
        atNanoseconds: this.#store.f64[(entry - 1) * DOUBLES + AT]!,
      });
    }
    return spans.toSorted((a, b) => a.after - b.after);
  }
}
