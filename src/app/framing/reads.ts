/**
 * What a loop of `read(buffer)` would have returned, given when bytes arrived: a read returns what is there, up to the size
 * of its buffer, and waits where nothing is. With a delay the loop is busy for so long after every read.
 */
import type { Arrival, Carrier, Side, StreamSink } from '../../stream/segment.ts';
import { MAX_READS } from '../limits.ts';

export interface ReadPlan {
  readonly bytes: number;
  readonly delaySeconds: number;
}

export interface Read {
  readonly side: Side;
  readonly start: number;
  readonly end: number;
}

/** One direction of a connection. */
class ReadLoop {
  /** Bytes that arrived, and bytes that were read. */
  arrived = 0;
  taken = 0;
  /** When the reader is free again, in seconds since its first bytes. */
  free = 0;
  since: Arrival | null = null;
  frame = 0;
}

export class Reads implements StreamSink {
  readonly list: Read[] = [];
  limitReached = false;
  readonly #plan: ReadPlan;
  readonly #loops: readonly [ReadLoop, ReadLoop] = [new ReadLoop(), new ReadLoop()];

  constructor(plan: ReadPlan) {
    this.#plan = plan;
  }

  data(side: Side, bytes: Uint8Array, _offset: number, _carrier: Carrier, now: Arrival): void {
    this.#arrive(side, bytes.length, now);
  }

  /** The capture lacks the bytes, not the reader. */
  gap(side: Side, _offset: number, length: number, _kind: string, now: Arrival): void {
    this.#arrive(side, length, now);
  }

  end(side: Side): void {
    this.#readUntil(side, Infinity);
  }

  /** What one segment made readable can be read at once. */
  #arrive(side: Side, length: number, now: Arrival): void {
    const loop = this.#loops[side];
    loop.since ??= { frame: now.frame, seconds: now.seconds, nanoseconds: now.nanoseconds };
    const at = now.seconds - loop.since.seconds + (now.nanoseconds - loop.since.nanoseconds) / 1e9;
    if (loop.frame !== now.frame) {
      this.#readUntil(side, at);
      loop.free = Math.max(loop.free, at);
    }
    loop.frame = now.frame;
    loop.arrived += length;
  }

  #readUntil(side: Side, time: number): void {
    const loop = this.#loops[side];
    const { bytes, delaySeconds } = this.#plan;
    const until = delaySeconds === 0 ? Infinity : time;
    while (loop.taken < loop.arrived && loop.free < until) {
      const end = Math.min(loop.arrived, loop.taken + bytes);
      this.limitReached ||= this.list.length === MAX_READS;
      if (this.limitReached) return;
      this.list.push({ side, start: loop.taken, end });
      loop.taken = end;
      loop.free += delaySeconds;
    }
  }
}
