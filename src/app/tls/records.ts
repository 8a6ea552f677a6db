/**
 * The record layer of one direction (RFC 8446 section 5.1): bytes in any split -> records. A record in one piece is handed on
 * without a copy; one in several is put together first, unless nobody wants its bytes.
 */
import type { Arrival } from '../../stream/segment.ts';
import { MAX_RECORD_BYTES } from './limits.ts';

export const RecordType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
} as const;
/** Stands for the type of a hello in the form of SSL 2.0. */
export const SSL2_RECORD = 0x80;

const HEADER_BYTES = 5;

export interface RecordSink {
  /** Whether the bytes of such a record are of use. */
  wants(type: number): boolean;
  /** `body` is valid during the call; null where it was not wanted. `length` is that of the body. */
  record(type: number, version: number, body: Uint8Array | null, length: number, now: Arrival): void;
  /** Nothing more can be read. `not-tls`: no record header where one must stand. `gap`: bytes are missing. */
  lost(why: 'not-tls' | 'gap', now: Arrival): void;
}

export class RecordReader {
  readonly #sink: RecordSink;
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerUsed = 0;
  #length = 0;
  /** Bytes of the body that are still to come. */
  #left = 0;
  #body: Uint8Array | null = null;
  /** Memory of bodies that come in several pieces: one after the other. */
  #room = NO_BYTES;
  #isFirst = true;
  /** Reading ended before the bytes did. */
  isLost = false;
  /** The segment that brought the first byte of the record. */
  readonly began = { frame: 0, seconds: 0, nanoseconds: 0 };

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  /** `now`: the segment that made the bytes readable; `sent`: the one that brought them. */
  push(bytes: Uint8Array, now: Arrival, sent: Arrival = now): void {
    let at = 0;
    while (at < bytes.length && !this.isLost) {
      if (this.#left > 0) at = this.#readBody(bytes, at, now);
      else {
        if (this.#headerUsed === 0) this.#begin(sent);
        at = this.#readHeader(bytes, at, now);
      }
    }
  }

  /** A hole inside a body that nobody wants does no harm. */
  gap(length: number, now: Arrival): void {
    if (this.isLost) return;
    if (this.#left >= length && this.#body === null) {
      this.#left -= length;
      if (this.#left === 0) this.#tell(null, now);
      return;
    }
    this.#lose('gap', now);
  }

  /** A record has begun and is not whole. */
  get isCut(): boolean {
    return this.#left > 0 || this.#headerUsed > 0;
  }

  #begin({ frame, seconds, nanoseconds }: Arrival): void {
    this.began.frame = frame;
    this.began.seconds = seconds;
    this.began.nanoseconds = nanoseconds;
  }

  #readHeader(bytes: Uint8Array, from: number, now: Arrival): number {
    let at = from;
    const header = this.#header;
    while (this.#headerUsed < HEADER_BYTES && at < bytes.length) header[this.#headerUsed++] = bytes[at++]!;
    if (this.#headerUsed < HEADER_BYTES) return at;
    if (this.#isFirst && isSsl2(header)) return this.#beginSsl2(bytes, at, now);
    this.#isFirst = false;
    this.#length = (header[3]! << 8) | header[4]!;
    if (!isHeader(header) || this.#length > MAX_RECORD_BYTES) {
      this.#lose('not-tls', now);
      return at;
    }
    this.#left = this.#length;
    if (this.#left === 0) this.#tell(header.subarray(0, 0), now);
    else if (this.#sink.wants(header[0]!)) return this.#beginBody(bytes, at, now);
    return at;
  }

  /** The whole body where it is there, else room for it. */
  #beginBody(bytes: Uint8Array, at: number, now: Arrival): number {
    const end = at + this.#length;
    if (end > bytes.length) {
      if (this.#room.length < this.#length) this.#room = new Uint8Array(this.#length);
      this.#body = this.#room.subarray(0, this.#length);
      return at;
    }
    this.#left = 0;
    this.#tell(bytes.subarray(at, end), now);
    return end;
  }

  #readBody(bytes: Uint8Array, at: number, now: Arrival): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#body?.set(bytes.subarray(at, end), this.#length - this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#tell(this.#body, now);
    return end;
  }

  #tell(body: Uint8Array | null, now: Arrival): void {
    const header = this.#header;
    this.#body = null;
    this.#headerUsed = 0;
    const isOld = header[0] === SSL2_RECORD;
    const version = isOld ? 2 : (header[1]! << 8) | header[2]!;
    this.#sink.record(header[0]!, version, body, this.#length, now);
  }

  /** Two bytes of header; the other three belong to the body already. */
  #beginSsl2(bytes: Uint8Array, at: number, now: Arrival): number {
    const header = this.#header;
    this.#isFirst = false;
    this.#length = ((header[0]! & 0x7f) << 8) | header[1]!;
    this.#left = this.#length - 3;
    if (this.#left <= 0) {
      this.#lose('not-tls', now);
      return at;
    }
    this.#body = new Uint8Array(this.#length);
    this.#body.set(header.subarray(2));
    header[0] = SSL2_RECORD;
    return this.#readBody(bytes, at, now);
  }

  #lose(why: 'not-tls' | 'gap', now: Arrival): void {
    this.isLost = true;
    this.#body = null;
    this.#room = NO_BYTES;
    this.#sink.lost(why, now);
  }
}

const NO_BYTES = new Uint8Array(0);

const isHeader = (b: Uint8Array): boolean => b[0]! >= 20 && b[0]! <= 24 && (b[1] === 3 || b[1] === 0x7f);

/** RFC 5246 appendix E.2: a length with its highest bit set, message type 1, a version up to 3.x. */
const isSsl2 = (b: Uint8Array): boolean =>
  (b[0]! & 0x80) !== 0 && b[2] === 1 && (b[3] === 3 || (b[3] === 0 && b[4] === 2));

/** Bytes that tell a hello: the header and the type of the first message. */
export const HELLO_HEAD = 6;

/** Whether a stream of TLS may start with these bytes: as `HELLO_HEAD` of them tell. */
export function startsHello(b: Uint8Array): boolean {
  if (isSsl2(b)) return true;
  const isHello = b[5] === 1 || b[5] === 2;
  return b[0] === RecordType.handshake && b[1] === 3 && b[2]! <= 4 && isHello;
}
