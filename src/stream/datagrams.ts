/** Observes a run and hands on the payload of UDP datagrams of the wanted connections, in the order of the capture. */
import type { Observer } from '../flow/observer.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import type { Tracker } from '../flow/tracker.ts';
import { type Frame, Stop } from '../wire/frame.ts';
import { UDP } from '../wire/ip.ts';
import type { Arrival, Side } from './segment.ts';

export interface DatagramSink {
  /** Payload `start` to `end` of `bytes`, as far as it was captured; `cut`: it was not captured whole. */
  datagram(id: number, side: Side, bytes: Uint8Array, start: number, end: number, cut: boolean, at: Arrival): void;
}

export class DatagramTap implements Observer {
  /** By record: 1 for the wanted ones. */
  readonly #wanted: number[] = [];
  readonly #wants: (tracker: Tracker, id: number) => boolean;
  readonly #sink: DatagramSink;

  /** `wants` is asked once for every UDP connection. */
  constructor(wants: (tracker: Tracker, id: number) => boolean, sink: DatagramSink) {
    this.#wants = wants;
    this.#sink = sink;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    const { w, count: records } = tracker.table.records;
    for (let id = this.#wanted.length; id < records; id++) {
      const isUdp = (w[id * WORDS + Word.meta]! & Meta.udp) !== 0;
      this.#wanted.push(isUdp && this.#wants(tracker, id) ? 1 : 0);
    }
    for (let i = 0; i < count; i++) {
      const id = tracker.connection[i]!;
      if (id < 0 || counted[i] === 0 || this.#wanted[id] === 0) continue;
      const f = frames[i]!;
      if (f.protocol === UDP) tellDatagram(this.#sink, f, id, tracker.side[i]!);
    }
  }
}

/** The datagram of a frame, where it was decoded. */
export function tellDatagram(sink: DatagramSink, f: Frame, id: number, from: number): void {
  if (f.stop !== Stop.none) return;
  const captured = f.payloadCaptured;
  const { number: frame, seconds, nanoseconds } = f;
  const side: Side = from === 0 ? 0 : 1;
  const isCut = captured < f.payloadLength;
  sink.datagram(id, side, f.bytes, f.payload, f.payload + captured, isCut, { frame, seconds, nanoseconds });
}
