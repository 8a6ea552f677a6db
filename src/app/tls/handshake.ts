/** What is learnt of one TLS connection: numbers and short lists; the report names them. */
import type { Arrival, Side } from '../../stream/segment.ts';
import type { Certificate } from './certificates.ts';
import type { ClientHello } from './client-hello.ts';
import type { KeyExchange } from './key-exchange.ts';
import type { ServerHello } from './server-hello.ts';

/** A message of the handshake, at the segment that completed it. */
export interface Step extends Arrival {
  readonly message: string;
  readonly side: Side;
  /** It could not be read: its name is concluded from its place. */
  readonly encrypted: boolean;
}

export interface Alert extends Arrival {
  readonly side: Side;
  /** Null where it is encrypted. */
  readonly level: number | null;
  readonly description: number | null;
}

/** Ids of what is wrong with the bytes themselves. */
export const tlsAnomalies = [
  'tls_not_tls',
  'tls_gap',
  'tls_hello_malformed',
  'tls_message_too_long',
  'tls_certificate_list_malformed',
  'tls_chain_too_long',
  'tls_key_exchange_malformed',
  'tls_record_malformed',
  'tls_finished_wrong',
  'tls_record_not_decrypted',
] as const;
export type TlsAnomaly = (typeof tlsAnomalies)[number];

export interface Anomaly {
  readonly id: TlsAnomaly;
  readonly side: Side;
  readonly frame: number;
}

export type Resumption = 'session-id' | 'ticket' | 'psk';

/** What keys made of a connection. */
export interface Decryption {
  /** Where the keys are from. */
  readonly source: 'key-log' | 'rsa-key';
  /** The Finished of a side, compared with the hash over all messages before it; null where it was not readable. */
  readonly finished: [boolean | null, boolean | null];
  /** Application bytes of each side. */
  readonly bytes: [number, number];
  /** Records that could not be decrypted. */
  failed: number;
}

export class Handshake {
  client: Side;
  clientHello: ClientHello | null = null;
  /** The HelloRetryRequest. */
  retry: ServerHello | null = null;
  serverHello: ServerHello | null = null;
  ja3: string | null = null;
  ja3s: string | null = null;
  ja4: string | null = null;
  /** Chosen in clear or in EncryptedExtensions. */
  alpn: string | null = null;
  /** Early data was accepted; null where only keys could tell. */
  earlyData: boolean | null = null;
  keyExchange: KeyExchange | null = null;
  /** Signature of CertificateVerify by side; null where none was readable. */
  readonly verifySignature: [number | null, number | null] = [null, null];
  /** Chains by side, the end's own certificate first. */
  readonly certificates: [Certificate[], Certificate[]] = [[], []];
  certificateRequested = false;
  /** Steps beyond the limit are counted only. */
  readonly steps: Step[] = [];
  stepCount = 0;
  readonly alerts: Alert[] = [];
  readonly anomalies: Anomaly[] = [];
  readonly changedCipher: [boolean, boolean] = [false, false];
  readonly finished: [boolean, boolean] = [false, false];
  /** Records of application data. */
  readonly dataRecords: [number, number] = [0, 0];
  tickets = 0;
  keyUpdates = 0;
  /** The bytes of a side began or went on with something else than TLS. */
  readonly plainBefore: [number, number] = [0, 0];
  decryption: Decryption | null = null;

  constructor(client: Side) {
    this.client = client;
  }

  get isComplete(): boolean {
    return this.finished[0] && this.finished[1];
  }

  /** The version that was agreed on; null before the ServerHello. */
  get version(): number | null {
    return this.serverHello?.version ?? null;
  }

  get suite(): number | null {
    return this.serverHello?.suite ?? null;
  }

  /** How the session came from an earlier one; null where it did not. */
  get resumption(): Resumption | null {
    const { clientHello: c, serverHello: s } = this;
    if (s === null) return null;
    if (s.psk) return 'psk';
    if (
      c === null ||
      s.sessionId === '' ||
      c.sessionId !== s.sessionId ||
      (s.version >= 0x0304 && s.version >>> 8 !== 0xfe) ||
      s.version >>> 8 === 0x7f
    )
      return null;
    // RFC 5077 section 3.4: with a ticket the client makes the id up, to see it echoed.
    return (c.ticketBytes ?? 0) > 0 ? 'ticket' : 'session-id';
  }

  /** Times that the client waited for the server before it could send data: runs of messages of the server. */
  get roundTrips(): number {
    let trips = 0;
    let last: Side | null = null;
    const finished = new Set<Side>();
    for (const { side, message } of this.steps) {
      if (message === 'alert' || message === 'NewSessionTicket (after)') continue;
      // What comes later is a handshake of its own.
      if (finished.size === 2) break;
      if (message.endsWith('Finished')) finished.add(side);
      if (side !== last && side !== this.client) trips++;
      last = side;
    }
    return trips;
  }
}
