/** One direction of HTTP/2 (RFC 9113 section 4.1): spans of bytes in, frames out; bytes of DATA are not kept. */
import type { Arrival } from '../../stream/segment.ts';
import { arrivalOf } from '../arrival.ts';
import type { Span } from '../http1/reader.ts';
import { MAX_HEADER_BLOCK_BYTES } from '../limits.ts';

export interface FrameHead {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly length: number;
  /** Stream offset of the frame in the connection. */
  readonly start: number;
}

export interface Http2FrameEvents {
  /** The first byte of a frame's payload is next; `first` brought its first byte, valid during the call. */
  head(head: FrameHead, first: Arrival): void;
  /** Payload of DATA, padding and all, as it comes. */
  data(head: FrameHead, bytes: Uint8Array, start: number, end: number): void;
  /** A frame is whole; `payload` is empty for DATA. */
  frame(head: FrameHead, payload: Uint8Array, span: Span): void;
  broken(): void;
}

const HEAD = 9;
export const DATA = 0;
export const Type = {
  headers: 1,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const Flag = { endStream: 1, endHeaders: 4, padded: 8, priority: 32 } as const;
/** RFC 9113 section 4.2: what a peer may announce at most. */
const MAX_FRAME = 16_777_215;
const NOTHING = new Uint8Array(0);

export class Http2FrameReader {
  readonly #events: Http2FrameEvents;
  readonly #bytes = new Uint8Array(HEAD);
  #headLength = 0;
  /** What brought the first byte of a head that was cut. */
  #since: Arrival | null = null;
  #head: FrameHead | null = null;
  #payload: Uint8Array = NOTHING;
  #filled = 0;
  /** Bytes of the client's preface that are still to come. */
  #skip: number;
  isBroken = false;

  constructor(events: Http2FrameEvents, preface: number) {
    this.#events = events;
    this.#skip = preface;
  }

  push(span: Span): void {
    let at = span.start;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, span.end - at);
      this.#skip -= skipped;
      at += skipped;
    }
    while (at < span.end && !this.isBroken)
      at = this.#head === null ? this.#takeHead(span, at) : this.#takePayload(span, at);
  }

  /** Bytes that never come. False: frames cannot be told any more. */
  gap(length: number): boolean {
    const head = this.#head;
    if (head !== null && head.type === DATA && length <= head.length - this.#filled) {
      this.#filled += length;
      return true;
    }
    this.isBroken = true;
    return false;
  }

  #takeHead(span: Span, start: number): number {
    let at = start;
    while (at < span.end && this.#headLength < HEAD) this.#bytes[this.#headLength++] = span.bytes[at++]!;
    if (this.#headLength < HEAD) {
      this.#since ??= arrivalOf(span.sent);
      return at;
    }
    const view = new DataView(this.#bytes.buffer);
    const length = view.getUint16(0) * 256 + view.getUint8(2);
    const head: FrameHead = {
      type: view.getUint8(3),
      flags: view.getUint8(4),
      stream: view.getUint32(5) & 0x7fff_ffff,
      length,
      start: span.offset + at - span.start - HEAD,
    };
    this.#headLength = 0;
    if (length > MAX_FRAME || (head.type !== DATA && length > MAX_HEADER_BLOCK_BYTES)) {
      this.isBroken = true;
      this.#events.broken();
      return span.end;
    }
    this.#head = head;
    this.#filled = 0;
    this.#payload = head.type === DATA ? NOTHING : new Uint8Array(length);
    this.#events.head(head, this.#since ?? span.sent);
    this.#since = null;
    if (length === 0) this.#close(span);
    return at;
  }

  #takePayload(span: Span, start: number): number {
    const head = this.#head!;
    const to = Math.min(span.end, start + head.length - this.#filled);
    if (head.type === DATA) this.#events.data(head, span.bytes, start, to);
    else this.#payload.set(span.bytes.subarray(start, to), this.#filled);
    this.#filled += to - start;
    if (this.#filled === head.length) this.#close(span);
    return to;
  }

  #close(span: Span): void {
    const head = this.#head!;
    this.#head = null;
    this.#events.frame(head, this.#payload, span);
    this.#payload = NOTHING;
  }
}
