/** Handshake messages of one direction (RFC 8446 section 4): payloads of records -> whole messages, however they were split. */
import { MAX_HANDSHAKE_BYTES } from './limits.ts';

const HEADER_BYTES = 4;

/** `message` has its header of four bytes; valid during the call. */
export type TakeMessage = (type: number, message: Uint8Array) => void;

export class MessageReader {
  readonly #take: TakeMessage;
  /** The message in the making. */
  #held = new Uint8Array(0);
  #used = 0;
  /** A message was longer than the limit; nothing more is read. */
  tooLong = false;

  constructor(take: TakeMessage) {
    this.#take = take;
  }

  /** A message has begun and is not whole. */
  get isCut(): boolean {
    return this.#used > 0;
  }

  push(payload: Uint8Array): void {
    if (this.tooLong) return;
    if (this.#used === 0) {
      const rest = this.#readAll(payload);
      if (rest.length > 0) this.#hold(rest);
      return;
    }
    this.#hold(payload);
    const bytes = this.#held.subarray(0, this.#used);
    if (this.#used < HEADER_BYTES || this.#used < HEADER_BYTES + lengthOf(bytes)) return;
    // What is told may push again in principle; the bytes stay valid because the next message gets memory of its own.
    this.#held = new Uint8Array(0);
    this.#used = 0;
    const rest = this.#readAll(bytes);
    if (rest.length > 0) this.#hold(rest);
  }

  /** Tells whole messages; returns what is left. */
  #readAll(bytes: Uint8Array): Uint8Array {
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const length = HEADER_BYTES + lengthOf(bytes.subarray(at));
      if (length > MAX_HANDSHAKE_BYTES) {
        this.tooLong = true;
        return bytes.subarray(bytes.length);
      }
      if (at + length > bytes.length) break;
      this.#take(bytes[at]!, bytes.subarray(at, at + length));
      at += length;
    }
    return bytes.subarray(at);
  }

  #hold(bytes: Uint8Array): void {
    const needed = this.#used + bytes.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.min(2 * MAX_HANDSHAKE_BYTES, Math.max(needed, 2 * this.#held.length)));
      grown.set(this.#held.subarray(0, this.#used));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#used);
    this.#used = needed;
  }
}

const lengthOf = (b: Uint8Array): number => (b[1]! << 16) | (b[2]! << 8) | b[3]!;
