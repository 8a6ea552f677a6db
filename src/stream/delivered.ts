/** The last bytes of a direction that were delivered, for comparison with what is sent again. */
import type { Budget } from './budget.ts';
import type { Version } from './conflicts.ts';
import { MAX_COMPARED_BYTES, MAX_COMPARED_SEGMENTS } from './limits.ts';

const FIRST_BYTES = 4096;

export class Delivered {
  readonly #budget: Budget;
  /** A ring: the byte at stream offset `n` stands at `n % length`. Its length is a power of two. */
  #ring = new Uint8Array(0);
  /** Stream offsets between which bytes are kept. */
  #start = 0;
  #end = 0;
  /** A ring of the segments that brought them. */
  #starts: number[] = [];
  #frames: number[] = [];
  #segments = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** `bytes` at `offset` were delivered; what stands before a hole is forgotten. */
  add(bytes: Uint8Array, offset: number, frame: number): void {
    if (offset !== this.#end) this.#start = this.#end = offset;
    this.#grow(this.#end - this.#start + bytes.length);
    const size = this.#ring.length;
    this.#end += bytes.length;
    this.#start = Math.max(this.#start, this.#end - size);
    if (size === 0) return;
    const kept = bytes.length > size ? bytes.subarray(bytes.length - size) : bytes;
    copyAround(this.#ring, kept, this.#end - kept.length);
    const row = this.#segments++ % MAX_COMPARED_SEGMENTS;
    this.#starts[row] = offset;
    this.#frames[row] = frame;
  }

  /** The first offset that can be compared. */
  get start(): number {
    return this.#start;
  }

  /** Kept versions of the bytes from `from` to `to`, one for each segment that brought them. */
  *versions(from: number, to: number): Generator<Version & { offset: number }> {
    let end = to;
    for (let back = 1; back <= Math.min(this.#segments, MAX_COMPARED_SEGMENTS) && end > from; back++) {
      const row = (this.#segments - back) % MAX_COMPARED_SEGMENTS;
      const offset = Math.max(from, this.#starts[row]!);
      if (offset >= end) continue;
      yield { offset, frame: this.#frames[row]!, bytes: this.#copy(offset, end) };
      end = offset;
    }
    if (end > from) yield { offset: from, frame: 0, bytes: this.#copy(from, end) };
  }

  release(): void {
    this.#budget.give(this.#ring.length);
    this.#ring = new Uint8Array(0);
    this.#starts = [];
    this.#frames = [];
    this.#segments = 0;
    this.#start = this.#end;
  }

  #copy(from: number, to: number): Uint8Array {
    const at = from % this.#ring.length;
    const whole = this.#ring.slice(at, at + to - from);
    if (whole.length === to - from) return whole;
    const bytes = new Uint8Array(to - from);
    bytes.set(whole);
    bytes.set(this.#ring.subarray(0, bytes.length - whole.length), whole.length);
    return bytes;
  }

  /** Without memory for it, fewer bytes are kept. */
  #grow(wanted: number): void {
    let size = this.#ring.length;
    while (size < wanted && size < MAX_COMPARED_BYTES) size = size === 0 ? FIRST_BYTES : 2 * size;
    if (size === this.#ring.length || !this.#budget.take(size - this.#ring.length)) return;
    const bytes = this.#end > this.#start ? this.#copy(this.#start, this.#end) : null;
    this.#ring = new Uint8Array(size);
    if (bytes !== null) copyAround(this.#ring, bytes, this.#start);
  }
}

/** Writes `bytes` of stream offset `offset` into a ring, around its end where need be. */
function copyAround(ring: Uint8Array, bytes: Uint8Array, offset: number): void {
  const at = offset % ring.length;
  const room = ring.length - at;
  if (bytes.length <= room) return ring.set(bytes, at);
  ring.set(bytes.subarray(0, room), at);
  ring.set(bytes.subarray(room), 0);
}
