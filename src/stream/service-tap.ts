/**
 * Observes a run for those connections only whose service was told from their first payload. The frames of all others
 * are counted in bulk as if nobody observed, so a capture without such services costs nothing more.
 */
import type { Observer } from '../flow/observer.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import type { Tracker } from '../flow/tracker.ts';
import { type Frame, Stop } from '../wire/frame.ts';
import { TCP, UDP } from '../wire/ip.ts';
import { RST, SYN } from '../wire/tcp.ts';
import { Budget } from './budget.ts';
import { type DatagramSink, tellDatagram } from './datagrams.ts';
import { fillSegment } from './fill-segment.ts';
import { type Side, StreamSegment, type StreamSink } from './segment.ts';
import { Stream } from './stream.ts';

/** Connections that are followed at the same time. More are counted, not followed. */
const MAX_FOLLOWED = 50_000;

/** Kinds of segments that an end has sent, see `Word.seen`. */
const KINDS = 255;

/**
 * Asked once for every TCP connection with one of the services, at its first payload: who takes its bytes; null for nobody.
 * `f` is the frame with that payload.
 */
export type WantsService = (tracker: Tracker, id: number, service: number, f: Frame) => StreamSink | null;

interface Followed {
  readonly stream: Stream;
  readonly sink: StreamSink;
  /** A RST was seen. It may be a forged one, so the stream goes on as long as there is room. */
  reset: boolean;
}

export class ServiceTap implements Observer {
  readonly selective = true;
  readonly budget = new Budget();
  /** Connections that were not followed for want of room. */
  unfollowed = 0;
  readonly #wants: WantsService;
  readonly #datagrams: DatagramSink | null;
  /** 1 for the numbers of wanted services. */
  readonly #services = new Uint8Array(256);
  /** By record, which no sender of packets can choose. */
  readonly #followed = new Map<number, Followed>();
  readonly #segment = new StreamSegment();
  #limited = false;

  /**
   * Service 0 stands for connections whose first payload does not tell. `datagrams` takes those of UDP connections with one
   * of the services.
   */
  constructor(services: Iterable<number>, wants: WantsService, datagrams: DatagramSink | null = null) {
    this.#datagrams = datagrams;
    for (const service of services) this.#services[service] = 1;
    this.#wants = wants;
  }

  tracker: Tracker | null = null;

  begin(tracker: Tracker): void {
    this.tracker = tracker;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    for (let i = 0; i < count; i++) {
      const id = tracker.connection[i]!;
      if (id < 0 || counted[i] === 0 || this.#services[tracker.service(id)] === 0) continue;
      const f = frames[i]!;
      if (f.protocol === UDP && this.#datagrams !== null) tellDatagram(this.#datagrams, f, id, tracker.side[i]!);
      if (f.protocol !== TCP || f.stop !== Stop.none) continue;
      const { w } = tracker.table.records;
      const meta = w[id * WORDS + Word.meta]!;
      if ((meta & Meta.decided) === 0) this.#decide(tracker, id, f);
      else if ((meta & Meta.watched) === 0) continue;
      const followed = this.#followed.get(id);
      if (followed === undefined) continue;
      fillSegment(this.#segment, f, tracker.side[i]!);
      followed.stream.take(this.#segment);
      if ((this.#segment.flags & RST) !== 0) followed.reset = true;
      if (followed.sink.done !== true && !followed.stream.ended) continue;
      this.#limited ||= isLimited(followed.stream);
      this.#letGo(w, id, followed);
    }
  }

  #letGo(w: Int32Array, id: number, { stream }: Followed): void {
    stream.release();
    this.#followed.delete(id);
    w[id * WORDS + Word.meta]! &= ~Meta.watched;
  }

  /** Connections that were reset say nothing more. */
  #makeRoom(w: Int32Array): void {
    for (const [id, followed] of this.#followed) {
      if (!followed.reset) continue;
      followed.stream.finish();
      this.#limited ||= isLimited(followed.stream);
      this.#letGo(w, id, followed);
    }
  }

  /** Bytes were given up for want of room. */
  get limitReached(): boolean {
    return this.#limited || [...this.#followed.values()].some(({ stream }) => isLimited(stream));
  }

  /** The capture is at its end. */
  finish(): void {
    for (const { stream } of this.#followed.values()) stream.finish();
  }

  #decide(tracker: Tracker, id: number, f: Frame): void {
    // Before a payload nothing can be told.
    if (f.payloadLength === 0) return;
    const { w } = tracker.table.records;
    w[id * WORDS + Word.meta]! |= Meta.decided;
    if (this.#followed.size >= MAX_FOLLOWED) this.#makeRoom(w);
    if (this.#followed.size >= MAX_FOLLOWED) {
      this.unfollowed++;
      return;
    }
    const sink = this.#wants(tracker, id, tracker.service(id), f);
    if (sink === null) return;
    w[id * WORDS + Word.meta]! |= Meta.watched;
    const stream = new Stream(sink, { budget: this.budget, judges: false });
    for (const side of [0, 1] as const) this.#begin(stream, w, id * WORDS, side);
    this.#followed.set(id, { stream, sink, reset: false });
  }

  /** The segments before were not shown; the record knows where the numbers start. */
  #begin(stream: Stream, w: Int32Array, at: number, side: Side): void {
    const hasSent = ((w[at + Word.seen]! >>> (8 * side)) & KINDS) !== 0;
    if (!hasSent || (w[at + Word.meta]! & (Meta.baseA << side)) === 0) return;
    const s = this.#segment;
    s.side = side;
    s.frame = w[at + Word.firstFrame]!;
    s.seconds = w[at + Word.startSeconds]!;
    s.nanoseconds = w[at + Word.startNanoseconds]!;
    s.flags = SYN;
    s.sequence = w[at + Word.isnA + side]!;
    s.acknowledgment = 0;
    s.options = w[at + Word.optionsA + side]!;
    s.captured = s.length = 0;
    stream.take(s);
  }
}

const isLimited = ({ directions }: Stream): boolean => directions.some(({ limited }) => limited > 0);
