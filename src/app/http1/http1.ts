/**
 * HTTP/1 on one connection: requests and responses are paired in their order (RFC 9112 section 9.3). Behind a gap the
 * order is taken up again where it can be: a client that does not pipeline asks again only after an answer.
 */
import type { Arrival, Side } from '../../stream/segment.ts';
import { between } from '../arrival.ts';
import { MAX_EARLY_BYTES, MAX_INTERIM, MAX_OUTSTANDING, MAX_RECENT_MESSAGES } from '../limits.ts';
import { type Message, type Transaction, type TransactionSink, addRecovery } from '../http/message.ts';
import { type BodyLength, requestBody, responseBody } from './body-length.ts';
import { Reader, type Span } from './reader.ts';

export interface Http1Sink extends TransactionSink {
  /** What comes next on the connection is something else, if anything does. */
  switched(transaction: Transaction): void;
  /** What comes behind a CONNECT or a 101 that was agreed to. */
  tunnel(transaction: Transaction, side: Side, span: Span): void;
  /** Neither side speaks HTTP/1 here. */
  notHttp(): void;
}

export class Http1 {
  readonly #sink: Http1Sink;
  readonly #client: Side;
  readonly #requests: Reader;
  readonly #responses: Reader;
  /** Requests without their final response, in order. */
  #waiting: Transaction[] = [];
  /** Responses that were seen before the request that they may belong to. */
  #early: Transaction[] = [];
  /** One of them whose request is being read. */
  #late: Transaction | null = null;
  #count = 0;
  #requestCount = 0;
  #found = false;
  /** The transaction that made a tunnel of the connection. */
  #tunnelled: Transaction | null = null;
  #tunnelSpans: Span[] = [];
  #heldBytes = 0;
  #current: Transaction | null = null;
  #lastResponseEnd: Arrival | null = null;
  readonly #recent: readonly [Message[], Message[]] = [[], []];
  limitReached = false;
  /** Time was lost to a message that was told already. */
  isLate = false;

  constructor(client: Side, sink: Http1Sink) {
    this.#client = client;
    this.#sink = sink;
    const lost = (): boolean => this.#lost();
    const tunnel = (span: Span): void => this.#tellTunnel(client, span);
    const answerTunnel = (span: Span): void => this.#tellTunnel(client === 0 ? 1 : 0, span);
    const body = (message: Message, bytes: Uint8Array, start: number, end: number): void =>
      sink.body?.(message, bytes, start, end);
    this.#requests = new Reader(client, 'request', {
      head: (message) => this.#request(message),
      body,
      end: (message) => this.#requestEnd(message),
      lost,
      tunnel,
    });
    this.#responses = new Reader(client === 0 ? 1 : 0, 'response', {
      head: (message) => this.#response(message),
      body,
      end: (message) => this.#responseEnd(message),
      lost,
      tunnel: answerTunnel,
    });
  }

  push(side: Side, span: Span): void {
    const reader = this.#reader(side);
    const at = reader.push(span);
    if (at < span.end) this.#keepEarly(span, at);
  }

  gap(side: Side, length: number, now: Arrival): void {
    const reader = this.#reader(side);
    reader.gap(length, now);
    // Where a head may be missing, so may the response to anything that was asked.
    if (side === this.#client || !reader.resynchronised) return;
    for (const transaction of this.#waiting) transaction.isUnseen ||= transaction.response === null;
  }

  end(side: Side, closed: Arrival | null): void {
    this.#reader(side).end(closed);
  }

  /** Bytes before this came of which the beginning of a message is not known. */
  search(side: Side): void {
    this.#reader(side).search();
  }

  /** `seconds` were lost to bytes that came late or again: they belong to the message that has the byte at `offset`. */
  recovered(side: Side, offset: number, seconds: number): void {
    const current = this.#reader(side).message;
    if (current !== null && offset >= current.start) {
      current.recoverySeconds += seconds;
      return;
    }
    const owner = this.#recent[side].findLast((message) => message.start <= offset);
    if (owner !== undefined && offset < owner.end && !addRecovery(owner, seconds)) this.isLate = true;
  }

  /** Stream offset where the message in the making starts; null when there is none. */
  pending(side: Side): number | null {
    return this.#reader(side).pendingStart;
  }

  #reader(side: Side): Reader {
    return side === this.#client ? this.#requests : this.#responses;
  }

  #lost(): boolean {
    if (this.#found) return true;
    this.#sink.notHttp();
    return false;
  }

  /** What a client sends behind a CONNECT or Upgrade before the answer. */
  #keepEarly(span: Span, at: number): void {
    this.#heldBytes += span.end - at;
    if (this.#heldBytes > MAX_EARLY_BYTES) {
      this.limitReached = true;
      return;
    }
    const bytes = span.bytes.slice(at, span.end);
    const { sent, now } = span;
    const offset = span.offset + at - span.start;
    this.#tunnelSpans.push({ bytes, start: 0, end: bytes.length, offset, sent: { ...sent }, now: { ...now } });
  }

  #request(message: Message): BodyLength {
    this.#found = true;
    const { known, anomalies, line } = message.head;
    const length = requestBody(message.head, anomalies);
    const late =
      this.#early.length === 0
        ? -1
        : this.#early.findIndex(({ response }) => between(message.first, response!.first) >= 0);
    const transaction = late >= 0 ? this.#early[late]! : this.#open();
    transaction.request = message;
    transaction.reuse = this.#requestCount++;
    if (late >= 0) {
      for (const orphan of this.#early.splice(0, late + 1)) if (orphan !== transaction) this.#sink.closed(orphan);
      this.#late = transaction;
      return length;
    }
    this.#waiting.push(transaction);
    transaction.pipelineDepth = this.#waiting.length;
    if (this.#waiting.length > MAX_OUTSTANDING) {
      this.limitReached = true;
      this.#sink.closed(this.#waiting.shift()!);
    }
    const switches = line.kind === 'request' && (line.method === 'CONNECT' || known.upgrade !== null);
    if (switches && length.kind === 'length' && length.bytes === 0) this.#requests.pause();
    return length;
  }

  #open(): Transaction {
    return {
      protocol: 'http/1',
      stream: null,
      index: this.#count++,
      request: null,
      response: null,
      isUnseen: false,
      interim: [],
      reuse: 0,
      pipelineDepth: 1,
      secure: false,
      queuedUntil: null,
      stalledSeconds: 0,
      resetCode: null,
    };
  }

  #requestEnd(message: Message): void {
    this.#sink.message?.(message);
    this.#remember(message);
    const late = this.#late;
    this.#late = null;
    if (late !== null && this.#current !== late) this.#sink.closed(late);
  }

  #remember(message: Message): void {
    const recent = this.#recent[message.side];
    if (recent.push(message) > MAX_RECENT_MESSAGES) recent.shift();
  }

  #response(message: Message): BodyLength {
    this.#found = true;
    const { line, anomalies } = message.head;
    const status = line.kind === 'response' ? line.status : 0;
    if (this.#responses.resynchronised) this.#skipAnswered();
    const waiting = this.#waiting[0];
    const method = waiting?.request?.head.line.kind === 'request' ? waiting.request.head.line.method : null;
    const length = responseBody(message.head, method, anomalies);
    if (status >= 100 && status < 200 && status !== 101) {
      if (waiting !== undefined && waiting.interim.length < MAX_INTERIM)
        waiting.interim.push({ status, at: message.headAt });
      this.#current = null;
      return length;
    }
    this.#current = waiting ?? this.#unasked();
    this.#current.response = message;
    if (waiting !== undefined) this.#judgeQueue(waiting);
    if (length.kind === 'tunnel') this.#tunnelled = this.#current;
    return length;
  }

  /** A response that no request was seen for: it may come late, by the order of the capture. */
  #unasked(): Transaction {
    const transaction = this.#open();
    this.#early.push(transaction);
    if (this.#early.length > MAX_OUTSTANDING) this.#sink.closed(this.#early.shift()!);
    return transaction;
  }

  /** Of several requests, all but the last were answered in the gap, if the client did not pipeline. */
  #skipAnswered(): void {
    this.#responses.resynchronised = false;
    while (this.#waiting.length > 1) this.#sink.closed(this.#waiting.shift()!);
  }

  #judgeQueue(transaction: Transaction): void {
    const asked = transaction.request!.last;
    const before = this.#lastResponseEnd;
    if (before !== null && between(asked, before) > 0) transaction.queuedUntil = before;
  }

  #responseEnd(message: Message): void {
    this.#sink.message?.(message);
    this.#remember(message);
    const transaction = this.#current;
    // An interim response.
    if (transaction === null || transaction.response !== message) return this.#goOn(null);
    this.#lastResponseEnd = message.last;
    this.#current = null;
    if (this.#waiting[0] === transaction) this.#waiting.shift();
    const isTunnel = this.#tunnelled === transaction;
    if (isTunnel) this.#sink.switched(transaction);
    this.#goOn(isTunnel ? transaction : null);
    if (!this.#early.includes(transaction) && this.#late !== transaction) this.#sink.closed(transaction);
  }

  /** The final answer to a CONNECT or an Upgrade decides what the client's bytes behind it are. */
  #goOn(tunnelled: Transaction | null): void {
    const isLast = this.#waiting.length === 0;
    if (tunnelled === null && !isLast) return;
    this.#requests.resume(tunnelled === null ? 'head' : 'tunnel');
    const spans = this.#tunnelSpans;
    this.#tunnelSpans = [];
    this.#heldBytes = 0;
    for (const span of spans) this.push(this.#client, span);
  }

  #tellTunnel(side: Side, span: Span): void {
    this.#sink.tunnel(this.#tunnelled!, side, span);
  }

  /** Nothing more comes of either side. */
  finish(): void {
    if (this.#late !== null) this.#sink.closed(this.#late);
    if (this.#current !== null && !this.#waiting.includes(this.#current)) this.#sink.closed(this.#current);
    this.#late = null;
    this.#current = null;
    for (const transaction of this.#early) this.#sink.closed(transaction);
    for (const transaction of this.#waiting) this.#sink.closed(transaction);
    this.#early = [];
    this.#waiting = [];
  }
}
