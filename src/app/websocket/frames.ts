/** One direction of WebSocket (RFC 6455 section 5): spans of bytes in, frames out. Any cut of the bytes gives the same. */
import type { Arrival } from '../../stream/segment.ts';
import { arrivalOf } from '../arrival.ts';
import type { Span } from '../http1/reader.ts';

export interface FrameHead {
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** RSV2 or RSV3 is set, which nobody defined. */
  readonly reserved: boolean;
  readonly opcode: number;
  readonly masked: boolean;
  /** Bytes of payload. */
  readonly length: number;
  /** Stream offset of the frame. */
  readonly start: number;
  /** What brought its first byte; valid during the call. */
  readonly first: Arrival;
}

export interface FrameEvents {
  /** `before`: the spans in which the first bytes of the head were, where it does not begin in `span`. */
  head(head: FrameHead, span: Span, before: readonly Span[]): void;
  /** Payload without its mask; valid during the call. */
  payload(bytes: Uint8Array, span: Span): void;
  /** `end`: stream offset behind the frame. */
  end(end: number, span: Span): void;
  /** No frame can be told from here on. */
  broken(text: string): void;
}

const MAX_HEAD = 14;

export class FrameReader {
  readonly #events: FrameEvents;
  readonly #head = new Uint8Array(MAX_HEAD);
  #headLength = 0;
  #left = 0;
  #inPayload = false;
  #mask: Uint8Array | null = null;
  #maskAt = 0;
  #start = 0;
  /** Of a head that was cut: the spans with its first bytes, and what brought the first of them. */
  #before: Span[] = [];
  #since: Arrival | null = null;
  isBroken = false;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  /** Stream offset of a head that is not whole yet; null when there is none. */
  get pendingStart(): number | null {
    return this.#headLength > 0 ? this.#start : null;
  }

  push(span: Span): void {
    let at = span.start;
    while (at < span.end && !this.isBroken)
      at = this.#inPayload ? this.#takePayload(span, at) : this.#takeHead(span, at);
  }

  /** Bytes that never come. False: the end of the frame may be among them. */
  gap(length: number): boolean {
    if (!this.#inPayload || length > this.#left) {
      this.isBroken = true;
      return false;
    }
    this.#left -= length;
    this.#maskAt += length;
    return true;
  }

  #takeHead(span: Span, start: number): number {
    let at = start;
    if (this.#headLength === 0) this.#start = span.offset + at - span.start;
    while (at < span.end && (this.#headLength < 2 || this.#headLength < headSize(this.#head))) {
      this.#head[this.#headLength++] = span.bytes[at++]!;
    }
    if (this.#headLength >= 2 && this.#headLength === headSize(this.#head)) this.#open(span, at);
    else {
      this.#since ??= arrivalOf(span.sent);
      this.#before.push(span);
    }
    return at;
  }

  #open(span: Span, at: number): void {
    const head = this.#head;
    const short = head[1]! & 127;
    const size = short === 127 ? 10 : short === 126 ? 4 : 2;
    let length = short;
    if (short >= 126) length = head.subarray(2, size).reduce((value, byte) => value * 256 + byte, 0);
    if (!Number.isSafeInteger(length)) {
      this.isBroken = true;
      this.#events.broken('a frame that is longer than anything');
      return;
    }
    const masked = head[1]! > 127;
    this.#mask = masked ? head.slice(size, size + 4) : null;
    this.#maskAt = 0;
    this.#left = length;
    this.#headLength = 0;
    this.#inPayload = true;
    const top = head[0]!;
    const bits = { fin: top > 127, rsv1: (top & 64) !== 0, reserved: (top & 48) !== 0, opcode: top & 15 };
    const [first, before] = [this.#since ?? span.sent, this.#before];
    this.#since = null;
    if (before.length > 0) this.#before = [];
    this.#events.head({ ...bits, masked, length, start: this.#start, first }, span, before);
    if (length === 0) this.#close(span, at);
  }

  #takePayload(span: Span, start: number): number {
    const to = Math.min(span.end, start + this.#left);
    if (this.#mask === null) this.#events.payload(span.bytes.subarray(start, to), span);
    else this.#events.payload(this.#unmasked(span.bytes, start, to), span);
    this.#left -= to - start;
    if (this.#left === 0) this.#close(span, to);
    return to;
  }

  #unmasked(bytes: Uint8Array, start: number, to: number): Uint8Array {
    const plain = bytes.slice(start, to);
    for (let i = 0; i < plain.length; i++) plain[i]! ^= this.#mask![(this.#maskAt + i) & 3]!;
    this.#maskAt += plain.length;
    return plain;
  }

  #close(span: Span, at: number): void {
    this.#inPayload = false;
    this.#events.end(span.offset + at - span.start, span);
  }
}

/** Bytes of a frame's head, whose first two bytes are there. */
function headSize(head: Uint8Array): number {
  const short = head[1]! & 127;
  return 2 + (short === 127 ? 8 : short === 126 ? 2 : 0) + (head[1]! > 127 ? 4 : 0);
}
