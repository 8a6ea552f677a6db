/**
 * Which connections have a frame that matches each of some filters. Stands in for the filter of a run, because filters
 * read a frame before it is decoded, and observes the run, because connections are known after that.
 */
import { BATCH_FRAMES } from '../capture/batch.ts';
import type { Filter } from '../filter/compile.ts';
import type { Frame } from '../wire/frame.ts';
import type { Observer } from './observer.ts';
import type { Tracker } from './tracker.ts';

/** One bit each. */
const MAX_FILTERS = 32;

export class FilterMarks implements Filter, Observer {
  readonly text = '';
  readonly #filters: readonly Filter[];
  readonly #chosen: Filter | undefined;
  /** Frames of the batch that take part, by number, with the filters that they match. */
  readonly #numbers = new Int32Array(BATCH_FRAMES);
  readonly #bits = new Int32Array(BATCH_FRAMES);
  #count = 0;
  /** By record of the connection. */
  #marks = new Int32Array(1024);

  /** `chosen`: the filter that says which frames take part at all. */
  constructor(filters: readonly Filter[], chosen: Filter | undefined) {
    if (filters.length > MAX_FILTERS) throw new RangeError(`${filters.length} filters, at most ${MAX_FILTERS}`);
    this.#filters = filters;
    this.#chosen = chosen;
  }

  matches(frame: Frame): boolean {
    if (this.#chosen?.matches(frame) === false) return false;
    let bits = 0;
    for (let i = 0; i < this.#filters.length; i++) if (this.#filters[i]!.matches(frame)) bits |= 1 << i;
    if (bits !== 0) {
      this.#numbers[this.#count] = frame.number;
      this.#bits[this.#count++] = bits;
    }
    return true;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number): void {
    let at = 0;
    for (let i = 0; i < count && at < this.#count; i++) {
      if (frames[i]!.number !== this.#numbers[at]) continue;
      const id = tracker.connection[i]!;
      if (id >= 0) this.#mark(id, this.#bits[at]!);
      at++;
    }
    this.#count = 0;
  }

  #mark(id: number, bits: number): void {
    if (id >= this.#marks.length) {
      const larger = new Int32Array(Math.max(id + 1, 2 * this.#marks.length));
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[id]! |= bits;
  }

  /** Bit `i` is set when a frame of the connection matches filter `i`. */
  of(id: number): number {
    return this.#marks[id] ?? 0;
  }
}
