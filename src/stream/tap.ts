/** Observes a run and hands the TCP segments of the wanted connections to their streams, in the order of the capture. */
import type { Observer } from '../flow/observer.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import type { Tracker } from '../flow/tracker.ts';
import { type Frame, Stop } from '../wire/frame.ts';
import { TCP } from '../wire/ip.ts';
import { synOptions } from '../wire/tcp-options.ts';
import * as tcp from '../wire/tcp.ts';
import { Budget } from './budget.ts';
import type { OverlapPolicy } from './overlap.ts';
import { StreamSegment, type StreamSink } from './segment.ts';
import { Stream } from './stream.ts';

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

  readonly #compares: boolean;
  #limited = false;

  /** `compares`: see `StreamOptions`. */
  constructor(wants: Wants, policy: OverlapPolicy, compares = true) {
    this.#wants = wants;
    this.#policy = policy;
    this.#compares = compares;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    this.#open(tracker);
    for (let i = 0; i < count; i++) {
      const id = tracker.connection[i]!;
      if (id < 0 || counted[i] === 0) continue;
      const stream = this.streams[id]!;
      const f = frames[i]!;
      if (stream === null || f.protocol !== TCP || f.stop !== Stop.none) continue;
      fill(this.#segment, f, tracker.side[i]!);
      stream.take(this.#segment);
      if (this.#sinks[id]!.done === true) this.#letGo(id, stream);
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
    const options = { policy: this.#policy, budget: this.budget, compares: this.#compares };
    for (let id = this.streams.length; id < count; id++) {
      const isUdp = (w[id * WORDS + Word.meta]! & Meta.udp) !== 0;
      const sink = isUdp ? null : this.#wants(tracker, id);
      this.#sinks.push(sink);
      this.streams.push(sink === null ? null : new Stream(sink, options));
    }
  }
}

const isLimited = ({ directions }: Stream): boolean => directions.some(({ limited }) => limited > 0);

function fill(s: StreamSegment, f: Frame, side: number): void {
  const { view, bytes, transport } = f;
  s.side = side === 0 ? 0 : 1;
  s.frame = f.number;
  s.seconds = f.seconds;
  s.nanoseconds = f.nanoseconds;
  s.flags = tcp.flagsOf(bytes, transport);
  s.sequence = tcp.sequence(view, transport);
  s.acknowledgment = tcp.acknowledgment(view, transport);
  s.windowField = tcp.windowField(view, transport);
  s.options = (s.flags & tcp.SYN) === 0 ? 0 : synOptions(view, bytes, transport, f.end);
  s.bytes = bytes;
  s.payload = f.payload;
  s.captured = f.payloadCaptured;
  s.length = f.payloadLength;
}
