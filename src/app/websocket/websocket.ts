/** WebSocket on one connection: frames -> messages, with what RFC 6455 does not allow. */
import type { Budget } from '../../stream/budget.ts';
import type { Arrival, Side } from '../../stream/segment.ts';
import { arrivalOf, sinceThen } from '../arrival.ts';
import type { Successor } from '../http/conversation.ts';
import type { Transaction } from '../http/message.ts';
import type { Span } from '../http1/reader.ts';
import { inflateMessage } from '../inflate.ts';
import { latin1 } from '../latin1.ts';
import { MAX_CLOSES, MAX_PINGS, MAX_WEBSOCKET_KEPT } from '../limits.ts';
import { type FrameHead, FrameReader } from './frames.ts';
import { type Handshake, handshakeOf } from './handshake.ts';
import { closeCodeOf, textOf, windowOf } from './payload.ts';

export const messageTypes = ['text', 'binary', 'close', 'ping', 'pong', 'reserved'] as const;
export type MessageType = (typeof messageTypes)[number];

const problems = {
  'mask-missing': 'a frame of the client without a mask (RFC 6455 section 5.1)',
  'mask-unexpected': 'a frame of the server with a mask (RFC 6455 section 5.1)',
  'reserved-bits': 'reserved bits that no extension defines (RFC 6455 section 5.2)',
  'reserved-opcode': 'an opcode that is not defined (RFC 6455 section 5.2)',
  'control-fragmented': 'a control frame in fragments (RFC 6455 section 5.5)',
  'control-too-long': 'a control frame of more than 125 bytes (RFC 6455 section 5.5)',
  'continuation-unexpected': 'a continuation of nothing (RFC 6455 section 5.4)',
  'continuation-missing': 'a new message inside an unfinished one (RFC 6455 section 5.4)',
  'text-not-utf8': 'a text message that is not UTF-8 (RFC 6455 section 5.6)',
  'close-code-invalid': 'a close code that must not be sent (RFC 6455 section 7.4)',
  'inflate-failed': 'a compressed message that does not decompress (RFC 7692)',
  'inflate-limit': 'a compressed message that grows beyond our limits',
  'after-close': 'data after a close frame (RFC 6455 section 5.5.1)',
  gap: 'the capture lacks bytes of it',
} as const;
export type Problem = keyof typeof problems;
export const problemNames = Object.keys(problems) as Problem[];
export const problemText = (problem: Problem): string => problems[problem];

export interface WebSocketMessage {
  readonly side: Side;
  readonly index: number;
  readonly type: MessageType;
  readonly fragments: number;
  readonly masked: boolean;
  readonly compressed: boolean;
  /** Stream offsets; of a message in fragments those of the first and the last. */
  readonly start: number;
  readonly end: number;
  readonly first: Arrival;
  readonly last: Arrival;
  /** Payload as it was sent, and as the application got it; null where that is not known. */
  readonly payloadBytes: number;
  readonly contentBytes: number | null;
  /** The beginning of a text message or of a close reason. */
  readonly text: string | null;
  readonly closeCode: number | null;
  /** Of a pong: since its ping. */
  readonly rttSeconds: number | null;
  /** As for `messages`: how it lay in segments. */
  readonly segments: number;
  readonly sticky: boolean;
  readonly problems: readonly Problem[];
}

export interface WebSocketSink {
  message(message: WebSocketMessage): void;
  /** Of payload that is kept until its message is whole, and of windows, for all WebSockets of a run. */
  readonly budget: Budget;
}

/** A message in the making. */
interface Making {
  readonly head: FrameHead;
  readonly first: Arrival;
  fragments: number;
  bytes: number;
  /** Its payload, of which `keptBytes` are filled in; null where there was no room. */
  kept: Uint8Array | null;
  keptBytes: number;
  segments: number;
  sticky: boolean;
  lastSpan: Span | null;
  readonly problems: Set<Problem>;
}

interface Lane {
  readonly frames: FrameReader;
  data: Making | null;
  current: Making | null;
  count: number;
  closed: boolean;
  /** What was last inflated: the window of permessage-deflate; null where it is lost. */
  window: Uint8Array | null;
  /** Pings that this side sent. */
  readonly pings: { payload: string; at: Arrival }[];
}

/** RFC 6455 section 5.5. */
const MAX_CONTROL_BYTES = 125;
const NOTHING: Uint8Array = new Uint8Array(0);
const isControl = (opcode: number): boolean => opcode >= 8;

export class WebSocket implements Successor {
  readonly handshake: Handshake;
  readonly #client: Side;
  readonly #sink: WebSocketSink;
  readonly #lanes: readonly [Lane, Lane];
  /** The first close frames, in order of their time, with their codes. */
  readonly closes: { readonly side: Side; readonly code: number | null; readonly at: Arrival }[] = [];
  /** The connection ended, by a FIN or with the capture. */
  ended: 'fin' | null = null;
  broken = false;

  constructor(transaction: Transaction, client: Side, sink: WebSocketSink) {
    this.handshake = handshakeOf(transaction);
    this.#client = client;
    this.#sink = sink;
    this.#lanes = [this.#newLane(0), this.#newLane(1)];
  }

  push(side: Side, span: Span): void {
    this.#lanes[side].frames.push(span);
  }

  gap(side: Side, length: number): void {
    const lane = this.#lanes[side];
    this.#keepWindow(lane, null);
    const goesOn = lane.frames.gap(length);
    lane.current?.problems.add('gap');
    if (!goesOn) this.broken = true;
  }

  end(_side: Side, closed: Arrival | null): void {
    if (closed !== null) this.ended = 'fin';
  }

  finish(): void {
    for (const lane of this.#lanes) {
      for (const making of [lane.data, lane.current]) if (making !== null) this.#release(making);
      lane.data = lane.current = null;
      this.#keepWindow(lane, null);
    }
  }

  #newLane(side: Side): Lane {
    const frames = new FrameReader({
      head: (head, span, before) => this.#head(side, head, span, before),
      payload: (bytes, span) => this.#payload(side, bytes, span),
      end: (end, span) => this.#end(side, end, span),
      broken: () => void (this.broken = true),
    });
    const empty = { data: null, current: null, count: 0, closed: false, pings: [] };
    return { frames, ...empty, window: NOTHING };
  }

  #head(side: Side, head: FrameHead, span: Span, before: readonly Span[]): void {
    const lane = this.#lanes[side];
    const isNew = head.opcode !== 0 || lane.data === null;
    const making = isNew ? newMaking(head) : lane.data!;
    if (!isControl(head.opcode)) {
      if (head.opcode !== 0 && lane.data !== null) {
        making.problems.add('continuation-missing');
        this.#release(lane.data);
      }
      if (head.opcode === 0 && isNew) making.problems.add('continuation-unexpected');
      lane.data = making;
    }
    lane.current = making;
    making.fragments++;
    making.bytes += head.length;
    // Its segment began before the frame.
    if (isNew && head.start > (before[0] ?? span).offset) making.sticky = true;
    this.#judge(side, head, making, lane);
    for (const each of before) touch(making, each);
    touch(making, span);
  }

  #judge(side: Side, head: FrameHead, { problems: found }: Making, lane: Lane): void {
    if (side === this.#client && !head.masked) found.add('mask-missing');
    if (side !== this.#client && head.masked) found.add('mask-unexpected');
    const mayDeflate = this.handshake.deflate !== null && (head.opcode === 1 || head.opcode === 2);
    if (head.reserved || (head.rsv1 && !mayDeflate)) found.add('reserved-bits');
    if ((head.opcode > 2 && head.opcode < 8) || head.opcode > 10) found.add('reserved-opcode');
    if (isControl(head.opcode) && !head.fin) found.add('control-fragmented');
    if (isControl(head.opcode) && head.length > MAX_CONTROL_BYTES) found.add('control-too-long');
    if (lane.closed && !isControl(head.opcode)) found.add('after-close');
    this.#fin[side] = head.fin;
  }

  readonly #fin: [boolean, boolean] = [true, true];

  #payload(side: Side, bytes: Uint8Array, span: Span): void {
    const making = this.#lanes[side].current!;
    touch(making, span);
    if (making.kept === null) return;
    const needed = making.keptBytes + bytes.length;
    if (needed > making.kept.length && !this.#grow(making, needed)) return this.#release(making);
    making.kept.set(bytes, making.keptBytes);
    making.keptBytes = needed;
  }

  /** Room for `needed` bytes of payload, and no more than were announced. False: there is none. */
  #grow(making: Making, needed: number): boolean {
    const before = making.kept!;
    const size = Math.max(needed, Math.min(making.bytes, 2 * before.length));
    if (needed > MAX_WEBSOCKET_KEPT || !this.#sink.budget.take(size - before.length)) return false;
    making.kept = new Uint8Array(size);
    making.kept.set(before);
    return true;
  }

  #release(making: Making): void {
    this.#sink.budget.give(making.kept?.length ?? 0);
    making.kept = null;
  }

  #end(side: Side, end: number, span: Span): void {
    const lane = this.#lanes[side];
    const making = lane.current!;
    if (!this.#fin[side] && !isControl(making.head.opcode)) return;
    if (end < span.offset + span.end - span.start) making.sticky = true;
    if (!isControl(making.head.opcode)) lane.data = null;
    this.#tell(side, lane, making, end, span);
    this.#release(making);
  }

  #tell(side: Side, lane: Lane, making: Making, end: number, { now }: Span): void {
    const { head, problems: found } = making;
    const type = typeOf(head.opcode);
    const last = arrivalOf(now);
    const raw = making.kept?.subarray(0, making.keptBytes) ?? null;
    const compressed = head.rsv1 && this.handshake.deflate !== null && !isControl(head.opcode);
    const content = compressed ? this.#inflate(side, lane, raw, found) : found.has('gap') ? null : raw;
    const closeCode = type === 'close' ? closeCodeOf(raw, found) : null;
    const textBytes = type === 'text' ? content : type === 'close' && raw !== null ? raw.subarray(2) : null;
    const message: WebSocketMessage = {
      side,
      index: lane.count++,
      type,
      fragments: making.fragments,
      masked: head.masked,
      compressed,
      start: head.start,
      end,
      first: making.first,
      last,
      payloadBytes: making.bytes,
      contentBytes: content === null && (compressed || found.has('gap')) ? null : (content?.length ?? making.bytes),
      text: textBytes === null ? null : textOf(textBytes, found),
      closeCode,
      rttSeconds: this.#pong(side, type, raw, last),
      segments: making.segments,
      sticky: making.sticky,
      problems: [...found],
    };
    if (type === 'close') {
      lane.closed = true;
      if (this.closes.length < MAX_CLOSES) this.closes.push({ side, code: closeCode, at: last });
    }
    this.#sink.message(message);
  }

  #inflate(side: Side, lane: Lane, raw: Uint8Array | null, found: Set<Problem>): Uint8Array | null {
    const { clientForgets, serverForgets } = this.handshake.deflate!;
    const forgets = side === this.#client ? clientForgets : serverForgets;
    const window = forgets ? NOTHING : lane.window;
    if (raw === null || window === null || found.has('gap')) {
      if (!forgets) this.#keepWindow(lane, null);
      return null;
    }
    const { bytes, problem } = inflateMessage(raw, window);
    if (bytes === null) {
      found.add(problem === 'limit' ? 'inflate-limit' : 'inflate-failed');
      this.#keepWindow(lane, null);
      return null;
    }
    if (!forgets) this.#keepWindow(lane, windowOf(window, bytes));
    return bytes;
  }

  #keepWindow(lane: Lane, window: Uint8Array | null): void {
    const { budget } = this.#sink;
    budget.give(lane.window?.length ?? 0);
    lane.window = window !== null && budget.take(window.length) ? window : null;
  }

  /** A pong answers the last ping with its payload (RFC 6455 section 5.5.3). */
  #pong(side: Side, type: MessageType, raw: Uint8Array | null, at: Arrival): number | null {
    if (raw === null || raw.length > MAX_CONTROL_BYTES || (type !== 'ping' && type !== 'pong')) return null;
    const payload = latin1(raw, 0, raw.length);
    if (type === 'ping') {
      const own = this.#lanes[side].pings;
      if (own.push({ payload, at }) > MAX_PINGS) own.shift();
      return null;
    }
    const { pings } = this.#lanes[side === 0 ? 1 : 0];
    const found = pings.findLastIndex((ping) => ping.payload === payload);
    if (found < 0) return null;
    const rtt = sinceThen(pings[found]!.at, at);
    pings.splice(0, found + 1);
    return rtt;
  }
}

const newMaking = (head: FrameHead): Making => ({
  head,
  first: arrivalOf(head.first),
  fragments: 0,
  bytes: 0,
  kept: NOTHING,
  keptBytes: 0,
  segments: 0,
  sticky: false,
  lastSpan: null,
  problems: new Set(),
});

/** Counts the segments that carried a part of the message. */
function touch(making: Making, span: Span): void {
  if (making.lastSpan !== span) making.segments++;
  making.lastSpan = span;
}

function typeOf(opcode: number): MessageType {
  return (
    ({ 0: 'binary', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' } as const)[opcode as 0] ?? 'reserved'
  );
}
