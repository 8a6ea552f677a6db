/**
 * Secrets in header blocks of HTTP/2, where no lines are: values of fields, which HPACK may have coded but has not hidden.
 * Blocks that cannot be read are secrets as a whole.
 */
import { PREFACE } from '../http/sniff.ts';
import type { Span } from '../http1/reader.ts';
import { Flag, type FrameHead, Http2FrameReader, Type } from '../http2/frames.ts';
import { fragmentOf, joined } from '../http2/header-block.ts';
import { Hpack } from '../http2/hpack.ts';
import { MAX_HEADER_BLOCK_BYTES, MAX_SEARCHED_FOR_HTTP2 } from '../limits.ts';
import { secretsOf } from './rules.ts';

type Cover = (start: number, end: number, what: string) => void;

/** A header block that cannot be read holds cookies as likely as not. */
const UNREADABLE = 'headers';

/** A SETTINGS frame of stream 0 (RFC 9113 section 6.5): what a server's HTTP/2 begins with. */
const isSettings = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0 &&
  bytes[at + 1] === 0 &&
  bytes[at + 2]! % 6 === 0 &&
  bytes[at + 3] === Type.settings &&
  bytes[at + 4] === 0 &&
  (bytes[at + 5]! | bytes[at + 6]! | bytes[at + 7]! | bytes[at + 8]!) === 0;

const SETTINGS_HEAD = 9;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const PREFACE_BYTES = Buffer.from(PREFACE);

/** Where HTTP/2 begins: at the start, or behind the head that agreed to change to it (RFC 7540 section 3.2); -1 for nowhere yet. */
function beginning(bytes: Buffer, from: number): number {
  const preface = bytes.indexOf(PREFACE_BYTES, Math.max(0, from - PREFACE.length));
  if (preface >= 0) return preface;
  if (from < SETTINGS_HEAD && bytes.length >= SETTINGS_HEAD && isSettings(bytes, 0)) return 0;
  let head = bytes.indexOf(END_OF_HEAD, Math.max(0, from - SETTINGS_HEAD - END_OF_HEAD.length));
  while (head >= 0 && head + END_OF_HEAD.length + SETTINGS_HEAD <= bytes.length) {
    if (isSettings(bytes, head + END_OF_HEAD.length)) return head + END_OF_HEAD.length;
    head = bytes.indexOf(END_OF_HEAD, head + 1);
  }
  return -1;
}

const ignore = (): void => undefined;
const somewhen = { frame: 0, seconds: 0, nanoseconds: 0 };

/** One direction: bytes in order in, secrets out, in ascending order. */
export class Http2Secrets {
  readonly #cover: Cover;
  /** The first bytes, while it is not known whether this is HTTP/2; null once it is known. */
  #first: Buffer | null = Buffer.alloc(0);
  #frames: Http2FrameReader | null = null;
  readonly #hpack = new Hpack();
  /** Fragments of the block in the making, and their offsets in the stream. */
  #pieces: { readonly bytes: Uint8Array; readonly offset: number }[] = [];
  #blockBytes = 0;
  /** The frame with fields that is not whole yet. */
  #pending: FrameHead | null = null;
  /** Nothing is understood any more, and all that comes is covered. */
  #isLost = false;

  constructor(cover: Cover) {
    this.#cover = cover;
  }

  data(bytes: Uint8Array, offset: number): void {
    if (this.#frames !== null) return this.#push(bytes, offset);
    if (this.#first === null) return;
    const from = this.#first.length;
    this.#first = Buffer.concat([this.#first, bytes.subarray(0, MAX_SEARCHED_FOR_HTTP2)]);
    const at = beginning(this.#first, from);
    if (at >= 0) {
      const known = this.#first.subarray(at);
      const start = offset - from + at;
      this.#first = null;
      this.#frames = this.#newReader(known[0] === 0 ? 0 : PREFACE.length);
      this.#push(known, start);
      this.#push(bytes.subarray(MAX_SEARCHED_FOR_HTTP2), offset + MAX_SEARCHED_FOR_HTTP2);
    } else if (this.#first.length >= MAX_SEARCHED_FOR_HTTP2) this.#first = null;
  }

  gap(offset: number, length: number): void {
    this.#first = null;
    if (this.#frames === null || this.#isLost) return;
    if (this.#frames.gap(length)) return;
    this.#loseAt(offset);
  }

  /** What a frame that never became whole had of its fields. */
  end(): void {
    if (this.#pending !== null) this.#loseAt(Infinity);
  }

  #push(bytes: Uint8Array, offset: number): void {
    if (bytes.length === 0 || this.#isLost) return;
    const span: Span = { bytes, start: 0, end: bytes.length, offset, sent: somewhen, now: somewhen };
    this.#frames!.push(span);
    if (this.#frames!.isBroken) this.#loseAt(offset);
  }

  #loseAt(offset: number): void {
    if (this.#isLost) return;
    this.#isLost = true;
    const start = Math.min(offset, this.#pieces[0]?.offset ?? Infinity, this.#pending?.start ?? Infinity);
    if (start < Infinity) this.#cover(start, Infinity, UNREADABLE);
  }

  #newReader(preface: number): Http2FrameReader {
    return new Http2FrameReader(
      {
        head: (head) => {
          if (!holdsFields(head)) return;
          this.#pending = head;
          if (head.type === Type.continuation) return;
          this.#pieces = [];
          this.#blockBytes = 0;
        },
        data: ignore,
        frame: (head, payload) => this.#frame(head, payload),
        broken: ignore,
      },
      preface,
    );
  }

  #frame(head: FrameHead, payload: Uint8Array): void {
    if (!holdsFields(head)) return;
    this.#pending = null;
    const bytes = fragmentOf(head, payload, ignore);
    this.#pieces.push({ bytes, offset: head.start + SETTINGS_HEAD + bytes.byteOffset - payload.byteOffset });
    this.#blockBytes += bytes.length;
    if (this.#blockBytes > MAX_HEADER_BLOCK_BYTES) this.#hpack.isBroken = true;
    if ((head.flags & Flag.endHeaders) === 0 && !this.#hpack.isBroken) return;
    this.#read();
    this.#pieces = [];
    this.#blockBytes = 0;
  }

  #read(): void {
    const found: [from: number, to: number, what: string][] = [];
    const block = this.#hpack.isBroken
      ? null
      : joined(
          this.#pieces.map(({ bytes }) => bytes),
          this.#blockBytes,
        );
    const fields =
      block &&
      this.#hpack.decode(block, (name, value, from, to) => {
        const [secret] = secretsOf(`${name}: ${value}`);
        if (secret !== undefined) found.push([from, to, secret.what]);
      });
    if (fields === null) return this.#coverBlock(0, this.#blockBytes, UNREADABLE);
    for (const [from, to, what] of found) this.#coverBlock(from, to, what);
  }

  /** Columns of the block, which may lie in several frames. */
  #coverBlock(from: number, to: number, what: string): void {
    let at = 0;
    for (const { bytes, offset } of this.#pieces) {
      const start = Math.max(from, at);
      const end = Math.min(to, at + bytes.length);
      if (start < end) this.#cover(offset + start - at, offset + end - at, what);
      at += bytes.length;
    }
  }
}

const holdsFields = ({ type }: FrameHead): boolean =>
  type === Type.headers || type === Type.pushPromise || type === Type.continuation;
