/** Holes in what an end was seen to send. */
import { seqDiff } from '../../bytes/sequence.ts';
import { MAX_HOLES } from './limits.ts';

interface Hole {
  readonly from: number;
  readonly to: number;
}

export class Holes {
  #list: Hole[] = [];
  /** Some were forgotten for want of room. */
  forgot = false;

  add(from: number, to: number): void {
    this.#list.push({ from, to });
    if (this.#list.length <= MAX_HOLES) return;
    this.#list.shift();
    this.forgot = true;
  }

  /** Takes the range out of the holes; true when it was in one, in part at least. */
  fill(from: number, to: number): boolean {
    const left = this.#list.flatMap((hole) => without(hole, from, to));
    const filled = left.length !== this.#list.length || left.some((hole, i) => hole !== this.#list[i]);
    this.#list = left;
    return filled;
  }
}

/** What is left of a hole. */
function without(hole: Hole, from: number, to: number): Hole[] {
  if (seqDiff(from, hole.to) >= 0 || seqDiff(to, hole.from) <= 0) return [hole];
  const before = seqDiff(from, hole.from) > 0 ? [{ from: hole.from, to: from }] : [];
  return seqDiff(to, hole.to) < 0 ? [...before, { from: to, to: hole.to }] : before;
}
