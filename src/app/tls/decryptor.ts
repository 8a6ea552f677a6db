/** Records of one connection in clear, with secrets of a key log or the server's RSA key. What it proves stands in `decryption`. */
import type { Arrival, Carrier, Side, StreamSink } from '../../stream/segment.ts';
import { otherSide } from '../../stream/segment.ts';
import { type KeyObject, hashBytes, hmac, rsaRaw } from '../crypto.ts';
import { cipherOf, guard13, guards12, keyBlockBytes } from './cipher-keys.ts';
import type { Guard } from './guards.ts';
import type { Handshake } from './handshake.ts';
import type { KeyLog, SecretLabel } from './key-log.ts';
import { expandLabel, hashName, prf, prfHash, transcriptHash } from './key-schedule.ts';
import { MAX_HANDSHAKE_BYTES } from './limits.ts';
import { Extension, SSL3, Type, isTls13 } from './names.ts';
import { RecordType } from './records.ts';
import { suiteParts } from './suite-parts.ts';
import type { Unlocker } from './unlocker.ts';

export interface Keys {
  /** Somebody named files with keys. */
  readonly given?: boolean;
  readonly log: KeyLog;
  readonly rsa: readonly KeyObject[];
}

type Content = { type: number; bytes: Uint8Array };

export class Decryptor implements Unlocker {
  readonly #handshake: Handshake;
  readonly #keys: Keys;
  readonly #sink: StreamSink | null;
  /** Messages so far, for the hash over them. */
  #transcript: Uint8Array[] = [];
  #transcriptBytes = 0;
  /** In use by side, and for TLS 1.3 those that come next. */
  readonly #guards: [Guard | null, Guard | null] = [null, null];
  readonly #next: [Guard[], Guard[]] = [[], []];
  readonly #secrets: [Uint8Array | null, Uint8Array | null] = [null, null];
  #master: Uint8Array | null = null;
  /** Sides that still have to send Finished in a renegotiation, as bits. */
  #open = 0;
  /** A record of the side was opened with the keys in use. */
  readonly #isProved: [boolean, boolean] = [false, false];
  /** Where plaintext of a side stands. */
  readonly #offset: [number, number] = [0, 0];

  constructor(handshake: Handshake, keys: Keys, sink: StreamSink | null) {
    this.#handshake = handshake;
    this.#keys = keys;
    this.#sink = sink;
  }

  get isIdle(): boolean {
    return this.#handshake.isComplete && this.#handshake.decryption === null;
  }

  open(side: Side, type: number, version: number, body: Uint8Array): Content | null | 'failed' {
    const is13 = isTls13(this.#handshake.version ?? 0) || this.#isEarly(side);
    if (is13 && type !== RecordType.applicationData) return null;
    const guard = this.#guards[side];
    if (guard === null) return null;
    const content = guard.open(type, version, body) ?? this.#openWithNext(side, type, version, body);
    if (content !== null) {
      this.#isProved[side] = true;
      return content;
    }
    // Early data whose key is not known, or that the server declined.
    if (is13 && !this.#isProved[side] && this.#handshake.clientHello?.earlyData === true) return null;
    if (this.#handshake.decryption !== null) this.#handshake.decryption.failed++;
    return 'failed';
  }

  /** The client sends under the early key before the version is known. */
  #isEarly(side: Side): boolean {
    return side === this.#handshake.client && this.#handshake.serverHello === null;
  }

  /** Early data that was declined ends without a message: the key that fits is the right one then. */
  #openWithNext(side: Side, type: number, version: number, body: Uint8Array): Content | null {
    for (const [i, next] of this.#next[side].entries()) {
      const content = next.open(type, version, body);
      if (content === null) continue;
      this.#next[side].splice(0, i);
      this.#advance(side);
      return content;
    }
    return null;
  }

  #advance(side: Side): void {
    this.#guards[side] = this.#next[side].shift() ?? this.#guards[side];
  }

  after(side: Side, type: number, message: Uint8Array): void {
    this.#follow(side, type, message);
    switch (type) {
      case Type.clientHello:
        this.#beginEarly(side);
        break;
      case Type.serverHello:
        if (this.#handshake.serverHello === null) this.#foldRetry();
        else if (isTls13(this.#handshake.serverHello.version)) this.#begin13();
        break;
      case Type.clientKeyExchange:
        this.#findMaster(message.subarray(4));
        break;
      case Type.endOfEarlyData:
        this.#advance(side);
        break;
      case Type.finished:
        if (isTls13(this.#handshake.version ?? 0)) this.#advance(side);
        break;
      case Type.keyUpdate:
        this.#update(side);
        break;
    }
  }

  /** Keeps messages of a handshake for the hash over them. */
  #follow(side: Side, type: number, message: Uint8Array): void {
    const { isComplete, version } = this.#handshake;
    if (type === Type.helloRequest) return;
    // RFC 8446 section 4.4.1: of no handshake, though a server may send tickets before the client's Finished (section 4.6.1).
    if (isTls13(version ?? 0) && (type === Type.newSessionTicket || type === Type.keyUpdate)) return;
    if (isComplete && type === Type.clientHello && !isTls13(version ?? 0)) this.#renegotiate();
    if (isComplete && type !== Type.finished && this.#open === 0) return;
    this.#add(message);
    if (type === Type.finished) this.#open &= ~(1 << side);
  }

  /** RFC 5246 section 7.4.1.2: a handshake within the connection, with secrets of its own. */
  #renegotiate(): void {
    this.#transcript = [];
    this.#transcriptBytes = 0;
    this.#master = null;
    this.#open = 3;
  }

  #add(message: Uint8Array): void {
    this.#transcriptBytes += message.length;
    if (this.#transcriptBytes <= MAX_HANDSHAKE_BYTES) this.#transcript.push(message.slice());
  }

  #find(label: SecretLabel): Uint8Array | null {
    const random = this.#handshake.clientHello?.random;
    return random === undefined ? null : this.#keys.log.find(label, random);
  }

  #note(source: 'key-log' | 'rsa-key'): void {
    this.#handshake.decryption ??= { source, finished: [null, null], bytes: [0, 0], failed: 0 };
  }

  /** Null where the suite cannot be decrypted. */
  #suite() {
    const parts = suiteParts(this.#handshake.suite ?? 0);
    const cipher = parts === null ? null : cipherOf(parts);
    return parts === null || cipher === null ? null : { parts, cipher };
  }

  /** RFC 8446 section 4.2.10: under the suite of the session that is resumed, which is the first that fits here. */
  #beginEarly(side: Side): void {
    const { clientHello, serverHello } = this.#handshake;
    const secret =
      clientHello?.earlyData === true && serverHello === null ? this.#find('CLIENT_EARLY_TRAFFIC_SECRET') : null;
    if (secret === null) return;
    const hash = secret.length === 48 ? 'SHA384' : 'SHA256';
    for (const suite of clientHello!.suites) {
      const parts = suiteParts(suite);
      const cipher = parts?.exchange === '' && parts.hash === hash ? cipherOf(parts) : null;
      if (cipher !== null) this.#next[side].push(guard13(cipher, hashName(hash), secret));
    }
    this.#note('key-log');
    // Which suite of several it is shows with the first record: all are tried in turn.
    this.#advance(side);
  }

  #begin13(): void {
    const suite = this.#suite();
    if (suite === null) return;
    const { client } = this.#handshake;
    const server = otherSide(client);
    const hash = hashName(suite.parts.hash);
    const early = this.#guards[client] !== null;
    for (const [side, labels] of [
      [client, ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'CLIENT_TRAFFIC_SECRET_0']],
      [server, ['SERVER_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_TRAFFIC_SECRET_0']],
    ] as const) {
      // An end that broke the handshake off may have logged the first secret only.
      const secrets = labels.map((label) => this.#find(label)).filter((secret) => secret !== null);
      if (secrets.length === 0) continue;
      this.#next[side] = secrets.map((secret) => guard13(suite.cipher, hash, secret));
      this.#secrets[side] = secrets[1] ?? null;
      if (side !== client || !early) this.#advance(side);
      this.#note('key-log');
    }
  }

  /** RFC 8446 section 7.2. */
  #update(side: Side): void {
    const suite = this.#suite();
    const secret = this.#secrets[side];
    if (suite === null || secret === null) return;
    const hash = hashName(suite.parts.hash);
    const next = expandLabel(hash, secret, 'traffic upd', secret.length);
    this.#secrets[side] = next;
    this.#guards[side] = guard13(suite.cipher, hash, next);
  }

  /** RFC 8446 section 4.4.1: a retry replaces the first hello by its hash. */
  #foldRetry(): void {
    const parts = suiteParts(this.#handshake.retry?.suite ?? 0);
    const [first, ...rest] = this.#transcript;
    if (parts === null || first === undefined) return;
    const digest = hashBytes(hashName(parts.hash), first);
    this.#transcript = [Uint8Array.of(254, 0, 0, digest.length, ...digest), ...rest];
  }

  changeCipher(side: Side): void {
    const { version, serverHello, clientHello } = this.#handshake;
    if (version === null || isTls13(version) || version <= SSL3) return;
    if (this.#guards[side] !== null && (this.#open & (1 << side)) === 0) return;
    if (this.#master === null) this.#findMaster(null);
    const suite = this.#suite();
    if (this.#master === null || suite === null || serverHello === null || clientHello === null) return;
    const { parts, cipher } = suite;
    const seed = Buffer.from(serverHello.random + clientHello.random, 'hex');
    const block = prf(
      version,
      prfHash(parts.hash),
      this.#master,
      'key expansion',
      seed,
      keyBlockBytes(cipher, parts.hash),
    );
    const etm = serverHello.extensions.includes(Extension.encryptThenMac);
    const pair = guards12(cipher, parts.hash, block, version, etm);
    this.#guards[side] = pair[side === this.#handshake.client ? 0 : 1];
  }

  /** The master secret: logged, or from the premaster secret in ClientKeyExchange. */
  #findMaster(exchange: Uint8Array | null): void {
    const logged = this.#find('CLIENT_RANDOM');
    if (logged !== null) {
      this.#master = logged;
      this.#note('key-log');
    } else if (exchange !== null) this.#masterFromRsa(exchange);
  }

  /** RFC 5246 sections 7.4.7.1 and 8.1; RFC 7627 section 4 with the extended master secret. */
  #masterFromRsa(exchange: Uint8Array): void {
    const { version, suite, clientHello: c, serverHello: s } = this.#handshake;
    const parts = suiteParts(suite ?? 0);
    if (parts === null || !/^RSA(_EXPORT.*)?$/.test(parts.exchange) || version === null || c === null || s === null)
      return;
    for (const key of this.#keys.rsa) {
      const premaster = premasterOf(rsaRaw(key, exchange.subarray(2)));
      if (premaster === null) continue;
      const extended = s.extensions.includes(Extension.extendedMasterSecret);
      const hash = prfHash(parts.hash);
      const seed = extended ? transcriptHash(version, hash, this.#messages()) : Buffer.from(c.random + s.random, 'hex');
      const label = extended ? 'extended master secret' : 'master secret';
      this.#master = prf(version, hash, premaster, label, seed, 48);
      this.#note('rsa-key');
      return;
    }
  }

  #messages(): Uint8Array {
    return Buffer.concat(this.#transcript);
  }

  /** RFC 8446 section 4.4.4, RFC 5246 section 7.4.9. */
  finished(side: Side, body: Uint8Array): void {
    const { version, decryption, client } = this.#handshake;
    const suite = this.#suite();
    if (decryption === null || version === null || suite === null || this.#transcriptBytes > MAX_HANDSHAKE_BYTES)
      return;
    if (!this.#isInOrder(side)) return;
    let expected: Uint8Array | null = null;
    if (isTls13(version)) {
      const hash = hashName(suite.parts.hash);
      const secret = this.#find(
        side === client ? 'CLIENT_HANDSHAKE_TRAFFIC_SECRET' : 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
      );
      const key = secret && expandLabel(hash, secret, 'finished', secret.length);
      expected = key && hmac(hash, key, hashBytes(hash, this.#messages()));
    } else if (this.#master !== null) {
      const hash = prfHash(suite.parts.hash);
      const label = side === client ? 'client finished' : 'server finished';
      expected = prf(version, hash, this.#master, label, transcriptHash(version, hash, this.#messages()), body.length);
    }
    if (expected !== null)
      decryption.finished[side] = expected.length === body.length && expected.every((byte, i) => byte === body[i]);
  }

  /**
   * Whether the messages so far may be those that a Finished of this side was made of. A capture may lack some, or have those
   * of one side before what they answer: then nobody can tell right from wrong.
   */
  #isInOrder(side: Side): boolean {
    const { version, finished, client, anomalies } = this.#handshake;
    if (anomalies.some(({ id }) => id === 'tls_gap')) return false;
    const server = otherSide(client);
    if (isTls13(version ?? 0)) return side === server || finished[server];
    const isFull = this.#transcript.some(([type]) => type === Type.serverHelloDone);
    if (side === server) return !isFull || finished[client];
    return !isFull || this.#open !== 0 || !finished[server];
  }

  deliver(side: Side, bytes: Uint8Array, now: Arrival, began: Arrival): void {
    const start = this.#offset[side];
    this.#offset[side] += bytes.length;
    if (this.#handshake.decryption !== null) this.#handshake.decryption.bytes[side] += bytes.length;
    if (this.#sink === null || bytes.length === 0) return;
    const { frame, seconds, nanoseconds } = began;
    const carrier: Carrier = { frame, seconds, nanoseconds, start, end: start + bytes.length, sent: UNKNOWN };
    this.#sink.data(side, bytes, start, carrier, now);
  }

  missed(side: Side, length: number, now: Arrival): void {
    if (this.#handshake.decryption === null) return;
    this.#sink?.gap(side, this.#offset[side], length, 'lost', now);
    this.#offset[side] += length;
  }

  end(side: Side, closed: Arrival | null): void {
    this.#sink?.end(side, closed);
  }
}

const UNKNOWN: Carrier['sent'] = { size: 'unknown', moment: 'idle', fillsWindow: false };
const PREMASTER_BYTES = 48;

/** RFC 8017 section 7.2.2: 00 02, random bytes, 00, and then the secret; null where it is none. */
function premasterOf(block: Uint8Array | null): Uint8Array | null {
  if (block === null || block[0] !== 0 || block[1] !== 2) return null;
  const at = block.length - PREMASTER_BYTES;
  return at > 10 && block[at - 1] === 0 && block.indexOf(0, 2) === at - 1 ? block.subarray(at) : null;
}
