/**
 * Queries that were asked before: a stub resolver that gives up waiting opens a new port and asks once more with the number
 * of the first query (dig does), which makes another connection of it.
 */
import { MAX_DNS_ASKED } from '../limits.ts';
import { sinceThen } from '../arrival.ts';
import type { Arrival } from '../../stream/segment.ts';
import { type Exchange, lastAsked } from './exchange.ts';

/** A resolver that asks again does so within seconds; later the same number is chance. */
const MAX_SECONDS = 30;
/** Queries after which those that nothing can repeat any more are looked for. */
const SWEEP_EVERY = 4096;

export class Repeats {
  /** By client, server, number and question: the exchange that began last, where it has no answer. */
  readonly #latest = new Map<string, Exchange>();
  #sweepIn = SWEEP_EVERY;

  /**
   * The exchange that the query of this one repeats, which just began: of the same client to the same server with the
   * same number and question, that has no answer yet. `ends`: address of who asks, address and port of who is asked.
   */
  find(exchange: Exchange, ends: string): Exchange | null {
    const { query, queryAt, connection } = exchange;
    const question = query!.questions[0];
    if (question === undefined) return null;
    const key = `${ends} ${query!.id} ${question.type} ${question.name.toLowerCase()}`;
    const before = this.#latest.get(key);
    // Behind all others.
    this.#latest.delete(key);
    this.#latest.set(key, exchange);
    exchange.key = key;
    if (--this.#sweepIn === 0) this.#sweep(queryAt!);
    if (before === undefined || before.connection === connection) return null;
    return sinceThen(lastAsked(before), queryAt!) < MAX_SECONDS ? before : null;
  }

  answered(exchange: Exchange): void {
    const { key } = exchange;
    if (key !== null && this.#latest.get(key) === exchange) this.#latest.delete(key);
    exchange.key = null;
  }

  #sweep(now: Arrival): void {
    this.#sweepIn = SWEEP_EVERY;
    for (const [key, exchange] of this.#latest) {
      const isOld = sinceThen(lastAsked(exchange), now) >= MAX_SECONDS;
      if (isOld || this.#latest.size > MAX_DNS_ASKED) this.#latest.delete(key);
    }
  }
}
