/**
 * Observes a run for those connections only whose service was told from their first payload. The frames of all others
 * are counted in bulk as if nobody observed, so a capture without such services costs nothing more.
 */
import type { Observer } from '../flow/observer.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import type { Tracker } from '../flow/tracker.ts';
import { type Frame, Stop } from '../wire/frame.ts';
import { TCP } from '../wire/ip.ts';
import { SYN } from '../wire/tcp.ts';
import { Budget } from './budget.ts';
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
}

export class ServiceTap implements Observer {
  readonly selective = true;
  readonly budget = new Budget();
  /** Connections that were not followed for want of room. */
  unfollowed = 0;
  readonly #wants: WantsService;
  /** 1 for the numbers of wanted services. */
  readonly #services = new Uint8Array(256);
  /** By record, which no sender of packets can choose. */
  readonly #followed = new Map<number, Followed>();
  readonly #segment = new StreamSegment();

  /** Service 0 stands for connections whose first payload does not tell. */
  constructor(services: Iterable<number>, wants: WantsService) {
    for (const service of services) this.#services[service] = 1;
    this.#wants = wants;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    for (let i = 0; i < count; i++) {
      const id = tracker.connection[i]!;
      if (id < 0 || counted[i] === 0 || this.#services[tracker.service(id)] === 0) continue;
      const f = frames[i]!;
      if (f.protocol !== TCP || f.stop !== Stop.none) continue;
      const { w } = tracker.table.records;
      const meta = w[id * WORDS + Word.meta]!;
      if ((meta & Meta.decided) === 0) this.#decide(tracker, id, f);
      else if ((meta & Meta.watched) === 0) continue;
      const followed = this.#followed.get(id);
      if (followed === undefined) continue;
      fillSegment(this.#segment, f, tracker.side[i]!);
      followed.stream.take(this.#segment);
      if (followed.sink.done !== true && !followed.stream.ended) continue;
      followed.stream.release();
      this.#followed.delete(id);
      w[id * WORDS + Word.meta]! &= ~Meta.watched;
    }
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
    if (this.#followed.size >= MAX_FOLLOWED) {
      this.unfollowed++;
      return;
    }
    const sink = this.#wants(tracker, id, tracker.service(id), f);
    if (sink === null) return;
    w[id * WORDS + Word.meta]! |= Meta.watched;
    const stream = new Stream(sink, { budget: this.budget, judges: false });
    for (const side of [0, 1] as const) this.#begin(stream, w, id * WORDS, side);
    this.#followed.set(id, { stream, sink });
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
