/**
 * One direction of HTTP/1 (RFC 9112): spans of bytes in, messages out. Any cut of the bytes gives the same messages. Bytes
 * of heads are kept until the head is whole; bytes of bodies are only counted, and handed on to whoever wants them.
 */
import type { Arrival, Side } from '../../stream/segment.ts';
import { arrivalOf } from '../arrival.ts';
import { findLf, latin1 } from '../latin1.ts';
import { MAX_HEAD_BYTES, MAX_SEARCHED_BYTES, MAX_START_LINE_BYTES } from '../limits.ts';
import type { Lack, Message } from '../http/message.ts';
import type { BodyLength } from './body-length.ts';
import { Chunks } from './chunks.ts';
import { type Head, readHead } from './head.ts';
import { type StartLine, findStartLine, readRequestLine, readStatusLine } from './start-line.ts';

/** Bytes of a direction, as `push` takes them. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Stream offset of the byte at `start`. */
  readonly offset: number;
  /** The segment that brought them, and the one that made them readable. */
  readonly sent: Arrival;
  readonly now: Arrival;
}

export interface ReaderEvents {
  /** A head is whole: says how long its body is. */
  head(message: Message): BodyLength;
  body(message: Message, bytes: Uint8Array, start: number, end: number): void;
  end(message: Message): void;
  /** Bytes that are no message, where one was expected. False: nothing more is wanted. */
  lost(): boolean;
  /** The rest of the connection is something else. */
  tunnel(span: Span): void;
}

type State = 'head' | 'length' | 'chunked' | 'close' | 'search' | 'paused' | 'tunnel' | 'off';

export class Reader {
  readonly #side: Side;
  readonly #kind: StartLine['kind'];
  readonly #events: ReaderEvents;
  #state: State = 'head';
  /** A head, or while searching a line, that is not whole yet; and the first byte of it. */
  #held: Uint8Array = NO_BYTES;
  #heldLength = 0;
  #heldSince: Arrival | null = null;
  #heldOffset = 0;
  /** The first line was looked at, and what it says, where it was read. */
  #lineKnown = false;
  #line: StartLine | null = null;
  #emptyLines = 0;
  #left = 0;
  #chunks: Chunks | null = null;
  #searched = 0;
  message: Message | null = null;
  /** Pairing with the other direction is lost: bytes are missing, with messages in them perhaps. */
  resynchronised = false;
  /** The last bytes: what made them readable, and the stream offset behind them. */
  readonly #now = { frame: 0, seconds: 0, nanoseconds: 0 };
  #at = 0;

  constructor(side: Side, kind: StartLine['kind'], events: ReaderEvents) {
    this.#side = side;
    this.#kind = kind;
    this.#events = events;
  }

  get isOff(): boolean {
    return this.#state === 'off';
  }

  /** Stream offset where the head in the making starts; null when there is none. */
  get pendingStart(): number | null {
    return this.message?.start ?? (this.#heldLength > 0 ? this.#heldOffset : null);
  }

  /** Bytes until `resume` belong to nobody yet. */
  pause(): void {
    this.#state = 'paused';
  }

  resume(state: 'head' | 'tunnel'): void {
    const isBetween = this.#state === 'head' && this.#heldLength === 0;
    if (this.#state === 'paused' || isBetween) this.#state = state;
  }

  search(): void {
    this.#reset();
    this.#state = 'search';
    this.#searched = 0;
    this.resynchronised = true;
  }

  /** Returns the index of the first byte that was not taken: less than `span.end` only when paused. */
  push(span: Span): number {
    const { frame, seconds, nanoseconds } = span.now;
    this.#now.frame = frame;
    this.#now.seconds = seconds;
    this.#now.nanoseconds = nanoseconds;
    this.#at = span.offset + span.end - span.start;
    let at = span.start;
    while (at < span.end && this.#state !== 'off' && this.#state !== 'paused') at = this.#take(span, at);
    return this.#state === 'off' ? span.end : at;
  }

  #take(span: Span, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#takeHead(span, at);
      case 'search':
        return this.#takeLine(span, at);
      case 'tunnel':
        this.#events.tunnel(at === span.start ? span : { ...span, start: at, offset: span.offset + at - span.start });
        return span.end;
      case 'chunked':
        return this.#takeChunks(span, at);
      default:
        return this.#takeBody(span, at);
    }
  }

  #takeBody(span: Span, at: number): number {
    const to = this.#state === 'close' ? span.end : Math.min(span.end, at + this.#left);
    this.#tell(span, at, to);
    if (this.#state === 'length' && (this.#left -= to - at) === 0) this.#finish(span, to, null);
    return to;
  }

  #tell({ bytes }: Span, from: number, to: number): void {
    this.message!.bodyBytes += to - from;
    this.#events.body(this.message!, bytes, from, to);
  }

  #takeChunks(span: Span, start: number): number {
    const chunks = this.#chunks!;
    const at = chunks.take(span.bytes, start, span.end, (from, to) => this.#tell(span, from, to));
    if (chunks.isDone) this.#finish(span, at, null);
    else if (chunks.isBroken) {
      this.#finish(span, at, 'broken');
      this.#lose();
    }
    return at;
  }

  /** Bytes that never come. */
  gap(length: number, now: Arrival): void {
    const inBody =
      (this.#state === 'length' && length <= this.#left) ||
      this.#state === 'close' ||
      (this.#state === 'chunked' && this.#chunks!.skip(length));
    if (inBody) {
      this.message!.missingBytes += length;
      this.message!.lack = 'gap';
      this.#at += length;
      if (this.#state === 'length' && (this.#left -= length) === 0) this.#close(now, this.#at, 'gap');
    } else if (this.message !== null) {
      this.message.missingBytes += this.#state === 'length' ? this.#left : 0;
      this.#close(this.#now, this.#at, 'gap');
      this.search();
    } else if (this.#state === 'head' || this.#state === 'search') this.search();
  }

  /** The direction ended: with a FIN in the segment `closed`, or because nothing more was seen of it. */
  end(closed: Arrival | null): void {
    const { message } = this;
    if (message === null) return;
    const lack =
      message.lack ?? (this.#state === 'close' && closed !== null ? null : closed === null ? 'capture-end' : 'closed');
    this.#close(this.#now, this.#at, lack, closed ?? this.#now);
    this.#state = 'off';
  }

  #finish(span: Span, at: number, lack: Lack | null): void {
    this.#close(span.now, span.offset + at - span.start, this.message!.lack ?? lack);
  }

  #close(now: Arrival, end: number, lack: Lack | null, complete = now): void {
    const message = this.message!;
    message.end = end;
    message.lack = lack;
    if (message.last.frame !== now.frame) message.last = arrivalOf(now);
    message.complete = complete === now ? message.last : arrivalOf(complete);
    if (this.#chunks !== null) {
      message.trailer = this.#chunks.trailer;
      for (const anomaly of this.#chunks.anomalies) message.head.anomalies.push(anomaly);
    }
    this.message = null;
    this.#chunks = null;
    this.#state = 'head';
    this.#events.end(message);
  }

  /** Looks for the empty line; a head that lies in one span is read from there. */
  #takeHead(span: Span, start: number): number {
    const { bytes, end, offset } = span;
    let at = start;
    if (this.#heldLength === 0) {
      while (at < end && (bytes[at] === 10 || bytes[at] === 13)) at++;
      if (at > start) this.#emptyLines++;
      if (at === end) return end;
      this.#heldSince = arrivalOf(span.sent);
      this.#heldOffset = offset + at - span.start;
      const stop = this.#findHeadEnd(bytes, at, at, end);
      if (stop === LOST) return this.#loseHead(span, at);
      if (stop >= 0) return this.#openMessage(span, bytes, at, stop, stop);
      this.#hold(bytes, at, end);
      return end;
    }
    const before = this.#heldLength;
    this.#hold(bytes, at, Math.min(end, at + MAX_HEAD_BYTES + 1 - before));
    const taken = this.#heldLength - before;
    const stop = this.#findHeadEnd(this.#held, 0, Math.max(0, before - 2), this.#heldLength);
    if (stop === LOST || (stop < 0 && this.#heldLength > MAX_HEAD_BYTES)) return this.#loseHead(span, at + taken);
    return stop < 0 ? at + taken : this.#openMessage(span, this.#held, 0, stop, at + stop - before);
  }

  /** Index behind the empty line of the head that starts at `start`; -1 where it is not there yet, LOST where it is no head. */
  #findHeadEnd(bytes: Uint8Array, start: number, from: number, end: number): number {
    if (!this.#lineKnown) {
      const lineEnd = findLf(bytes, from, end);
      if (lineEnd < 0) return end - start > MAX_START_LINE_BYTES || !this.#mayStart(bytes, start, end) ? LOST : -1;
      if (!this.#mayStart(bytes, start, lineEnd)) return LOST;
      const line = latin1(bytes, start, lineEnd > start && bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd);
      const known = this.#kind === 'request' ? readRequestLine(line) : readStatusLine(line);
      if (known === null) return LOST;
      if (known.version === 'HTTP/0.9') return lineEnd + 1;
      this.#lineKnown = true;
      this.#line = known;
    }
    for (let at = findLf(bytes, from, end); at >= 0; at = findLf(bytes, at + 1, end)) {
      if (at + 1 < end && bytes[at + 1] === 10) return at + 2;
      if (at + 2 < end && bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
    }
    return -1;
  }

  /** Whether the first bytes may be those of a first line: known before the line is whole, so that little is held. */
  #mayStart(bytes: Uint8Array, start: number, end: number): boolean {
    const stop = Math.min(end, start + MAX_METHOD_BYTES);
    if (this.#kind === 'response') return matches(bytes, start, stop, 'HTTP/') || matches(bytes, start, stop, 'ICY ');
    for (let i = start; i < stop; i++) {
      const byte = bytes[i]!;
      if (byte === 0x20 || byte === 0x09) return i > start;
      if (byte <= 0x20 || byte >= 0x7f) return false;
    }
    return stop - start < MAX_METHOD_BYTES;
  }

  #openMessage(span: Span, bytes: Uint8Array, start: number, stop: number, next: number): number {
    const text = latin1(bytes, start, stop);
    const head = readHead(text, this.#kind, this.#line)!;
    if (this.#emptyLines > 0) head.anomalies.push('empty-lines-before');
    const since = this.#heldSince!;
    const now = since.frame === span.now.frame ? since : arrivalOf(span.now);
    const message = newMessage(this.#side, this.#heldOffset, span.offset + next - span.start, since, now, head, text);
    this.#reset();
    this.message = message;
    this.#state = 'length';
    this.#left = 0;
    const body = this.#events.head(message);
    // An answer to what the head said may have come first.
    if (this.message !== message) return next;
    if (body.kind === 'tunnel') {
      this.#close(span.now, message.end, null);
      this.#state = 'tunnel';
    } else if (body.kind === 'length') {
      this.#left = body.bytes;
      if (body.bytes === 0) {
        const paused = (this.#state as State) === 'paused';
        this.#close(span.now, message.end, null);
        if (paused) this.#state = 'paused';
      }
    } else {
      this.#state = body.kind;
      if (body.kind === 'chunked') this.#chunks = new Chunks();
    }
    return next;
  }

  #hold(bytes: Uint8Array, from: number, to: number): void {
    const length = this.#heldLength + to - from;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(1024, 2 * length));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(from, to), this.#heldLength);
    this.#heldLength = length;
  }

  #reset(): void {
    if (this.#held.length > 4096) this.#held = NO_BYTES;
    this.#heldLength = 0;
    this.#heldSince = null;
    this.#lineKnown = false;
    this.#line = null;
    this.#emptyLines = 0;
  }

  /** No head: what is held is searched, then what comes. */
  #loseHead(span: Span, at: number): number {
    const held = this.#held.slice(0, this.#heldLength);
    const { sent, now } = span;
    const offset = this.#heldOffset;
    if (!this.#lose()) return span.end;
    if (held.length > 0) {
      const again = { bytes: held, start: 0, end: held.length, offset, sent, now };
      for (let from = 0; from < held.length && (this.#state as State) !== 'off';) from = this.#take(again, from);
    }
    return at;
  }

  #lose(): boolean {
    const goesOn = this.#events.lost();
    this.search();
    if (!goesOn) this.#state = 'off';
    return goesOn;
  }

  /** Behind a gap: reads lines until one has a first line in it. */
  #takeLine(span: Span, at: number): number {
    const { bytes, end } = span;
    const found = findLf(bytes, at, end);
    const stop = found < 0 ? end : found + 1;
    this.#searched += stop - at;
    if (this.#searched > MAX_SEARCHED_BYTES) {
      this.#state = 'off';
      return end;
    }
    // A first line is short: of a long one the end is enough.
    this.#hold(bytes, Math.max(at, stop - MAX_SEARCHED_LINE), stop);
    if (this.#heldLength > 2 * MAX_SEARCHED_LINE) {
      this.#held.copyWithin(0, this.#heldLength - MAX_SEARCHED_LINE, this.#heldLength);
      this.#heldLength = MAX_SEARCHED_LINE;
    }
    if (found < 0) return end;
    const from = Math.max(0, this.#heldLength - MAX_SEARCHED_LINE);
    const lineEnd = this.#heldLength - (this.#held[this.#heldLength - 2] === 13 ? 2 : 1);
    const place = findStartLine(latin1(this.#held, from, Math.max(from, lineEnd)), this.#kind);
    if (place < 0) this.#heldLength = 0;
    else this.#restart(span, from + place, stop);
    return stop;
  }

  /** The line that is held, from `from` on, begins a head. */
  #restart(span: Span, from: number, stop: number): void {
    this.#held.copyWithin(0, from, this.#heldLength);
    this.#heldLength -= from;
    this.#heldSince = arrivalOf(span.sent);
    this.#heldOffset = span.offset + stop - span.start - this.#heldLength;
    this.#lineKnown = true;
    this.#state = 'head';
  }
}

const LOST = -2;
const NO_BYTES = new Uint8Array(0);
/** Longer than any registered method. */
const MAX_METHOD_BYTES = 33;
const MAX_SEARCHED_LINE = 16_384;

function matches(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  for (let i = 0; i < text.length && start + i < end; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

const newMessage = (
  side: Side,
  start: number,
  end: number,
  first: Arrival,
  headAt: Arrival,
  head: Head,
  text: string,
): Message => ({
  side,
  start,
  end,
  first,
  headAt,
  last: headAt,
  complete: headAt,
  head,
  text,
  list: null,
  bodyBytes: 0,
  missingBytes: 0,
  trailer: '',
  lack: null,
  recoverySeconds: 0,
  isSettled: false,
});
