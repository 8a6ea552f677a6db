/** Bytes of a connection -> what is inside TLS for one sink, where they begin with a hello and there are keys; else the bytes as they are, for another. */
import type { Arrival, Carrier, GapKind, Side, StreamSink } from '../../stream/segment.ts';
import type { TlsConversation } from './conversation.ts';
import { RecordType } from './records.ts';
import type { Unsealer } from './unsealer.ts';

export class UnsealedSink implements StreamSink {
  readonly #unsealer: Unsealer;
  readonly #inside: StreamSink;
  readonly #clear: StreamSink | null;
  #begun = false;
  #tls: TlsConversation | null = null;

  /** `clear`: who takes bytes without TLS; null for nobody. */
  constructor(unsealer: Unsealer, inside: StreamSink, clear: StreamSink | null) {
    this.#unsealer = unsealer;
    this.#inside = inside;
    this.#clear = clear;
  }

  /** What is told was inside TLS. */
  get isSealed(): boolean {
    return this.#tls !== null;
  }

  get done(): boolean {
    return this.#clear !== null && (this.#tls === null ? this.#clear : this.#inside).done === true;
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void {
    if (!this.#begun) {
      this.#begun = true;
      // Nothing is lost where a hello comes later, behind STARTTLS or a CONNECT, or never, and nobody takes the rest.
      const isTls = this.#clear === null || (bytes[0] === RecordType.handshake && (bytes.length < 2 || bytes[1] === 3));
      if (isTls) this.#tls = this.#unsealer.open(this.#inside);
    }
    (this.#tls ?? this.#clear)?.data(side, bytes, offset, carrier, now);
  }

  gap(side: Side, offset: number, length: number, kind: GapKind, now: Arrival): void {
    (this.#tls ?? this.#clear)?.gap(side, offset, length, kind, now);
  }

  resent(side: Side, from: number, to: number, seconds: number): void {
    if (this.#tls === null) this.#clear?.resent?.(side, from, to, seconds);
  }

  end(side: Side, closed?: Arrival | null): void {
    (this.#tls ?? this.#clear)?.end(side, closed);
  }
}
