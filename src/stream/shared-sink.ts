/** Several sinks of one stream, each of which is told everything until it wants nothing more. */
import type { Arrival, Carrier, GapKind, Side, StreamSink } from './segment.ts';

export class SharedSink implements StreamSink {
  #sinks: readonly StreamSink[];
  /** Nobody wants anything more. */
  done = false;

  constructor(sinks: readonly StreamSink[]) {
    this.#sinks = sinks;
    this.#drop();
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void {
    for (const sink of this.#sinks) sink.data(side, bytes, offset, carrier, now);
    this.#drop();
  }

  gap(side: Side, offset: number, length: number, kind: GapKind, now: Arrival): void {
    for (const sink of this.#sinks) sink.gap(side, offset, length, kind, now);
    this.#drop();
  }

  resent(side: Side, from: number, to: number, seconds: number): void {
    for (const sink of this.#sinks) sink.resent?.(side, from, to, seconds);
  }

  end(side: Side, closed?: Arrival | null): void {
    for (const sink of this.#sinks) sink.end(side, closed);
    this.#drop();
  }

  #drop(): void {
    if (this.#sinks.some((sink) => sink.done === true)) this.#sinks = this.#sinks.filter(({ done }) => done !== true);
    this.done = this.#sinks.length === 0;
  }
}
