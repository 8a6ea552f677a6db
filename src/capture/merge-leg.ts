/** One input of a merge: its next frame, and what is needed to open it only when the merge comes to its first one. */
import { Batch } from './batch.ts';
import type { Input } from './input.ts';
import type { InputPlace } from './input.ts';

/** A point in time as two numbers, as everywhere: whole seconds and nanoseconds. */
export interface Time {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Before every frame: an input whose first frame is not known is opened at the start. */
const BEFORE_ALL: Time = { seconds: Number.NEGATIVE_INFINITY, nanoseconds: 0 };

export class MergeLeg {
  readonly place: Omit<InputPlace, 'keepOpen'>;
  /** Time of the first frame; known before the input is opened for good. */
  firstTime: Time = BEFORE_ALL;
  /** Bytes of the file, or null for a pipe. */
  readonly size: number | null;
  /** Decides between equal times: the order of first frames, then of arguments. */
  rank = 0;
  input: Input | null;
  /** The frames at hand; the next one is `row`. */
  batch = new Batch();
  row = 0;
  #ended = false;

  constructor(place: Omit<InputPlace, 'keepOpen'>, size: number | null, input: Input | null) {
    this.place = place;
    this.size = size;
    this.input = input;
  }

  /** Time of the next frame; only with one at hand. */
  get seconds(): number {
    return this.batch.seconds[this.row]!;
  }

  get nanoseconds(): number {
    return this.batch.nanoseconds[this.row]!;
  }

  get hasFrame(): boolean {
    return this.row < this.batch.count;
  }

  get consumed(): number {
    if (this.#ended) return this.size ?? 0;
    return Math.min(this.size ?? 0, this.input?.consumed ?? 0);
  }

  /** Makes the next frame available from what is in memory; false when that is used up. */
  refill(): boolean {
    this.row = 0;
    return this.input!.next(this.batch);
  }

  /** Gives the memory of an input back that has no more frames. */
  release(): void {
    this.#ended = true;
    this.input?.close();
    this.input = null;
    this.batch = new Batch();
    this.row = 0;
  }
}
