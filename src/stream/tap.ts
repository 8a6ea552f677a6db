/** Observes a run and hands the TCP segments of the wanted connections to their streams, in the order of the capture. */
import type { Observer } from '../flow/observer.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import type { Tracker } from '../flow/tracker.ts';
import { type Frame, Stop } from '../wire/frame.ts';
import { TCP } from '../wire/ip.ts';
import { Budget } from './budget.ts';
import { fillSegment } from './fill-segment.ts';
import type { OverlapPolicy } from './overlap.ts';
import { StreamSegment, type StreamSink } from './segment.ts';
import { Stream } from './stream.ts';

/** What was on its way when a connection was reset has come by then. */
const QUIET_SECONDS = 10;

/** Asked once for every TCP connection: who takes its bytes; null for nobody. */
export type Wants = (tracker: Tracker, id: number) => StreamSink | null;

export class StreamTap implements Observer {
  /** By record of the connection; null for those that nobody wants. */
  readonly streams: (Stream | null)[] = [];
  /** Who takes their bytes. */
  readonly #sinks: (StreamSink | null)[] = [];
  readonly budget = new Budget();
  readonly #wants: Wants;
  readonly #policy: OverlapPolicy;
  readonly #segment = new StreamSegment();
  readonly #judges: boolean;
  #limited = false;
  readonly #over: ((sink: StreamSink) => void) | null;
  /** Connections whose last segment was a reset, by record: seconds since 1970 of that, in order. */
  readonly #resets = new Map<number, number>();
  #sweptAt = 0;

  /**
   * `judges`: see `StreamOptions`. `over`: streams need not be kept; told of connections that were reset, and of which
   * nothing came for some seconds.
   */
  constructor(wants: Wants, policy: OverlapPolicy, judges = true, over: ((sink: StreamSink) => void) | null = null) {
    this.#wants = wants;
    this.#policy = policy;
    this.#judges = judges;
    this.#over = over;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    this.#open(tracker);
    for (let i = 0; i < count; i++) {
      const id = tracker.connection[i]!;
      if (id < 0 || counted[i] === 0) continue;
      const stream = this.streams[id]!;
      const f = frames[i]!;
      if (stream === null || f.protocol !== TCP || f.stop !== Stop.none) continue;
      fillSegment(this.#segment, f, tracker.side[i]!);
      stream.take(this.#segment);
      if (this.#sinks[id]!.done === true) this.#letGo(id, stream);
      else if (stream.wasReset && this.#over !== null) this.#remember(id, f.seconds);
    }
  }

  #remember(id: number, now: number): void {
    this.#resets.delete(id);
    this.#resets.set(id, now);
    if (now === this.#sweptAt) return;
    this.#sweptAt = now;
    for (const [oldest, seconds] of this.#resets) {
      if (now - seconds < QUIET_SECONDS) return;
      this.#resets.delete(oldest);
      const stream = this.streams[oldest] ?? null;
      if (stream === null || !stream.wasReset) continue;
      const sink = this.#sinks[oldest]!;
      stream.finish();
      this.#letGo(oldest, stream);
      this.#over!(sink);
    }
  }

  /** The capture is at its end. */
  finish(): void {
    for (const stream of this.streams) stream?.finish();
  }

  /** True when bytes were given up for want of room. */
  get limitReached(): boolean {
    return this.#limited || this.streams.some((stream) => stream !== null && isLimited(stream));
  }

  #letGo(id: number, stream: Stream): void {
    this.#limited ||= isLimited(stream);
    stream.release();
    this.streams[id] = null;
    this.#sinks[id] = null;
  }

  /** Asks for the connections that were opened since the last batch. */
  #open(tracker: Tracker): void {
    const { w, count } = tracker.table.records;
    const options = { policy: this.#policy, budget: this.budget, judges: this.#judges };
    for (let id = this.streams.length; id < count; id++) {
      const isUdp = (w[id * WORDS + Word.meta]! & Meta.udp) !== 0;
      const sink = isUdp ? null : this.#wants(tracker, id);
      this.#sinks.push(sink);
      this.streams.push(sink === null ? null : new Stream(sink, options));
    }
  }
}

const isLimited = ({ directions }: Stream): boolean => directions.some(({ limited }) => limited > 0);
