/**
 * Exchanges wait here until nothing can change them any more: an answer that comes later belongs to something else, and
 * further answers to the same query come soon. Then they are handed on and forgotten, so memory does not follow their number.
 */
import { MAX_DNS_ANSWERED, MAX_DNS_ASKED } from '../limits.ts';
import { sinceThen } from '../arrival.ts';
import type { Arrival } from '../../stream/segment.ts';
import { type Exchange, lastAsked } from './exchange.ts';
import { Queue } from './queue.ts';

/** Numbers and ports are used again: what comes later is no answer. */
export const MAX_WAIT_SECONDS = 120;
/** Whoever asks asks again after that, or has given up: a limit that cuts longer waits short loses little. */
const PATIENCE_SECONDS = 5;
/** Queries after which those that waited too long are looked for. */
const SWEEP_EVERY = 1024;

export class Settling {
  /** `now`: seconds since 1970 up to which the capture was read. */
  readonly #settled: (exchange: Exchange, now: number) => void;
  /** In the order they began in. */
  readonly #asked = new Set<Exchange>();
  #sweepIn = SWEEP_EVERY;
  readonly #answered = new Queue<Exchange>();
  limitReached = false;

  constructor(settled: (exchange: Exchange, now: number) => void) {
    this.#settled = settled;
  }

  /** A query. */
  ask(exchange: Exchange, now: Arrival): void {
    this.#asked.add(exchange);
    if (--this.#sweepIn === 0) this.#sweep(now);
  }

  /** It has its answer now, whether or not it was asked. */
  answer(exchange: Exchange, now: Arrival): void {
    this.#asked.delete(exchange);
    this.#answered.push(exchange);
    while (this.#answered.size > MAX_DNS_ANSWERED) this.#settled(this.#answered.shift(), now.seconds);
  }

  /** The capture is at its end, at that time. */
  finish(now: number): void {
    while (this.#answered.size > 0) this.#settled(this.#answered.shift(), now);
    for (const exchange of this.#asked) this.#settled(exchange, now);
    this.#asked.clear();
  }

  /** Those that nobody will answer any more, and the oldest where they are too many. */
  #sweep(now: Arrival): void {
    this.#sweepIn = SWEEP_EVERY;
    for (const exchange of this.#asked) {
      const isOver = sinceThen(exchange.queryAt!, now) >= MAX_WAIT_SECONDS;
      if (!isOver && this.#asked.size <= MAX_DNS_ASKED) return;
      if (sinceThen(lastAsked(exchange), now) < PATIENCE_SECONDS) this.limitReached = true;
      this.#asked.delete(exchange);
      this.#settled(exchange, now.seconds);
    }
  }
}
