/**
 * TLS of one connection: its bytes in order -> the handshake. Waits for a hello where something else comes first (STARTTLS,
 * a proxy's CONNECT), and lets the stream go once nothing more can be learnt.
 */
import type { Arrival, Carrier, GapKind, Side, StreamSink } from '../../stream/segment.ts';
import { otherSide } from '../../stream/segment.ts';
import type { CertificateStore } from './certificates.ts';
import { HandshakeReader } from './handshake-reader.ts';
import type { Handshake, TlsAnomaly } from './handshake.ts';
import { MAX_PLAIN_BYTES } from './limits.ts';
import { MessageReader } from './messages.ts';
import { Type, isTls13 } from './names.ts';
import { HELLO_HEAD, RecordReader, RecordType, SSL2_RECORD, startsHello } from './records.ts';
import type { Unlocker } from './unlocker.ts';

/** What conversations of a run share. */
export interface TlsRun {
  readonly store: CertificateStore;
  /** Called once a connection turns out to speak TLS; null where no more are kept. */
  begin(client: Side): Handshake | null;
  /** Decrypts records; null where there are no keys. */
  unlock(handshake: Handshake): Unlocker | null;
}

export class TlsConversation implements StreamSink {
  readonly #run: TlsRun;
  /** Null until one side says hello. */
  #reader: HandshakeReader | null = null;
  #unlocker: Unlocker | null = null;
  readonly #records: [RecordReader, RecordReader];
  readonly #messages: [MessageReader, MessageReader];
  /** The first bytes of a side, until they tell. */
  readonly #head: [Uint8Array, Uint8Array] = [NO_BYTES, NO_BYTES];
  readonly #before: [number, number] = [0, 0];
  /** The side has begun to speak TLS. */
  readonly #speaks: [boolean, boolean] = [false, false];
  /** Records of TLS 1.3 that nobody could read. */
  readonly #opaque: [number, number] = [0, 0];
  /** The segment that is read. */
  #now: Arrival = { frame: 0, seconds: 0, nanoseconds: 0 };
  /** The one that brought the bytes: another one behind a hole. */
  #sent: Arrival = this.#now;
  /** Nothing more is wanted. */
  done = false;

  constructor(run: TlsRun) {
    this.#run = run;
    this.#records = [this.#recordReader(0), this.#recordReader(1)];
    this.#messages = [this.#messageReader(0), this.#messageReader(1)];
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void {
    if (this.done) return;
    this.#now = now;
    this.#sent = carrier;
    if (this.#speaks[side]) this.#records[side].push(bytes, now, carrier);
    else this.#listen(side, bytes, offset);
  }

  gap(side: Side, _offset: number, length: number, _kind: GapKind, now: Arrival): void {
    if (this.done) return;
    this.#now = now;
    if (this.#speaks[side]) this.#records[side].gap(length, now);
    else this.#pass(side, length);
    if (this.#records[side].isLost) this.#unlocker?.missed(side, length, now);
  }

  end(side: Side, closed: Arrival | null = null): void {
    this.#unlocker?.end(side, closed);
  }

  /** Looks for a hello at the start of a segment. */
  #listen(side: Side, bytes: Uint8Array, offset: number): void {
    const held = this.#head[side];
    const head = held.length === 0 ? bytes : joined(held, bytes);
    if (this.#reader !== null) {
      this.#head[side] = NO_BYTES;
      return this.#answer(side, head);
    }
    if (head.length < HELLO_HEAD && offset < HELLO_HEAD) {
      this.#head[side] = head.slice();
      return;
    }
    this.#head[side] = NO_BYTES;
    if (head.length < HELLO_HEAD || !startsHello(head)) {
      if (offset === 0 && isPlainHttp(head)) this.done = true;
      return this.#pass(side, head.length);
    }
    const isServer = head[0] === RecordType.handshake && head[5] === Type.serverHello;
    const handshake = this.#run.begin(isServer ? otherSide(side) : side);
    if (handshake === null) {
      this.done = true;
      return;
    }
    handshake.plainBefore[0] = this.#before[0];
    handshake.plainBefore[1] = this.#before[1];
    this.#unlocker = this.#run.unlock(handshake);
    this.#reader = new HandshakeReader(handshake, this.#run.store, this.#unlocker);
    this.#start(side, head);
  }

  /** The other side of a connection that speaks TLS. What it said in clear before (`220 ready`) may come in several pieces. */
  #answer(side: Side, bytes: Uint8Array): void {
    const isRecord = bytes[0]! >= RecordType.changeCipherSpec && bytes[0]! <= RecordType.heartbeat;
    if (isRecord) this.#start(side, bytes);
    else if (this.#before[side] > 0) this.#pass(side, bytes.length);
    else {
      this.#speaks[side] = true;
      this.#records[side].isLost = true;
      this.#lose(side, 'tls_not_tls');
    }
  }

  #start(side: Side, bytes: Uint8Array): void {
    this.#speaks[side] = true;
    this.#records[side].push(bytes, this.#now, this.#sent);
  }

  #pass(side: Side, length: number): void {
    this.#before[side] += length;
    if (this.#before[side] > MAX_PLAIN_BYTES && this.#reader === null) this.done = true;
  }

  #recordReader(side: Side): RecordReader {
    return new RecordReader({
      wants: (type) => type !== RecordType.applicationData || this.#mayDecrypt,
      record: (type, version, body, length) => this.#takeRecord(side, type, version, body, length),
      lost: (why) => this.#lose(side, why === 'gap' ? 'tls_gap' : 'tls_not_tls'),
    });
  }

  #messageReader(side: Side): MessageReader {
    return new MessageReader((type, message) => this.#reader!.take(side, type, message));
  }

  #lose(side: Side, id: TlsAnomaly): void {
    this.#reader!.now = this.#now;
    this.#reader!.note(side, id);
    // What the other side says is of use only as long as the handshake may still fail.
    if (!this.#mayDecrypt && this.#records[0].isLost && this.#records[1].isLost) this.done = true;
  }

  #takeRecord(side: Side, type: number, version: number, body: Uint8Array | null, length: number): void {
    this.#reader!.now = this.#now;
    const opened = body === null ? null : (this.#unlocker?.open(side, type, version, body) ?? null);
    if (opened === 'failed') {
      if (type === RecordType.applicationData) this.#unlocker?.missed(side, length, this.#now);
      return this.#reader!.note(side, 'tls_record_not_decrypted');
    }
    if (opened !== null) return this.#takeContent(side, opened.type, opened.bytes);
    if (this.#isProtected(side, type)) this.#takeOpaque(side, type, length);
    else if (body !== null) this.#takeContent(side, type, body);
  }

  get #mayDecrypt(): boolean {
    return this.#unlocker !== null && !this.#unlocker.isIdle;
  }

  /** Whether a record that nobody decrypted is encrypted. */
  #isProtected(side: Side, type: number): boolean {
    if (type === RecordType.applicationData) return true;
    if (type !== RecordType.handshake && type !== RecordType.alert) return false;
    const h = this.#reader!.handshake;
    // In TLS 1.3 that message is for show (RFC 8446 section 5), and before a second hello in clear.
    return h.changedCipher[side] && h.retry === null && !isTls13(h.version ?? 0);
  }

  #takeContent(side: Side, type: number, body: Uint8Array): void {
    const h = this.#reader!.handshake;
    switch (type) {
      case RecordType.handshake:
        this.#messages[side].push(body);
        if (this.#messages[side].tooLong) this.#reader!.noteOnce(side, 'tls_message_too_long');
        break;
      case RecordType.changeCipherSpec:
        // Once more in a renegotiation.
        if (!h.changedCipher[side] || h.isComplete) this.#reader!.step(side, 'ChangeCipherSpec');
        h.changedCipher[side] = true;
        this.#unlocker?.changeCipher(side);
        break;
      case RecordType.alert:
        this.#reader!.takeAlert(side, body);
        break;
      case RecordType.applicationData:
        if (h.dataRecords[side]++ === 0 && h.serverHello === null) this.#reader!.step(side, 'early data');
        this.#unlocker?.deliver(side, body, this.#now, this.#records[side].began);
        break;
      case SSL2_RECORD:
        this.#reader!.takeSsl2(side, body);
        break;
    }
  }

  /** An encrypted record: what it holds is told by its place. */
  #takeOpaque(side: Side, type: number, length: number): void {
    const h = this.#reader!.handshake;
    if (isTls13(h.version ?? 0) || h.serverHello === null) return this.#takeOpaque13(side, length);
    if (type === RecordType.alert) this.#reader!.addAlert(side, null, null, true);
    else if (type === RecordType.applicationData) h.dataRecords[side]++;
    else if (!h.finished[side]) {
      h.finished[side] = true;
      this.#reader!.step(side, 'Finished', true);
    }
    if (h.isComplete && !this.#mayDecrypt) this.done = true;
  }

  /** RFC 8446 section 2: after the ServerHello comes the server's flight, then the client's with its Finished. */
  #takeOpaque13(side: Side, length: number): void {
    const h = this.#reader!.handshake;
    const isFirst = this.#opaque[side]++ === 0;
    if (side !== h.client) {
      if (h.finished[h.client] && !this.#mayDecrypt) this.done = true;
      if (isFirst) this.#reader!.step(side, 'EncryptedExtensions ... Finished', true);
      h.finished[side] = true;
      return;
    }
    if (h.serverHello === null) {
      if (isFirst) this.#reader!.step(side, 'early data', true);
      return;
    }
    if (h.finished[side] || !h.finished[otherSide(side)]) return;
    if (length === ALERT_13) return this.#reader!.addAlert(side, null, null, true);
    // Early data and its end may still come first.
    if (h.clientHello?.earlyData === true && !FINISHED_13.has(length)) return;
    h.finished[side] = true;
    this.#reader!.step(side, h.certificateRequested ? 'Certificate ... Finished' : 'Finished', true);
  }
}

/** The first request of a connection that stays without TLS; CONNECT may lead to some. */
export const isPlainHttp = (b: Uint8Array): boolean => requests.some((word) => startsWith(b, word));
const requests = ['GET /', 'POST /', 'HEAD /', 'PUT /', 'DELETE /', 'PATCH /'] as const;

function startsWith(b: Uint8Array, word: string): boolean {
  if (b.length < word.length) return false;
  for (let i = 0; i < word.length; i++) if (b[i] !== word.charCodeAt(i)) return false;
  return true;
}

const NO_BYTES = new Uint8Array(0);
/** A record of TLS 1.3 is longer than its content by the real type and a tag of 16 bytes (RFC 8446 section 5.2). */
const ALERT_13 = 2 + 1 + 16;
const FINISHED_13 = new Set([32, 48].map((hash) => 4 + hash + 1 + 16));

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
