/**
 * Messages beside segments: which segments carried a message, whether it came whole, stuck to another one or in parts, and
 * why. Needs no knowledge of the protocol but the ranges of its messages.
 */
import type { Circumstances } from '../../stream/sending.ts';
import type { Arrival, Carrier, Side, StreamSink } from '../../stream/segment.ts';
import type { Conversation, Fields, FramingProblem } from '../decoder.ts';
import { MAX_MESSAGE_FRAMES, MAX_MESSAGE_SEGMENTS } from '../limits.ts';
import { type Cause, splitCause, stickyCause } from './causes.ts';
import type { OpenFraming } from './framing.ts';

export const messageClasses = ['whole', 'sticky', 'split', 'sticky+split'] as const;
export type MessageClass = (typeof messageClasses)[number];

export interface Message {
  readonly side: Side;
  /** From 0, counted for each side. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly class: MessageClass;
  /** Null for a whole one. */
  readonly cause: Cause | null;
  readonly segments: number;
  /** Frames of those, the first ones. */
  readonly frames: readonly number[];
  /** When its last byte could be read. */
  readonly readable: Arrival;
  readonly fields: Fields;
}

export interface Problem {
  readonly side: Side;
  readonly start: number;
  readonly end: number;
  readonly problem: FramingProblem;
  readonly text: string;
  readonly frame: number;
}

/** Takes what a connection's messages are found to be. */
export interface MessageObserver {
  message(message: Message): void;
  problem(problem: Problem): void;
  /** A segment carried bytes of so many messages. */
  segment(messages: number): void;
  /** A message that the capture does not have to its end. */
  incompleteMessage(side: Side, start: number): void;
}

/** What one segment brought to the stream. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly frame: number;
  /** The segment as it was sent: wider than the span where some of it had come before. */
  readonly segmentStart: number;
  readonly sent: Circumstances;
  messages: number;
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly fields: Fields;
}

/** One direction: spans of which messages are still in the making. */
class Lane {
  readonly spans: Span[] = [];
  /** Spans in the middle of a long message that were let go. */
  dropped = 0;
  found: Found[] = [];
  previousEnd = -1;
  count = 0;
}

export class Boundaries implements StreamSink {
  readonly #conversation: Conversation;
  readonly #observer: MessageObserver;
  readonly #lanes: readonly [Lane, Lane] = [new Lane(), new Lane()];
  #now: Arrival = { frame: 0, seconds: 0, nanoseconds: 0 };

  constructor(open: OpenFraming, observer: MessageObserver) {
    this.#observer = observer;
    this.#conversation = open({
      message: (side, start, end, fields) => void this.#lanes[side].found.push({ start, end, fields }),
      problem: (side, start, end, problem, text) =>
        observer.problem({ side, start, end, problem, text, frame: this.#now.frame }),
    });
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void {
    const { frame, start: segmentStart, sent } = carrier;
    const lane = this.#lanes[side];
    lane.spans.push({ start: offset, end: offset + bytes.length, frame, segmentStart, sent, messages: 0 });
    this.#now = now;
    this.#conversation.push(side, bytes, offset);
    this.#settle(side);
    this.#bound(lane);
  }

  gap(side: Side, _offset: number, length: number, _kind: string, now: Arrival): void {
    this.#now = now;
    this.#conversation.gap(side, length);
    this.#settle(side);
  }

  end(side: Side): void {
    this.#conversation.end(side);
    this.#settle(side);
    const pending = this.#conversation.pending(side);
    if (pending !== null) this.#observer.incompleteMessage(side, pending);
    this.#letGo(this.#lanes[side], Infinity);
  }

  /** Judges the messages that the last bytes completed; spans that no message needs any more are let go. */
  #settle(side: Side): void {
    const lane = this.#lanes[side];
    const { found } = lane;
    const pending = this.#conversation.pending(side);
    let first = 0;
    for (let i = 0; i < found.length; i++) {
      while (first < lane.spans.length && lane.spans[first]!.end <= found[i]!.start) first++;
      this.#judge(side, found[i]!, first, found[i + 1]?.start ?? pending);
      lane.previousEnd = found[i]!.end;
    }
    if (found.length > 0) lane.found = [];
    this.#letGo(lane, pending ?? Infinity);
  }

  #judge(side: Side, { start, end, fields }: Found, first: number, next: number | null): void {
    const lane = this.#lanes[side];
    let last = first;
    while (last < lane.spans.length && lane.spans[last]!.start < end) last++;
    const spans = lane.spans.slice(first, last);
    for (const span of spans) span.messages++;
    const isSplit = spans.length > 1;
    const isSticky =
      spans.length > 0 && (lane.previousEnd > spans[0]!.start || (next !== null && next < spans.at(-1)!.end));
    this.#observer.message({
      side,
      index: lane.count++,
      start,
      end,
      class: isSplit ? (isSticky ? 'sticky+split' : 'split') : isSticky ? 'sticky' : 'whole',
      cause: isSplit ? splitCause(spans) : isSticky ? stickyCause(spans[0]!) : null,
      segments: spans.length + lane.dropped,
      frames: framesOf(spans),
      readable: { frame: this.#now.frame, seconds: this.#now.seconds, nanoseconds: this.#now.nanoseconds },
      fields,
    });
    for (; lane.dropped > 0; lane.dropped--) this.#observer.segment(1);
  }

  #letGo(lane: Lane, before: number): void {
    let count = 0;
    while (count < lane.spans.length && lane.spans[count]!.end <= before) {
      this.#observer.segment(lane.spans[count++]!.messages);
    }
    if (count > 0) lane.spans.splice(0, count);
  }

  #bound(lane: Lane): void {
    if (lane.spans.length <= MAX_MESSAGE_SEGMENTS) return;
    lane.spans.splice(MAX_MESSAGE_SEGMENTS / 2, 1);
    lane.dropped++;
  }
}

/** In the order of the stream, each once. */
function framesOf(spans: readonly Span[]): number[] {
  const frames = new Set<number>();
  for (const { frame } of spans) if (frames.size < MAX_MESSAGE_FRAMES) frames.add(frame);
  return [...frames];
}
