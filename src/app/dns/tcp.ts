/** DNS over TCP: two bytes of length before each message (RFC 1035 section 4.2.2). */
import type { Arrival, Carrier, GapKind, Side, StreamSink } from '../../stream/segment.ts';
import { arrivalOf } from '../arrival.ts';
import { type DnsMessage, readDns } from './message.ts';

/** A message in the making: its two bytes of length, then as many as they say. */
class Making {
  bytes = new Uint8Array(2);
  filled = 0;
  hasLength = false;

  /** Takes bytes from `at` on; returns the index behind them. */
  take(bytes: Uint8Array, at: number): number {
    const to = Math.min(bytes.length, at + this.bytes.length - this.filled);
    this.bytes.set(bytes.subarray(at, to), this.filled);
    this.filled += to - at;
    if (!this.hasLength && this.filled === 2) {
      this.hasLength = true;
      this.bytes = new Uint8Array(this.bytes[0]! * 256 + this.bytes[1]!);
      this.filled = 0;
    }
    return to;
  }

  get isWhole(): boolean {
    return this.hasLength && this.filled === this.bytes.length;
  }
}

export class DnsStream implements StreamSink {
  readonly #tell: (side: Side, message: DnsMessage, at: Arrival) => void;
  readonly #making: [Making, Making] = [new Making(), new Making()];
  readonly #lost: [boolean, boolean] = [false, false];
  done = false;

  constructor(tell: (side: Side, message: DnsMessage, at: Arrival) => void) {
    this.#tell = tell;
  }

  data(side: Side, bytes: Uint8Array, _offset: number, _carrier: Carrier, now: Arrival): void {
    for (let at = 0; at < bytes.length && !this.#lost[side];) {
      const making = this.#making[side];
      at = making.take(bytes, at);
      if (!making.isWhole) continue;
      this.#making[side] = new Making();
      const message = readDns(making.bytes, 0, making.bytes.length);
      if (message === null || message.questions.length + message.answers.length === 0) this.#lose(side);
      else this.#tell(side, message, arrivalOf(now));
    }
  }

  /** Where the next message starts is not known. */
  gap(side: Side, _offset: number, _length: number, _kind: GapKind): void {
    this.#lose(side);
  }

  end(): void {}

  #lose(side: Side): void {
    this.#lost[side] = true;
    this.#making[side] = new Making();
    this.done = this.#lost[0] && this.#lost[1];
  }
}
