/** Memory that all streams of a run share. */
import { MAX_STREAM_BYTES } from './limits.ts';

export class Budget {
  readonly #limit: number;
  used = 0;
  /** The most that was in use at a time. */
  peak = 0;
  limitReached = false;

  constructor(limit = MAX_STREAM_BYTES) {
    this.#limit = limit;
  }

  /** False when there is not that much left; nothing is taken then. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.#limit) {
      this.limitReached = true;
      return false;
    }
    this.used += bytes;
    this.peak = Math.max(this.peak, this.used);
    return true;
  }

  give(bytes: number): void {
    this.used -= bytes;
  }
}
