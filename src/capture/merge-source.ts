/**
 * Several inputs as one, as mergecap does it: always the frame of the input whose next frame is earliest; within an
 * input the order stays, even where its times run backwards. Equal times: the input that begins earlier goes first, so
 * that a set of ring-buffer files gives the same frames in whatever order it is named.
 */
import type { Batch } from './batch.ts';
import { CaptureError } from './errors.ts';
import type { Facts } from './facts.ts';
import { openInput } from './input.ts';
import { MAX_CAPTURED_BYTES, MAX_HELD_DESCRIPTORS } from './limits.ts';
import type { MergeLeg } from './merge-leg.ts';
import type { FrameSource } from './source.ts';
import { TimeHeap, compareTimes } from './time-heap.ts';

/** So many frames of one input in a row are handed out where they lie; shorter runs are copied together. */
const WHOLE_RUN = 32;

export class MergeSource implements FrameSource {
  readonly files: Facts['files'];
  readonly interfaces: Facts['interfaces'];
  readonly damage: Facts['damage'];
  readonly secrets: Facts['secrets'];
  readonly #facts: Facts;
  readonly #legs: readonly MergeLeg[];
  /** Inputs that are not open yet, the first to come last. */
  readonly #closed: MergeLeg[];
  /** Inputs with a frame at hand. */
  readonly #heap = new TimeHeap();
  /** The input whose memory is used up; nothing can be merged before it is loaded. */
  #starved: MergeLeg | null = null;
  #openCount = 0;
  #nextNumber = 1;
  readonly #bytes = new Uint8Array(MAX_CAPTURED_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);

  constructor(legs: readonly MergeLeg[], facts: Facts) {
    this.#facts = facts;
    this.#legs = legs;
    this.files = facts.files;
    this.interfaces = facts.interfaces;
    this.damage = facts.damage;
    this.secrets = facts.secrets;
    const order = legs.toSorted((a, b) => compareTimes(a.firstTime, b.firstTime) || a.place.index - b.place.index);
    order.forEach((leg, rank) => {
      leg.rank = rank;
    });
    this.#closed = order.toReversed();
  }

  async load(): Promise<boolean> {
    for (;;) {
      const leg = this.#starved ?? this.#due();
      if (leg === null) return this.#heap.top !== undefined;
      if (this.#starved === null) this.#closed.pop();
      this.#starved = null;
      leg.input ??= await this.#open(leg);
      if (leg.input === null) continue;
      // A pipe has frames at hand before its turn comes: its first time could not be learnt otherwise.
      if (leg.hasFrame || ((await leg.input.load()) && leg.refill())) this.#heap.push(leg);
      else this.#release(leg);
    }
  }

  next(batch: Batch): boolean {
    batch.count = 0;
    batch.firstNumber = this.#nextNumber;
    let used = 0;
    while (batch.count < batch.limit && this.#starved === null && this.#due() === null) {
      const leg = this.#heap.top;
      if (leg === undefined) break;
      const run = this.#runLength(leg);
      if (run >= WHOLE_RUN) {
        if (batch.count === 0) this.#handOut(leg, run, batch);
        break;
      }
      const length = leg.batch.capturedLength[leg.row]!;
      if (used + length > this.#bytes.length) break;
      this.#copyOut(leg, used, batch);
      used += length;
    }
    this.#nextNumber += batch.count;
    return batch.count > 0;
  }

  progress(): number | null {
    let consumed = 0;
    let total = 0;
    for (const leg of this.#legs) {
      if (leg.size === null) return null;
      total += leg.size;
      consumed += leg.consumed;
    }
    return total === 0 ? 1 : consumed / total;
  }

  close(): void {
    for (const leg of this.#legs) leg.release();
    this.#closed.length = 0;
    this.#heap.clear();
  }

  /** The input that must be opened before the frame on top may go out. */
  #due(): MergeLeg | null {
    const leg = this.#closed.at(-1);
    const top = this.#heap.top;
    if (leg === undefined || (top !== undefined && compareTimes(top, leg.firstTime) <= 0)) return null;
    return leg;
  }

  /** How many frames of the leg on top, from its next one, come before any frame of another leg. */
  #runLength(leg: MergeLeg): number {
    const rival = this.#heap.second;
    const closed = this.#closed.at(-1)?.firstTime;
    const first = closed !== undefined && (rival === undefined || compareTimes(closed, rival) < 0) ? closed : rival;
    if (first === undefined) return leg.batch.count - leg.row;
    const limitSeconds = first.seconds;
    const limitNanoseconds = first.nanoseconds;
    const equalGoes = first !== rival || leg.rank < rival.rank;
    const { seconds, nanoseconds, count } = leg.batch;
    let end = leg.row;
    for (; end < count; end++) {
      if (seconds[end]! > limitSeconds) break;
      if (seconds[end]! < limitSeconds) continue;
      if (nanoseconds[end]! > limitNanoseconds || (nanoseconds[end] === limitNanoseconds && !equalGoes)) break;
    }
    return end - leg.row;
  }

  /** A run as it lies: rows are copied, bytes are not. */
  #handOut(leg: MergeLeg, run: number, batch: Batch): void {
    const { batch: from, row } = leg;
    const end = row + run;
    batch.bytes = from.bytes;
    batch.view = from.view;
    batch.count = run;
    batch.start.set(from.start.subarray(row, end));
    batch.capturedLength.set(from.capturedLength.subarray(row, end));
    batch.originalLength.set(from.originalLength.subarray(row, end));
    batch.seconds.set(from.seconds.subarray(row, end));
    batch.nanoseconds.set(from.nanoseconds.subarray(row, end));
    batch.interfaceIndex.set(from.interfaceIndex.subarray(row, end));
    this.#advance(leg, run);
  }

  /** One frame, copied to where its neighbours from other inputs are. */
  #copyOut(leg: MergeLeg, at: number, batch: Batch): void {
    const { batch: from, row } = leg;
    const to = batch.count++;
    const start = from.start[row]!;
    const length = from.capturedLength[row]!;
    this.#bytes.set(from.bytes.subarray(start, start + length), at);
    batch.bytes = this.#bytes;
    batch.view = this.#view;
    batch.start[to] = at;
    batch.capturedLength[to] = length;
    batch.originalLength[to] = from.originalLength[row]!;
    batch.seconds[to] = from.seconds[row]!;
    batch.nanoseconds[to] = from.nanoseconds[row]!;
    batch.interfaceIndex[to] = from.interfaceIndex[row]!;
    this.#advance(leg, 1);
  }

  #advance(leg: MergeLeg, frames: number): void {
    leg.row += frames;
    if (leg.hasFrame || leg.refill()) {
      this.#heap.sinkTop();
    } else {
      this.#heap.removeTop();
      this.#starved = leg;
    }
  }

  #release(leg: MergeLeg): void {
    leg.release();
    this.#openCount--;
  }

  async #open(leg: MergeLeg): Promise<MergeLeg['input']> {
    const keepOpen = this.#openCount < MAX_HELD_DESCRIPTORS;
    try {
      const input = await openInput({ ...leg.place, keepOpen }, this.#facts);
      this.#openCount++;
      return input;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      // It could be opened when the run began.
      const { message, expected, found, offset } = error;
      this.#facts.damage.push({ file: leg.place.index, byte: offset, frame: 1, what: message, expected, found });
      return null;
    }
  }
}
