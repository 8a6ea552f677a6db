/** HTTP/2 on one connection (RFC 9113): frames -> transactions, one a stream. */
import type { Arrival, Side } from '../../stream/segment.ts';
import { arrivalOf, sinceThen } from '../arrival.ts';
import type { Successor } from '../http/conversation.ts';
import { type Lack, type Message, type Transaction, type TransactionSink, addRecovery } from '../http/message.ts';
import { PREFACE } from '../http/sniff.ts';
import type { Field } from '../http1/head.ts';
import type { Span } from '../http1/reader.ts';
import { MAX_HEADER_BLOCK_BYTES, MAX_INTERIM, MAX_RECENT_MESSAGES, MAX_STREAMS } from '../limits.ts';
import { errorName } from './errors.ts';
import { DATA, Flag, type FrameHead, Http2FrameReader, Type } from './frames.ts';
import { fragmentOf, joined } from './header-block.ts';
import { Hpack } from './hpack.ts';
import { addTrailer, newMessage } from './message.ts';

interface OpenStream {
  readonly transaction: Transaction;
  requestDone: boolean;
  responseDone: boolean;
  /** Flow-control window of what each side may still send on it, beyond what it may send on any new stream. */
  readonly windows: [number, number];
  /** Since when a side is stopped by a window; null while it is not. */
  readonly shutSince: [Arrival | null, Arrival | null];
}

interface Direction {
  readonly frames: Http2FrameReader;
  readonly hpack: Hpack;
  /** A header block in the making: its stream, its first frame, whether it ends the stream, whose stream is promised. */
  block: { stream: number; first: Arrival; start: number; endStream: boolean; promised: number | null } | null;
  pieces: Uint8Array[];
  blockBytes: number;
  /** What this side may send on the connection, and on a new stream. */
  window: number;
  initialWindow: number;
  /** Padding of the DATA frame that is read: its length byte is awaited, or what is left before the padding. */
  content: number;
  padKnown: boolean;
}

const MAX_CANCELLED = 64;

/** RFC 9113 section 6.9.2. */
const INITIAL_WINDOW = 65_535;

export interface Http2Events extends TransactionSink {
  goAway?(side: Side, error: string, at: Arrival): void;
}

export class Http2 implements Successor {
  readonly #sink: Http2Events;
  readonly #client: Side;
  readonly #directions: readonly [Direction, Direction];
  readonly #streams = new Map<string, OpenStream>();
  /** Streams that were reset before a response came: one may be on its way. */
  /** Responses behind a gap cannot be read. */
  #isUnseen = false;
  readonly #cancelled = new Map<string, OpenStream>();
  /** Streams that were opened by the server, even, and by the client, odd. */
  readonly #highest: [number, number] = [0, 0];
  #count: number;
  #requests = 0;
  limitReached = false;
  /** Time was lost to a message that was told already. */
  isLate = false;
  /** Messages of streams that are over, to which bytes that come again may belong. */
  readonly #recent: readonly [Message[], Message[]] = [[], []];

  /** `upgraded`: the HTTP/1 request whose answer comes on stream 1 (RFC 7540 section 3.2). */
  constructor(client: Side, sink: Http2Events, upgraded: Transaction | null) {
    this.#sink = sink;
    this.#client = client;
    this.#count = upgraded === null ? 0 : upgraded.index + 1;
    this.#directions = [this.#newDirection(0), this.#newDirection(1)];
    if (upgraded?.request !== null && upgraded !== null) {
      const transaction = this.#newTransaction(1);
      transaction.request = upgraded.request;
      this.#open(1, transaction).requestDone = true;
    }
  }

  push(side: Side, span: Span): void {
    this.#directions[side].frames.push(span);
  }

  gap(side: Side, length: number, now: Arrival): void {
    if (!this.#directions[side].frames.gap(length)) this.#giveUp(side, 'gap', now);
  }

  end(_side: Side, _closed: Arrival | null): void {}

  /** All messages wait that had begun before the byte at `offset` and went on behind it. */
  recovered(side: Side, offset: number, seconds: number): void {
    const add = (message: Message | null, isDone: boolean): void => {
      if (message === null || offset < message.start || (isDone && offset >= message.end)) return;
      if (!addRecovery(message, seconds)) this.isLate = true;
    };
    for (const { transaction, requestDone, responseDone } of this.#streams.values()) {
      if (side === this.#client) add(transaction.request, requestDone);
      else add(transaction.response, responseDone);
    }
    for (const message of this.#recent[side]) add(message, true);
  }

  finish(): void {
    for (const stream of this.#cancelled.values()) this.#close(stream, 'reset');
    for (const stream of this.#streams.values()) this.#close(stream, 'capture-end');
    this.#cancelled.clear();
    this.#streams.clear();
  }

  #newDirection(side: Side): Direction {
    const frames = new Http2FrameReader(
      {
        head: (head, first) => this.#begin(side, head, first),
        data: (head, bytes, start, end) => this.#data(side, head, bytes, start, end),
        frame: (head, payload, span) => this.#frame(side, head, payload, span),
        broken: () => undefined,
      },
      side === this.#client ? PREFACE.length : 0,
    );
    const block = { block: null, pieces: [], blockBytes: 0 };
    const windows = { window: INITIAL_WINDOW, initialWindow: INITIAL_WINDOW };
    return { frames, hpack: new Hpack(), ...block, ...windows, content: 0, padKnown: true };
  }

  #newTransaction(stream: number): Transaction {
    return {
      protocol: 'http/2',
      stream,
      index: this.#count++,
      request: null,
      response: null,
      interim: [],
      reuse: this.#requests++,
      pipelineDepth: this.#streams.size + 1,
      secure: false,
      isUnseen: false,
      queuedUntil: null,
      stalledSeconds: 0,
      resetCode: null,
    };
  }

  /** Null for a response on a stream that is over: a trailer that came too late. */
  #openUnknown(id: number, isRequest: boolean): OpenStream | null {
    const isOver = !isRequest && id <= this.#highest[id & 1]!;
    return id === 0 || isOver ? null : this.#open(id, this.#newTransaction(id));
  }

  #open(id: number, transaction: Transaction): OpenStream {
    this.#highest[id & 1] = Math.max(this.#highest[id & 1]!, id);
    const stream: OpenStream = {
      transaction,
      requestDone: false,
      responseDone: false,
      windows: [0, 0],
      shutSince: [null, null],
    };
    if (this.#streams.size >= MAX_STREAMS) {
      this.limitReached = true;
      for (const [oldest, each] of this.#streams) {
        this.#streams.delete(oldest);
        this.#close(each, 'broken');
        break;
      }
    }
    this.#streams.set(String(id), stream);
    return stream;
  }

  #begin(side: Side, head: FrameHead, first: Arrival): void {
    const direction = this.#directions[side];
    if (head.type === Type.headers || head.type === Type.pushPromise) {
      const endStream = head.type === Type.headers && (head.flags & Flag.endStream) !== 0;
      direction.block = { stream: head.stream, first: arrivalOf(first), start: head.start, endStream, promised: null };
      direction.pieces = [];
      direction.blockBytes = 0;
    } else if (head.type === DATA) {
      direction.padKnown = (head.flags & Flag.padded) === 0;
      direction.content = head.length;
      this.#spend(side, head);
    }
  }

  /** DATA counts against the windows, padding and all (RFC 9113 section 6.9.1). */
  #spend(side: Side, { stream: id, length }: FrameHead): void {
    this.#directions[side].window -= length;
    const stream = this.#streams.get(String(id));
    if (stream !== undefined) stream.windows[side] -= length;
  }

  #data(side: Side, { stream: id }: FrameHead, bytes: Uint8Array, start: number, end: number): void {
    const direction = this.#directions[side];
    let from = start;
    if (!direction.padKnown && from < end) {
      direction.padKnown = true;
      direction.content = Math.max(0, direction.content - 1 - bytes[from]!);
      from++;
    }
    const to = Math.min(end, from + direction.content);
    direction.content -= to - from;
    const message = this.#messageOf(side, id);
    if (message === null || to <= from) return;
    message.bodyBytes += to - from;
    this.#sink.body?.(message, bytes, from, to);
  }

  #messageOf(side: Side, id: number): Message | null {
    const transaction = this.#streams.get(String(id))?.transaction;
    return (side === this.#client ? transaction?.request : transaction?.response) ?? null;
  }

  #frame(side: Side, head: FrameHead, payload: Uint8Array, span: Span): void {
    switch (head.type) {
      case DATA:
        return this.#dataEnd(side, head, span);
      case Type.headers:
      case Type.pushPromise:
      case Type.continuation:
        return this.#headers(side, head, payload, span);
      case Type.settings:
        return this.#settings(side, head, payload);
      case Type.windowUpdate:
        return this.#windowUpdate(side, head, payload, span.now);
      case Type.resetStream:
        return this.#reset(head.stream, errorName(payload, 0), span.now);
      case Type.goAway:
        this.#sink.goAway?.(side, errorName(payload, 4), arrivalOf(span.now));
    }
  }

  #dataEnd(side: Side, head: FrameHead, { offset, start, end, now }: Span): void {
    const stream = this.#streams.get(String(head.stream));
    const message = this.#messageOf(side, head.stream);
    if (stream === undefined || message === null) return;
    message.end = Math.max(message.end, Math.min(head.start + 9 + head.length, offset + end - start));
    message.last = message.complete = arrivalOf(now);
    if ((head.flags & Flag.endStream) !== 0) this.#endSide(side, head.stream, stream);
    else if (this.#windowOf(side, stream) <= 0) stream.shutSince[side] ??= arrivalOf(now);
  }

  /** What a side may still send on a stream (RFC 9113 section 6.9.1). */
  #windowOf(side: Side, { windows }: OpenStream): number {
    const { window, initialWindow } = this.#directions[side];
    return Math.min(window, initialWindow + windows[side]);
  }

  #endSide(side: Side, id: number, stream: OpenStream): void {
    if (side === this.#client) stream.requestDone = true;
    else stream.responseDone = true;
    if (!stream.responseDone || !stream.requestDone) return;
    this.#streams.delete(String(id));
    this.#close(stream, null);
  }

  #headers(side: Side, head: FrameHead, payload: Uint8Array, span: Span): void {
    const direction = this.#directions[side];
    const { block } = direction;
    if (block === null || block.stream !== head.stream) return;
    const fragment = fragmentOf(head, payload, (promised) => (block.promised = promised));
    direction.blockBytes += fragment.length;
    if (direction.blockBytes <= MAX_HEADER_BLOCK_BYTES) direction.pieces.push(fragment);
    else direction.hpack.isBroken = true;
    if ((head.flags & Flag.endHeaders) === 0) return;
    direction.block = null;
    const fields = direction.hpack.decode(joined(direction.pieces, direction.blockBytes));
    direction.pieces = [];
    if (fields === null) this.#giveUp(side, 'broken', span.now);
    else this.#message(side, block, fields, head.start + 9 + head.length, span.now);
  }

  #message(side: Side, block: NonNullable<Direction['block']>, fields: Field[], end: number, now: Arrival): void {
    const { stream: id, promised, endStream } = block;
    const isRequest = side === this.#client || promised !== null;
    const message = newMessage(side, block.first, block.start, end, arrivalOf(now), fields, isRequest);
    if (promised !== null) {
      const transaction = this.#newTransaction(promised);
      transaction.request = message;
      this.#open(promised, transaction).requestDone = true;
      return;
    }
    if (this.#answerCancelled(side, id, message)) return;
    const stream = this.#streams.get(String(id)) ?? this.#openUnknown(id, isRequest);
    if (stream === null) return;
    const { transaction } = stream;
    const status = message.head.line.kind === 'response' ? message.head.line.status : 0;
    const before = isRequest ? transaction.request : transaction.response;
    if (before !== null) addTrailer(before, message);
    else if (isRequest) transaction.request = message;
    else if (status >= 100 && status < 200) {
      if (transaction.interim.length < MAX_INTERIM) transaction.interim.push({ status, at: message.headAt });
    } else transaction.response = message;
    if (endStream) this.#endSide(side, id, stream);
  }

  /** What the peer may send on streams: SETTINGS_INITIAL_WINDOW_SIZE is 4 (RFC 9113 section 6.5.2). */
  #settings(side: Side, { flags }: FrameHead, payload: Uint8Array): void {
    const peer: Side = side === 0 ? 1 : 0;
    if ((flags & 1) !== 0) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      if (view.getUint16(at) !== 4) continue;
      this.#directions[peer].initialWindow = Math.min(view.getUint32(at + 2), 0x7fff_ffff);
    }
  }

  #windowUpdate(side: Side, { stream: id }: FrameHead, payload: Uint8Array, now: Arrival): void {
    if (payload.length < 4) return;
    const peer: Side = side === 0 ? 1 : 0;
    const more = new DataView(payload.buffer, payload.byteOffset).getUint32(0) & 0x7fff_ffff;
    if (id === 0) this.#directions[peer].window += more;
    const touched = id === 0 ? [...this.#streams.values()] : [this.#streams.get(String(id))];
    for (const stream of touched) {
      if (stream === undefined) continue;
      if (id !== 0) stream.windows[peer] += more;
      const since = stream.shutSince[peer];
      if (since === null || this.#windowOf(peer, stream) <= 0) continue;
      stream.transaction.stalledSeconds += sinceThen(since, now);
      stream.shutSince[peer] = null;
    }
  }

  #reset(id: number, code: string, now: Arrival): void {
    const stream = this.#streams.get(String(id));
    if (stream === undefined) return;
    this.#streams.delete(String(id));
    stream.transaction.resetCode = code;
    const { response } = stream.transaction;
    // A server may answer before it has the whole request, and reset the rest with NO_ERROR (RFC 9113 section 8.1).
    if (response !== null && !stream.responseDone) {
      response.lack = 'reset';
      response.complete = arrivalOf(now);
    }
    if (response !== null) return this.#close(stream, 'reset');
    this.#cancelled.set(String(id), stream);
    if (this.#cancelled.size <= MAX_CANCELLED) return;
    const [oldest] = this.#cancelled.keys();
    this.#close(this.#cancelled.get(oldest!)!, 'reset');
    this.#cancelled.delete(oldest!);
  }

  /** Frames that were sent before the reset arrived still come (RFC 9113 section 5.1). True: this is one of them. */
  #answerCancelled(side: Side, id: number, message: Message): boolean {
    const stream = this.#cancelled.get(String(id));
    if (stream === undefined) return false;
    this.#cancelled.delete(String(id));
    if (side !== this.#client) stream.transaction.response = message;
    this.#close(stream, 'reset');
    return true;
  }

  /** What follows in this direction cannot be understood. */
  #giveUp(side: Side, lack: Lack, _now: Arrival): void {
    this.#directions[side].frames.isBroken = true;
    if (side !== this.#client && lack === 'gap') this.#isUnseen = true;
    for (const { transaction } of this.#streams.values()) {
      const message = side === this.#client ? transaction.request : transaction.response;
      if (message !== null) message.lack ??= lack;
    }
  }

  #close({ transaction, requestDone, responseDone }: OpenStream, lack: Lack | null): void {
    if (!requestDone && transaction.request !== null) transaction.request.lack ??= lack;
    if (!responseDone && transaction.response !== null) transaction.response.lack ??= lack;
    for (const message of [transaction.request, transaction.response]) {
      if (message === null) continue;
      const recent = this.#recent[message.side];
      if (recent.push(message) > MAX_RECENT_MESSAGES) recent.shift();
    }
    transaction.isUnseen = this.#isUnseen && transaction.response === null;
    this.#sink.closed(transaction);
  }
}
