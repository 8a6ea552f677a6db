/** The open inputs of a merge as a binary heap: the one whose next frame is earliest is on top. */
import type { MergeLeg, Time } from './merge-leg.ts';

/** Whether the next frame of `a` comes before that of `b`. */
function comesBefore(a: MergeLeg, b: MergeLeg): boolean {
  const order = compareTimes(a, b);
  return order < 0 || (order === 0 && a.rank < b.rank);
}

/** Negative, zero or positive, as in a sort. */
export function compareTimes(a: Time, b: Time): number {
  if (a.seconds !== b.seconds) return a.seconds < b.seconds ? -1 : 1;
  return a.nanoseconds - b.nanoseconds;
}

export class TimeHeap {
  readonly #legs: MergeLeg[] = [];

  get top(): MergeLeg | undefined {
    return this.#legs[0];
  }

  /** The leg that would be on top without the one that is. */
  get second(): MergeLeg | undefined {
    // Not by destructuring, which iterates: this is asked for every frame that is copied.
    const left = this.#legs[1];
    const right = this.#legs[2];
    if (left === undefined || right === undefined) return left;
    return comesBefore(right, left) ? right : left;
  }

  push(leg: MergeLeg): void {
    const legs = this.#legs;
    let at = legs.push(leg) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!comesBefore(leg, legs[parent]!)) break;
      legs[at] = legs[parent]!;
      at = parent;
    }
    legs[at] = leg;
  }

  /** To be called when the next frame of the top leg has changed. */
  sinkTop(): void {
    const legs = this.#legs;
    const leg = legs[0]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= legs.length) break;
      if (child + 1 < legs.length && comesBefore(legs[child + 1]!, legs[child]!)) child++;
      if (!comesBefore(legs[child]!, leg)) break;
      legs[at] = legs[child]!;
      at = child;
    }
    legs[at] = leg;
  }

  removeTop(): void {
    const last = this.#legs.pop()!;
    if (this.#legs.length === 0) return;
    this.#legs[0] = last;
    this.sinkTop();
  }

  clear(): void {
    this.#legs.length = 0;
  }
}
