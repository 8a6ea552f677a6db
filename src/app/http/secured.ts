/** HTTP inside TLS: the bytes of a connection, or of a tunnel through a proxy -> plaintext -> transactions, at the frames of their records. */
import type { Arrival, Carrier, Side, StreamSink } from '../../stream/segment.ts';
import type { TlsConversation } from '../tls/conversation.ts';
import type { Span } from '../http1/reader.ts';
import { HttpConversation, type HttpSink, type Successor } from './conversation.ts';

/** Makes a conversation that hands plaintext to `sink`; null where there are no keys. */
export type Unseal = (sink: StreamSink) => TlsConversation | null;

/** Records of which is known where their plaintext stands, for bytes that come again. */
const MAX_RECENT = 64;

interface Opened {
  /** Stream offset behind the segment that completed the record. */
  readonly end: number;
  /** Where its plaintext starts. */
  readonly plain: number;
}

const UNKNOWN: Carrier['sent'] = { size: 'unknown', moment: 'idle', fillsWindow: false };

export class Secured implements Successor {
  readonly #tls: TlsConversation;
  readonly #http: HttpConversation;
  readonly #carrier = { frame: 0, seconds: 0, nanoseconds: 0, start: 0, end: 0, sent: UNKNOWN };
  /** Where TLS began in the stream of each side, and the end of what was pushed. */
  readonly #origin: [number, number] = [-1, -1];
  readonly #end: [number, number] = [0, 0];
  readonly #opened: readonly [Opened[], Opened[]] = [[], []];
  /** Seconds lost to bytes of a record that is not whole. */
  readonly #pending: [number, number] = [0, 0];

  /** `first`: transactions of the connection before these. */
  static open(unseal: Unseal, sink: HttpSink, first: number): Secured | null {
    let secured: Secured | null = null;
    const tls = unseal({
      data: (side, bytes, offset, carrier, now) => secured!.#takePlain(side, bytes, offset, carrier, now),
      gap: (side, offset, length, kind, now) => secured!.#http.gap(side, offset, length, kind, now),
      end: (side, closed) => secured!.#http.end(side, closed),
    });
    return tls === null ? null : (secured = new Secured(tls, sink, first));
  }

  private constructor(tls: TlsConversation, sink: HttpSink, first: number) {
    this.#tls = tls;
    this.#http = new HttpConversation(insideTls(sink, first));
  }

  get done(): boolean {
    return this.#tls.done || this.#http.done;
  }

  get isLate(): boolean {
    return this.#http.isLate;
  }

  get limitReached(): boolean {
    return this.#http.limitReached;
  }

  push(side: Side, { bytes, start, end, offset, sent, now }: Span): void {
    if (this.#origin[side] < 0) this.#origin[side] = offset;
    this.#end[side] = offset + end - start;
    const carrier = this.#carrier;
    carrier.frame = sent.frame;
    carrier.seconds = sent.seconds;
    carrier.nanoseconds = sent.nanoseconds;
    this.#tls.data(side, bytes.subarray(start, end), offset - this.#origin[side], carrier, now);
  }

  gap(side: Side, length: number, now: Arrival): void {
    this.#tls.gap(side, this.#end[side] - this.#origin[side], length, 'lost', now);
  }

  end(side: Side, closed: Arrival | null): void {
    this.#tls.end(side, closed);
  }

  /** `offset` is one of TLS. */
  recovered(side: Side, offset: number, seconds: number): void {
    const record = this.#opened[side].find(({ end }) => end > offset);
    if (record === undefined) this.#pending[side] += seconds;
    else this.#http.recovered(side, record.plain, seconds);
  }

  finish(): void {
    this.#http.finish();
  }

  #takePlain(side: Side, bytes: Uint8Array, offset: number, sent: Arrival, now: Arrival): void {
    const opened = this.#opened[side];
    if (opened.push({ end: this.#end[side], plain: offset }) > MAX_RECENT) opened.shift();
    this.#http.push(side, { bytes, start: 0, end: bytes.length, offset, sent, now });
    if (this.#pending[side] === 0) return;
    this.#http.recovered(side, offset, this.#pending[side]);
    this.#pending[side] = 0;
  }
}

/** The same sink for what is inside: transactions are marked, and counted on. FINs are those of the outer connection. */
function insideTls(sink: HttpSink, first: number): HttpSink {
  const { body, message, tunnel, http2 } = sink;
  return {
    closed: (transaction) => {
      transaction.secure = true;
      transaction.index += first;
      sink.closed(transaction);
    },
    ...(body === undefined ? {} : { body }),
    ...(message === undefined ? {} : { message }),
    ...(tunnel === undefined ? {} : { tunnel }),
    ...(http2 === undefined ? {} : { http2 }),
  };
}
