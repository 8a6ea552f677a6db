/** SSH of one connection: its bytes in order -> the session. Lets the stream go once nothing more can be learnt. */
import type { Arrival, Carrier, GapKind, Side, StreamSink } from '../../stream/segment.ts';
import { otherSide } from '../../stream/segment.ts';
import { Cursor, latin1 } from '../cursor.ts';
import { bitLength } from '../tls/key-exchange.ts';
import { AuthWatch } from './auth.ts';
import { readHostKey } from './host-key.ts';
import { isGuessRight, isStrict, kexKind, negotiate, readKexInit } from './kexinit.ts';
import { MAX_AUTH_SEGMENTS, MAX_SSH_ANOMALIES, MAX_SSH_STEPS } from './limits.ts';
import { PacketReader } from './packets.ts';
import type { Session, SshAnomaly } from './session.ts';

/** Longest identification string with its line end: RFC 4253 section 4.2. */
const MAX_IDENTIFICATION = 255;
/** Message numbers: RFC 4253 section 12, RFC 4419 section 5, RFC 5656 section 7.1. */
const Message = {
  disconnect: 1,
  kexInit: 20,
  newKeys: 21,
  kex30: 30,
  kex31: 31,
  gexInit: 32,
  gexReply: 33,
  gexRequest: 34,
} as const;

export class SshConversation implements StreamSink {
  readonly #begin: () => Session | null;
  #session: Session | null = null;
  readonly #readers: readonly [PacketReader, PacketReader];
  /** What a side said is the beginning of another protocol. */
  readonly #isOther: [boolean, boolean] = [false, false];
  #now: Arrival = { frame: 0, seconds: 0, nanoseconds: 0 };
  done = false;

  /** `begin` is called once a side says that it speaks SSH; null where no more sessions are kept. */
  constructor(begin: () => Session | null) {
    this.#begin = begin;
    this.#readers = [this.#reader(0), this.#reader(1)];
  }

  data(side: Side, bytes: Uint8Array, _offset: number, _carrier: Carrier, now: Arrival): void {
    if (this.done) return;
    this.#now = now;
    this.#readers[side].push(bytes, now);
  }

  gap(side: Side, _offset: number, _length: number, _kind: GapKind, now: Arrival): void {
    if (this.done) return;
    this.#now = now;
    this.#readers[side].gap(now);
  }

  end(): void {}

  #reader(side: Side): PacketReader {
    return new PacketReader({
      line: (text) => this.#takeLine(side, text),
      banner: (text, end) => this.#takeBanner(side, text, end),
      packet: (payload) => this.#takePacket(side, payload),
      encrypted: (bytes, now) => this.#takeEncrypted(side, bytes, now),
      lost: (why) => this.#lose(side, why),
    });
  }

  /** The session, made when it is first needed. */
  #open(): Session | null {
    if (this.#session === null) {
      this.#session = this.#begin();
      if (this.#session === null) this.done = true;
    }
    return this.#session;
  }

  /** A server may say something before its name (RFC 4253 section 4.2), but no more than the reader's limit. */
  #takeLine(side: Side, text: string): void {
    if (this.#session !== null) return this.#note(side, side === 0 ? 'ssh_not_ssh' : 'ssh_lines_before_banner');
    this.#isOther[side] ||= /^(HTTP\/|\d{3}[ -]|\+OK|\* OK|[A-Z]+ )/.test(text);
    if (this.#isOther[0] && this.#isOther[1]) this.done = true;
  }

  #takeBanner(side: Side, text: string, end: 'crlf' | 'lf'): void {
    const session = this.#open();
    if (session === null) return;
    session.banners[side] = text;
    this.#step(side, 'identification');
    // Only SSH-1 and software that talks to it may leave the carriage return out.
    if (end === 'lf' && text.startsWith('SSH-2.0')) this.#note(side, 'ssh_line_end');
    if (text.length + 2 > MAX_IDENTIFICATION) this.#note(side, 'ssh_banner_too_long');
    if (!session.isVersion1) return;
    this.#readers[side].stop();
    if (session.banners[0] !== null && session.banners[1] !== null) this.done = true;
  }

  #takePacket(side: Side, payload: Uint8Array): void {
    const session = this.#session!;
    const type = payload[0] ?? 0;
    const name = this.#messageName(type);
    if (session.wrongGuess[side] && type >= Message.kex30 && type <= 49) {
      session.wrongGuess[side] = false;
      return this.#step(side, `${name} (wrong guess)`);
    }
    this.#step(side, name);
    if (type === Message.kexInit) this.#takeKexInit(side, payload);
    else if (type === Message.newKeys) this.#takeNewKeys(side);
    else if (type === Message.disconnect) this.#takeDisconnect(side, payload);
    else if (name.endsWith('REPLY')) this.#takeReply(side, payload);
    else if (name === 'KEX_DH_GEX_GROUP') session.groupBits = bitLength(new Cursor(payload, 1).vector(4));
  }

  /** The numbers 30 to 49 mean something else in every method of key exchange. */
  #messageName(type: number): string {
    const kind = kexKind(this.#session?.algorithms?.kex ?? '');
    if (kind === 'dh-group-exchange') {
      const names: Readonly<Record<number, string>> = {
        30: 'KEX_DH_GEX_REQUEST_OLD',
        31: 'KEX_DH_GEX_GROUP',
        32: 'KEX_DH_GEX_INIT',
        33: 'KEX_DH_GEX_REPLY',
        34: 'KEX_DH_GEX_REQUEST',
      };
      if (names[type] !== undefined) return names[type];
    } else if (type === Message.kex30 || type === Message.kex31) {
      const method = kind === 'dh' ? 'KEXDH' : kind === 'sntrup761' || kind === 'mlkem' ? 'KEX_HYBRID' : 'KEX_ECDH';
      return `${method}_${type === Message.kex30 ? 'INIT' : 'REPLY'}`;
    }
    return names[type] ?? `message ${type}`;
  }

  #takeKexInit(side: Side, payload: Uint8Array): void {
    const session = this.#session!;
    const kexInit = readKexInit(payload);
    if (kexInit.malformed) this.#note(side, 'ssh_kexinit_malformed');
    session.kexInits[side] = kexInit;
    const [client, server] = [session.kexInits[session.client], session.kexInits[otherSide(session.client)]];
    if (client === null || server === null) return;
    session.algorithms = negotiate(client, server);
    session.strict = isStrict(client, server);
    const isRight = isGuessRight(client, server);
    session.wrongGuess[session.client] = client.guesses && !isRight;
    session.wrongGuess[otherSide(session.client)] = server.guesses && !isRight;
  }

  #takeReply(side: Side, payload: Uint8Array): void {
    const c = new Cursor(payload, 1);
    const blob = c.vector(4);
    if (c.failed || blob.length < 4) this.#note(side, 'ssh_host_key_malformed');
    else this.#session!.hostKey = readHostKey(blob);
  }

  #takeDisconnect(side: Side, payload: Uint8Array): void {
    const c = new Cursor(payload, 1);
    const code = c.uint(4);
    this.#session!.disconnect = { side, code, text: latin1(c.vector(4)).slice(0, 200), frame: this.#now.frame };
  }

  #takeNewKeys(side: Side): void {
    const session = this.#session!;
    session.newKeys[side] = true;
    if (session.newKeys[0] && session.newKeys[1] && session.algorithms !== null) {
      session.auth = new AuthWatch(session.client, session.algorithms);
      if (!session.auth.isPossible) this.done = true;
    }
  }

  #takeEncrypted(side: Side, bytes: number, now: Arrival): void {
    const auth = this.#session?.auth ?? null;
    // What one side sends before the other took its keys is about extensions (RFC 8308).
    if (auth === null) return;
    auth.take(side, bytes, now);
    if (auth.success !== null || auth.segments > MAX_AUTH_SEGMENTS) this.done = true;
  }

  #lose(side: Side, why: 'not-ssh' | 'gap' | 'packet'): void {
    if (this.#session === null) {
      this.done = true;
      return;
    }
    this.#note(side, why === 'gap' ? 'ssh_gap' : why === 'packet' ? 'ssh_packet_malformed' : 'ssh_not_ssh');
  }

  #step(side: Side, message: string): void {
    const session = this.#session!;
    const { frame, seconds, nanoseconds } = this.#now;
    if (session.stepCount++ < MAX_SSH_STEPS) session.steps.push({ frame, seconds, nanoseconds, side, message });
  }

  #note(side: Side, id: SshAnomaly): void {
    const { anomalies } = this.#session!;
    if (anomalies.length < MAX_SSH_ANOMALIES) anomalies.push({ id, side, frame: this.#now.frame });
  }
}

const names: Readonly<Record<number, string>> = {
  1: 'DISCONNECT',
  2: 'IGNORE',
  3: 'UNIMPLEMENTED',
  4: 'DEBUG',
  5: 'SERVICE_REQUEST',
  6: 'SERVICE_ACCEPT',
  7: 'EXT_INFO',
  20: 'KEXINIT',
  21: 'NEWKEYS',
};
