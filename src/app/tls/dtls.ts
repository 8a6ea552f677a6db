/**
 * DTLS of one connection (RFC 6347, RFC 9147 for its names): datagrams -> the handshake, as far as its messages are in clear and
 * their fragments come in order; a message of which one is missing is a step without content. Nothing is decrypted.
 */
import type { Arrival, Side } from '../../stream/segment.ts';
import { Cursor } from '../cursor.ts';
import type { TlsRun } from './conversation.ts';
import { HandshakeReader } from './handshake-reader.ts';
import { MAX_HANDSHAKE_BYTES } from './limits.ts';
import { Type, messageName } from './names.ts';
import { RecordType } from './records.ts';

const RECORD_HEADER_BYTES = 13;
const MESSAGE_HEADER_BYTES = 12;
/** Messages of one direction whose numbers are told apart from copies sent again. */
const MAX_MESSAGES = 64;

export class DtlsConversation {
  readonly #run: TlsRun;
  #reader: HandshakeReader | null = null;
  /** Message numbers of each side that were taken: what is sent again is no step. */
  readonly #taken: [Set<number>, Set<number>] = [new Set(), new Set()];
  /** A message of each side of which some fragments came. */
  readonly #held: [Held | null, Held | null] = [null, null];
  done = false;

  constructor(run: TlsRun) {
    this.#run = run;
  }

  datagram(side: Side, bytes: Uint8Array, now: Arrival): void {
    let at = 0;
    while (!this.done && bytes.length - at >= RECORD_HEADER_BYTES) {
      const c = new Cursor(bytes, at);
      const [type, version, epoch] = [c.uint(1), c.uint(2), c.uint(2)];
      c.take(6);
      const length = c.uint(2);
      // What is no record ends the datagram; the next one starts afresh.
      if (!isDtlsVersion(version)) return;
      if (length > c.left) return this.#takeCut(side, type, epoch, c.take(c.left), now);
      this.#take(side, type, epoch, c.take(length), now);
      at += RECORD_HEADER_BYTES + length;
    }
  }

  #take(side: Side, type: number, epoch: number, body: Uint8Array, now: Arrival): void {
    if (this.#reader === null && !this.#open(side, type, epoch, body)) return;
    const reader = this.#reader!;
    const h = reader.handshake;
    reader.now = now;
    if (epoch === 0) {
      if (type === RecordType.handshake) this.#takeMessages(side, body);
      else if (type === RecordType.alert) reader.takeAlert(side, body);
      else if (type === RecordType.changeCipherSpec && !h.changedCipher[side]) {
        h.changedCipher[side] = true;
        reader.step(side, 'ChangeCipherSpec');
      }
    } else if (type === RecordType.handshake && !h.finished[side]) {
      h.finished[side] = true;
      reader.step(side, 'Finished', true);
    } else if (type === RecordType.applicationData) h.dataRecords[side]++;
    if (h.isComplete && h.dataRecords[0] + h.dataRecords[1] > 0) this.done = true;
  }

  /** A record that the snaplen cut: what the message is called is all that is known of it. */
  #takeCut(side: Side, type: number, epoch: number, body: Uint8Array, now: Arrival): void {
    if (this.#reader === null && !this.#open(side, type, epoch, body)) return;
    const reader = this.#reader!;
    reader.now = now;
    reader.noteOnce(side, 'tls_gap');
    if (epoch !== 0 || type !== RecordType.handshake || body.length < MESSAGE_HEADER_BYTES) return;
    const number = (body[4]! << 8) | body[5]!;
    if (this.#taken[side].has(number)) return;
    if (this.#taken[side].size < MAX_MESSAGES) this.#taken[side].add(number);
    reader.step(side, messageName(body[0]!) ?? `message ${body[0]!}`);
  }

  /** A handshake begins with a hello. */
  #open(side: Side, type: number, epoch: number, body: Uint8Array): boolean {
    if (type !== RecordType.handshake || epoch !== 0) return false;
    const isClient = body[0] === Type.clientHello;
    if (!isClient && body[0] !== Type.serverHello) return false;
    const handshake = this.#run.begin(isClient ? side : side === 0 ? 1 : 0);
    if (handshake === null) {
      this.done = true;
      return false;
    }
    this.#reader = new HandshakeReader(handshake, this.#run.store, null, true);
    return true;
  }

  /** RFC 6347 section 4.2.2: each message or fragment has its length, its number, and where the fragment stands in it. */
  #takeMessages(side: Side, body: Uint8Array): void {
    let at = 0;
    while (body.length - at >= MESSAGE_HEADER_BYTES) {
      const c = new Cursor(body, at);
      const [type, length, number, offset, part] = [c.uint(1), c.uint(3), c.uint(2), c.uint(3), c.uint(3)];
      if (part > c.left || offset + part > length) return this.#reader!.noteOnce(side, 'tls_record_malformed');
      const content = c.take(part);
      at += MESSAGE_HEADER_BYTES + part;
      if (this.#taken[side].has(number)) continue;
      const whole = part === length ? content : this.#gather(side, number, length, offset, content);
      if (offset + part !== length) continue;
      if (this.#taken[side].size < MAX_MESSAGES) this.#taken[side].add(number);
      if (whole !== null) this.#takeWhole(side, type, whole);
      else this.#reader!.step(side, messageName(type) ?? `message ${type}`);
    }
  }

  /** The message, once its last fragment came right after the others; null before, and where one is missing. */
  #gather(side: Side, number: number, length: number, offset: number, content: Uint8Array): Uint8Array | null {
    if (content.length === 0) return null;
    const held = this.#held[side];
    if (offset === 0) {
      const fits = length <= MAX_HANDSHAKE_BYTES;
      this.#held[side] = { number, pieces: fits ? [content.slice()] : [], used: fits ? content.length : -1 };
      return null;
    }
    if (held === null || held.number !== number || held.used !== offset) return null;
    held.pieces.push(content.slice());
    held.used += content.length;
    if (held.used < length) return null;
    this.#held[side] = null;
    const all = new Uint8Array(length);
    let at = 0;
    for (const piece of held.pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  /** As TLS has it: the type, three bytes of length, the content. */
  #takeWhole(side: Side, type: number, content: Uint8Array): void {
    const message = new Uint8Array(4 + content.length);
    message[0] = type;
    message[1] = content.length >>> 16;
    message[2] = content.length >>> 8;
    message[3] = content.length;
    message.set(content, 4);
    this.#reader!.take(side, type, message);
  }
}

interface Held {
  readonly number: number;
  readonly pieces: Uint8Array[];
  used: number;
}

const isDtlsVersion = (version: number): boolean => version === 0xfeff || version === 0xfefd || version === 0xfefc;
