/** Handshake messages of one connection -> its `Handshake`, step by step. */
import type { Arrival, Side } from '../../stream/segment.ts';
import { Cursor } from '../cursor.ts';
import type { CertificateStore } from './certificates.ts';
import { readClientHello, readSsl2Hello } from './client-hello.ts';
import { ja3, ja3s, ja4 } from './fingerprint.ts';
import type { Handshake, TlsAnomaly } from './handshake.ts';
import { readKeyExchange } from './key-exchange.ts';
import { MAX_ALERTS, MAX_CHAIN, MAX_STEPS } from './limits.ts';
import { Type, isTls13, messageName } from './names.ts';
import { readEncryptedExtensions, readServerHello } from './server-hello.ts';
import { suiteParts } from './suite-parts.ts';
import type { Unlocker } from './unlocker.ts';

export class HandshakeReader {
  readonly handshake: Handshake;
  readonly #store: CertificateStore;
  readonly #unlocker: Unlocker | null;
  /** The segment that is read. */
  now: Arrival = { frame: 0, seconds: 0, nanoseconds: 0 };

  /** Hellos have the form of DTLS. */
  readonly #isDtls: boolean;

  constructor(handshake: Handshake, store: CertificateStore, unlocker: Unlocker | null, isDtls = false) {
    this.#isDtls = isDtls;
    this.handshake = handshake;
    this.#store = store;
    this.#unlocker = unlocker;
  }

  take(side: Side, type: number, message: Uint8Array): void {
    const h = this.handshake;
    const body = message.subarray(4);
    const isAfter = h.isComplete;
    switch (type) {
      case Type.clientHello:
        this.#takeClientHello(side, body);
        break;
      case Type.serverHello:
        this.#takeServerHello(side, body);
        break;
      case Type.encryptedExtensions: {
        const { alpn, earlyData } = readEncryptedExtensions(body);
        h.alpn = alpn;
        h.earlyData = earlyData;
        this.step(side, 'EncryptedExtensions');
        break;
      }
      case Type.certificate:
        this.#takeCertificates(side, body);
        break;
      case Type.serverKeyExchange:
        this.#takeKeyExchange(side, body);
        break;
      case Type.certificateRequest:
        h.certificateRequested = true;
        this.step(side, 'CertificateRequest');
        break;
      case Type.certificateVerify:
        // Before TLS 1.2 the algorithm was fixed.
        if ((h.version ?? 0) >= 0x0303 && body.length >= 2) h.verifySignature[side] = (body[0]! << 8) | body[1]!;
        this.step(side, 'CertificateVerify');
        break;
      case Type.newSessionTicket:
        h.tickets++;
        this.step(side, isAfter ? 'NewSessionTicket (after)' : 'NewSessionTicket');
        break;
      case Type.finished:
        this.#takeFinished(side, body);
        break;
      case Type.keyUpdate:
        h.keyUpdates++;
        this.step(side, 'KeyUpdate');
        break;
      default:
        this.step(side, messageName(type) ?? `message ${type}`);
    }
    this.#unlocker?.after(side, type, message);
  }

  /** A hello in the form of SSL 2.0. */
  takeSsl2(side: Side, message: Uint8Array): void {
    this.handshake.clientHello = readSsl2Hello(message);
    this.step(side, 'ClientHello');
  }

  #takeClientHello(side: Side, body: Uint8Array): void {
    const h = this.handshake;
    const hello = readClientHello(body, this.#isDtls);
    if (hello.malformed) this.note(side, 'tls_hello_malformed');
    // The second one, after a retry, differs in its key share; the fingerprint is that of the first.
    if (h.clientHello === null) {
      h.client = side;
      h.ja3 = ja3(hello);
      h.ja4 = ja4(hello, this.#isDtls ? 'd' : 't');
    }
    h.clientHello = hello;
    this.step(side, 'ClientHello');
  }

  #takeServerHello(side: Side, body: Uint8Array): void {
    const h = this.handshake;
    const hello = readServerHello(body);
    if (hello.malformed) this.note(side, 'tls_hello_malformed');
    if (hello.retry) {
      h.retry = hello;
      this.step(side, 'HelloRetryRequest');
      return;
    }
    h.serverHello = hello;
    h.ja3s ??= ja3s(hello);
    h.alpn = hello.alpn;
    this.step(side, 'ServerHello');
  }

  /** RFC 5246 section 7.4.2; RFC 8446 section 4.4.2 has a context in front and extensions behind each. */
  #takeCertificates(side: Side, body: Uint8Array): void {
    const h = this.handshake;
    const c = new Cursor(body);
    const is13 = isTls13(h.version ?? 0);
    if (is13) c.vector(1);
    const list = c.inner(3);
    const chain = h.certificates[side];
    chain.length = 0;
    while (list.left > 0) {
      const der = list.vector(3);
      if (is13) list.vector(2);
      if (list.failed) break;
      const certificate = chain.length < MAX_CHAIN ? this.#store.add(der) : null;
      if (certificate === null) this.noteOnce(side, 'tls_chain_too_long');
      else chain.push(certificate);
    }
    if (c.failed || list.failed || c.left > 0) this.note(side, 'tls_certificate_list_malformed');
    this.step(side, 'Certificate');
  }

  #takeKeyExchange(side: Side, body: Uint8Array): void {
    const h = this.handshake;
    const kind = suiteParts(h.suite ?? 0)?.exchange ?? '';
    h.keyExchange = readKeyExchange(body, kind, h.version ?? 0);
    if (h.keyExchange === null && !kind.includes('PSK') && !kind.includes('SRP') && kind !== '') {
      this.note(side, 'tls_key_exchange_malformed');
    }
    this.step(side, 'ServerKeyExchange');
  }

  #takeFinished(side: Side, body: Uint8Array): void {
    const h = this.handshake;
    this.#unlocker?.finished(side, body);
    if (h.decryption?.finished[side] === false) this.note(side, 'tls_finished_wrong');
    h.finished[side] = true;
    this.step(side, 'Finished');
  }

  takeAlert(side: Side, body: Uint8Array): void {
    if (body.length < 2) return this.note(side, 'tls_record_malformed');
    this.addAlert(side, body[0]!, body[1]!, false);
  }

  addAlert(side: Side, level: number | null, description: number | null, encrypted: boolean): void {
    const { alerts } = this.handshake;
    if (alerts.length < MAX_ALERTS) alerts.push({ ...at(this.now), side, level, description });
    this.step(side, 'alert', encrypted);
  }

  step(side: Side, message: string, encrypted = false): void {
    const h = this.handshake;
    if (h.stepCount++ >= MAX_STEPS) return;
    const { frame, seconds, nanoseconds } = this.now;
    h.steps.push({ frame, seconds, nanoseconds, message, side, encrypted });
  }

  note(side: Side, id: TlsAnomaly): void {
    const { anomalies } = this.handshake;
    if (anomalies.length < MAX_ALERTS) anomalies.push({ id, side, frame: this.now.frame });
  }

  noteOnce(side: Side, id: TlsAnomaly): void {
    if (!this.handshake.anomalies.some((known) => known.id === id && known.side === side)) this.note(side, id);
  }
}

const at = ({ frame, seconds, nanoseconds }: Arrival): Arrival => ({ frame, seconds, nanoseconds });
