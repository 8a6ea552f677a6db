/**
 * One direction of SSH in clear: lines up to the identification string (RFC 4253 section 4.2), then packets (section 6) up
 * to SSH_MSG_NEWKEYS. What follows is encrypted and only measured.
 */
import type { Arrival } from '../../stream/segment.ts';
import { latin1 } from '../cursor.ts';
import { MAX_BANNER_BYTES, MAX_BANNER_LINES, MAX_PACKET_BYTES } from './limits.ts';

const NEWKEYS = 21;

export interface PacketSink {
  /** A line before the identification string. */
  line(text: string, now: Arrival): void;
  /** Without its line end; `end` is `crlf`, `lf` or `cr`. */
  banner(text: string, end: 'crlf' | 'lf', now: Arrival): void;
  /** Message number and what follows it, without padding; valid during the call. */
  packet(payload: Uint8Array, now: Arrival): void;
  /** Bytes that are encrypted, as they came in one segment. */
  encrypted(bytes: number, now: Arrival): void;
  lost(why: 'not-ssh' | 'gap' | 'packet', now: Arrival): void;
}

export class PacketReader {
  readonly #sink: PacketSink;
  #phase: 'lines' | 'packets' | 'encrypted' | 'lost' = 'lines';
  #held: Uint8Array = NO_BYTES;
  #lines = 0;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array, now: Arrival): void {
    if (this.#phase === 'lost') return;
    if (this.#phase === 'encrypted') return this.#sink.encrypted(bytes.length, now);
    let rest = this.#held.length === 0 ? bytes : joined(this.#held, bytes);
    let before = -1;
    while (rest.length !== before && rest.length > 0 && this.#isReading) {
      before = rest.length;
      rest = this.#phase === 'lines' ? this.#readLine(rest, now) : this.#readPacket(rest, now);
    }
    this.#held = this.#isReading ? rest.slice() : NO_BYTES;
    if (this.#isEncrypted && rest.length > 0) this.#sink.encrypted(rest.length, now);
  }

  gap(now: Arrival): void {
    if (this.#isReading) this.#lose('gap', now);
  }

  /** SSH-1 has packets of another form: nothing more is read. */
  stop(): void {
    this.#phase = 'lost';
  }

  get #isReading(): boolean {
    return this.#phase === 'lines' || this.#phase === 'packets';
  }

  get #isEncrypted(): boolean {
    return this.#phase === 'encrypted';
  }

  #readLine(bytes: Uint8Array, now: Arrival): Uint8Array {
    const end = bytes.indexOf(LF);
    if (end < 0) {
      if (bytes.length > MAX_BANNER_BYTES || !mayBeText(bytes)) this.#lose('not-ssh', now);
      return bytes;
    }
    const hasCr = end > 0 && bytes[end - 1] === CR;
    const text = latin1(bytes.subarray(0, Math.min(hasCr ? end - 1 : end, MAX_BANNER_BYTES)));
    if (text.startsWith('SSH-')) {
      this.#phase = 'packets';
      this.#sink.banner(text, hasCr ? 'crlf' : 'lf', now);
    } else if (++this.#lines > MAX_BANNER_LINES) this.#lose('not-ssh', now);
    else this.#sink.line(text, now);
    return bytes.subarray(end + 1);
  }

  #readPacket(bytes: Uint8Array, now: Arrival): Uint8Array {
    if (bytes.length < 5) return bytes;
    const length = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
    const padding = bytes[4]!;
    if (length > MAX_PACKET_BYTES || length < padding + 2) {
      this.#lose('packet', now);
      return bytes;
    }
    const end = 4 + length;
    if (bytes.length < end) return bytes;
    const payload = bytes.subarray(5, end - padding);
    if (payload[0] === NEWKEYS) this.#phase = 'encrypted';
    this.#sink.packet(payload, now);
    return bytes.subarray(end);
  }

  #lose(why: 'not-ssh' | 'gap' | 'packet', now: Arrival): void {
    this.#phase = 'lost';
    this.#held = NO_BYTES;
    this.#sink.lost(why, now);
  }
}

const NO_BYTES = new Uint8Array(0);
const LF = 10;
const CR = 13;

/** A line that is not whole yet: no byte of it is a control character but tab, carriage return and escape sequences. */
const mayBeText = (bytes: Uint8Array): boolean => !bytes.includes(0);

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
