/** All that a stream told, kept: what `follow` shows. */
import { MAX_TRANSCRIPT_BYTES, PIECE_BYTES } from './limits.ts';
import type { Arrival, Carrier, GapKind, Side, StreamSink } from './segment.ts';

/** Bytes of one segment that came in order, or a gap. */
export interface Chunk extends Arrival {
  readonly side: Side;
  readonly start: number;
  readonly end: number;
  /** Null where they never came. */
  readonly bytes: Uint8Array | null;
  readonly kind: 'data' | GapKind;
  /** The segment that made them readable; `frame` brought them. The time is this one's. */
  readonly readableFrame: number;
}

export class Transcript implements StreamSink {
  /** In the order in which they could be read. */
  readonly chunks: Chunk[] = [];
  readonly #limit: number;
  #used = 0;
  /** Chunks were left out for want of room. */
  limitReached = false;

  constructor(limit = MAX_TRANSCRIPT_BYTES) {
    this.#limit = limit;
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void {
    const chunk = { side, start: offset, end: offset + bytes.length, frame: carrier.frame, readableFrame: now.frame };
    const { seconds, nanoseconds } = now;
    if (this.#takes(bytes.length)) {
      this.chunks.push({ ...chunk, kind: 'data', bytes: bytes.slice(), seconds, nanoseconds });
    }
  }

  gap(side: Side, offset: number, length: number, kind: GapKind, now: Arrival): void {
    const { frame, seconds, nanoseconds } = now;
    const chunk = { side, start: offset, end: offset + length, frame, readableFrame: frame, seconds, nanoseconds };
    if (this.#takes(0)) this.chunks.push({ ...chunk, kind, bytes: null });
  }

  end(): void {}

  #takes(bytes: number): boolean {
    this.#used += bytes + PIECE_BYTES;
    if (this.#used > this.#limit) this.limitReached = true;
    return !this.limitReached;
  }
}
