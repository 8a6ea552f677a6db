/** One stream for several readers: each takes the bytes until it wants no more of the connection. */
import type { Arrival, Carrier, GapKind, Side, StreamSink } from './segment.ts';

export class Fan implements StreamSink {
  readonly #sinks: readonly StreamSink[];

  constructor(sinks: readonly StreamSink[]) {
    this.#sinks = sinks;
  }

  get done(): boolean {
    for (const sink of this.#sinks) if (sink.done !== true) return false;
    return true;
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void {
    for (const sink of this.#sinks) if (sink.done !== true) sink.data(side, bytes, offset, carrier, now);
  }

  gap(side: Side, offset: number, length: number, kind: GapKind, now: Arrival): void {
    for (const sink of this.#sinks) if (sink.done !== true) sink.gap(side, offset, length, kind, now);
  }

  resent(side: Side, from: number, to: number, seconds: number): void {
    for (const sink of this.#sinks) if (sink.done !== true) sink.resent?.(side, from, to, seconds);
  }

  end(side: Side, closed: Arrival | null = null): void {
    for (const sink of this.#sinks) if (sink.done !== true) sink.end(side, closed);
  }
}
