/** One stream told to two sinks. */
import type { Arrival, Carrier, GapKind, Side, StreamSink } from './segment.ts';

export class BothSinks implements StreamSink {
  readonly #first: StreamSink;
  readonly #second: StreamSink;

  constructor(first: StreamSink, second: StreamSink) {
    this.#first = first;
    this.#second = second;
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void {
    this.#first.data(side, bytes, offset, carrier, now);
    this.#second.data(side, bytes, offset, carrier, now);
  }

  gap(side: Side, offset: number, length: number, kind: GapKind, now: Arrival): void {
    this.#first.gap(side, offset, length, kind, now);
    this.#second.gap(side, offset, length, kind, now);
  }

  end(side: Side, closed?: Arrival | null): void {
    this.#first.end(side, closed);
    this.#second.end(side, closed);
  }
}
