/**
 * HTTP on one connection, whatever version: tells from the first bytes who the client is and what is spoken, and goes on
 * with WebSocket or HTTP/2 where the two agree to. Enters: bytes in order. Leaves: transactions.
 */
import type { Arrival, Carrier, GapKind, Side, StreamSink } from '../../stream/segment.ts';
import { arrivalOf, between } from '../arrival.ts';
import { MAX_UNKNOWN_BYTES } from '../limits.ts';
import { Http1, type Http1Sink } from '../http1/http1.ts';
import type { Span } from '../http1/reader.ts';
import { readRequestLine, readStatusLine } from '../http1/start-line.ts';
import { findLf, latin1 } from '../latin1.ts';
import { type Transaction, type TransactionSink, methodOf } from './message.ts';
import { type Sniffed, sniff } from './sniff.ts';

/** A protocol that took over the connection. */
export interface Successor {
  push(side: Side, span: Span): void;
  gap(side: Side, length: number, now: Arrival): void;
  end(side: Side, closed: Arrival | null): void;
  /** Seconds were lost to the byte at `offset`, which came late or again. */
  recovered?(side: Side, offset: number, seconds: number): void;
  finish(): void;
  /** Nothing more is wanted of the connection. */
  readonly done?: boolean;
  readonly limitReached?: boolean;
  readonly isLate?: boolean;
}

export interface HttpSink extends TransactionSink {
  /** The connection is a tunnel from here on; null where nobody looks into it. */
  tunnel?(transaction: Transaction, client: Side): Successor | null;
  /** All that a side sent was told, and its FIN came. */
  ended?(side: Side, at: Arrival): void;
  /**
   * HTTP/2 is spoken; null where nobody understands it. `upgraded`: by this request, whose answer is stream 1. Its
   * transactions go to `events`.
   */
  http2?(client: Side, upgraded: Transaction | null, events: TransactionSink): Successor | null;
  /** Nothing more is told of the connection. */
  over?(): void;
  /** TLS is spoken, behind `first` transactions in clear; null where nobody has keys. */
  secure?(first: number): Successor | null;
}

const otherSide = (side: Side): Side => (side === 0 ? 1 : 0);

export class HttpConversation implements StreamSink {
  readonly #sink: HttpSink;
  #http1: Http1 | null = null;
  #successor: Successor | null = null;
  done = false;
  /** Of what waits, some was given up for want of room: known once `finish` was called. */
  limitReached = false;
  /** Time was lost to a message that was told already: known once `finish` was called. */
  isLate = false;
  #ends = 0;
  #isOver = false;
  /** Bytes of each side that were not understood, and what of them may be a beginning. */
  readonly #unknown: [number, number] = [0, 0];
  readonly #held: [Span | null, Span | null] = [null, null];
  /** The frame with which a hole was last filled on each side, and the seconds that were counted for it. */
  readonly #filled: readonly [{ frame: number; seconds: number }, { frame: number; seconds: number }] = [
    { frame: 0, seconds: 0 },
    { frame: 0, seconds: 0 },
  ];
  #client: Side = 0;
  /** Whose first bytes told who the client is. */
  #guessedBy: Side = 0;

  constructor(sink: HttpSink) {
    this.#sink = sink;
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void {
    this.push(side, { bytes, start: 0, end: bytes.length, offset, sent: carrier, now });
    if (carrier.frame !== now.frame) this.#countFill(side, offset, between(carrier, now), now.frame);
  }

  push(side: Side, span: Span): void {
    if (this.done) return;
    if (this.#successor !== null) this.#pushOn(this.#successor, side, span);
    else if (this.#http1 === null) this.#identify(side, span);
    else {
      this.#http1.push(side, span);
      // What the other side sent looked like HTTP for a moment: this may be the real thing.
      if (this.#http1 === null && side !== this.#guessedBy) this.#identify(side, span);
    }
  }

  #pushOn(successor: Successor, side: Side, span: Span): void {
    successor.push(side, span);
    if (successor.done === true) this.done = true;
  }

  gap(side: Side, _offset: number, length: number, _kind: GapKind, now: Arrival): void {
    if (this.#successor !== null) this.#successor.gap(side, length, now);
    else if (this.#http1 !== null) this.#http1.gap(side, length, now);
    else this.#skip(side, length);
  }

  /** Stream offset where the HTTP message in the making starts; null when there is none. */
  pending(side: Side): number | null {
    return this.#http1?.pending(side) ?? null;
  }

  resent(side: Side, from: number, _to: number, seconds: number): void {
    this.recovered(side, from, seconds);
  }

  /** `seconds` were lost to bytes that came late or again. */
  recovered(side: Side, offset: number, seconds: number): void {
    this.#http1?.recovered(side, offset, seconds);
    this.#successor?.recovered?.(side, offset, seconds);
  }

  end(side: Side, closed: Arrival | null = null): void {
    if (closed !== null) this.#sink.ended?.(side, arrivalOf(closed));
    this.#successor?.end(side, closed);
    this.#http1?.end(side, closed);
    if (++this.#ends === 2) {
      this.finish();
      this.done = true;
    }
  }

  /** Nothing more comes of either side. */
  finish(): void {
    this.#successor?.finish();
    this.#http1?.finish();
    this.limitReached ||= (this.#http1?.limitReached ?? false) || (this.#successor?.limitReached ?? false);
    this.isLate ||= (this.#http1?.isLate ?? false) || (this.#successor?.isLate ?? false);
    this.#successor = null;
    this.#http1 = null;
    if (!this.#isOver) this.#sink.over?.();
    this.#isOver = true;
  }

  /** Bytes that waited behind a hole: the longest wait counts, once. */
  #countFill(side: Side, offset: number, seconds: number, frame: number): void {
    const filled = this.#filled[side];
    if (filled.frame !== frame) filled.seconds = 0;
    filled.frame = frame;
    if (seconds <= filled.seconds) return;
    this.recovered(side, offset, seconds - filled.seconds);
    filled.seconds = seconds;
  }

  #identify(side: Side, span: Span): void {
    const held = this.#held[side];
    const whole = held === null ? span : joined(held, span);
    const sniffed = this.#unknown[side] === 0 ? sniff(whole.bytes, whole.start, whole.end) : sniffLater(whole);
    switch (sniffed) {
      case 'never':
        this.done = true;
        return;
      case 'tls':
        this.#beginTls(side, span);
        return;
      case 'more':
        this.#held[side] = keep(whole, held ?? span);
        return;
      case 'no':
        this.#skip(side, whole.end - whole.start);
        return;
      case 'request':
      case 'response':
        this.#begin(sniffed === 'request' ? side : otherSide(side), side, span);
        return;
      default:
        this.#beginHttp2(sniffed === 'http2-client' ? side : otherSide(side), side, span);
    }
  }

  #skip(side: Side, length: number): void {
    this.#held[side] = null;
    this.#unknown[side] += length;
    if (this.#unknown[0] + this.#unknown[1] > MAX_UNKNOWN_BYTES) this.done = true;
  }

  #begin(client: Side, side: Side, span: Span): void {
    this.#client = client;
    this.#guessedBy = side;
    let isHttp = true;
    const sink = this.#sink;
    const events: Http1Sink = {
      closed: (transaction) => sink.closed(transaction),
      switched: (transaction) => void (this.#successor ??= this.#open(transaction)),
      tunnel: (transaction, from, piece) => this.#tunnel(transaction, from, piece),
      notHttp: () => {
        isHttp = false;
        if (this.#http1 === http1) this.#http1 = null;
        this.#skip(side, 1);
      },
    };
    // Assigned one by one: objects made of pieces cost more than all the rest of a short connection.
    if (sink.message !== undefined) events.message = (message) => sink.message!(message);
    if (sink.body !== undefined) events.body = (...piece) => sink.body!(...piece);
    const http1 = new Http1(client, events);
    this.#http1 = http1;
    const other = otherSide(side);
    if (this.#unknown[side] > 0) http1.search(side);
    if (this.#unknown[other] > 0) http1.search(other);
    const [held, own] = [this.#held[other], this.#held[side]];
    this.#held[0] = this.#held[1] = null;
    if (held !== null && isBeginning(held)) http1.push(other, held);
    else if (held !== null) http1.search(other);
    if (own !== null) http1.push(side, own);
    http1.push(side, span);
    if (!isHttp) this.#http1 = null;
  }

  #beginHttp2(client: Side, side: Side, span: Span): void {
    this.#follow(this.#sink.http2?.(client, null, this.#sink) ?? null, side, span);
  }

  #beginTls(side: Side, span: Span): void {
    this.#follow(this.#sink.secure?.(0) ?? null, side, span);
  }

  /** From its first bytes on, the connection is another protocol. */
  #follow(successor: Successor | null, side: Side, span: Span): void {
    this.#successor = successor;
    if (successor === null) {
      this.done = true;
      return;
    }
    const [held, own] = [this.#held[otherSide(side)], this.#held[side]];
    this.#held[0] = this.#held[1] = null;
    if (held !== null) this.#pushOn(successor, otherSide(side), held);
    if (own !== null) this.#pushOn(successor, side, own);
    this.#pushOn(successor, side, span);
  }

  #tunnel(transaction: Transaction, side: Side, span: Span): void {
    this.#successor ??= this.#open(transaction);
    if (this.#successor === null) this.done = true;
    else this.#pushOn(this.#successor, side, span);
  }

  #open(transaction: Transaction): Successor | null {
    const upgrade = transaction.response?.head.known.upgrade?.toLowerCase() ?? '';
    if (methodOf(transaction) === 'CONNECT') return this.#sink.secure?.(transaction.index + 1) ?? null;
    if (upgrade === 'h2c') return this.#sink.http2?.(this.#client, transaction, this.#sink) ?? null;
    return this.#sink.tunnel?.(transaction, this.#client) ?? null;
  }
}

/** Letters, as both first lines begin with. */
const isBeginning = ({ bytes }: Span): boolean => bytes[0]! >= 0x41 && bytes[0]! <= 0x7a;

/** Behind bytes that were not understood: only a whole first line counts. */
function sniffLater({ bytes, start, end }: Span): Sniffed {
  const first = bytes[start]!;
  if (first < 0x41 || first > 0x5a) return 'no';
  const lf = findLf(bytes, start, Math.min(end, start + MAX_LINE));
  if (lf < 0 || bytes[lf - 1] !== 13) return 'no';
  const line = latin1(bytes, start, lf - 1);
  if (readStatusLine(line) !== null) return 'response';
  const request = readRequestLine(line);
  return request === null || request.version === 'HTTP/0.9' ? 'no' : 'request';
}

const MAX_LINE = 8192;

/** What is held and what comes behind it, to be looked at. */
function joined(held: Span, span: Span): Span {
  const bytes = new Uint8Array(held.end + span.end - span.start);
  bytes.set(held.bytes);
  bytes.set(span.bytes.subarray(span.start, span.end), held.end);
  return { ...span, bytes, start: 0, end: bytes.length, offset: held.offset };
}

/** A copy: first brought by what brought `first`. */
function keep({ bytes, start, end, offset, now }: Span, { sent }: Span): Span {
  const copy = bytes.slice(start, end);
  return { bytes: copy, start: 0, end: copy.length, offset, sent: arrivalOf(sent), now: arrivalOf(now) };
}
