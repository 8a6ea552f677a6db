/**
 * Of the transactions of a run, those that findings may be about: memory then follows what is odd, not what is there. Of
 * all others only counts are kept, and when each host answered.
 */
import type { Arrival, Side } from '../../stream/segment.ts';
import { MAX_ANSWERS, MAX_NOTABLE, MAX_OPEN_HTTP } from '../limits.ts';
import { GatheredTransactions, type HttpConnection } from './gathered.ts';
import { type Transaction, statusOf, targetOf, valueOf } from './message.ts';
import { totalSeconds } from './timing.ts';

/** What took as long is looked at by `http-slow`. */
const SLOW_SECONDS = 1;
/** Places that a redirect led to, the last ones: what is answered there may be a part of a circle. */
const MAX_PLACES = 256;

/** In front of the record of a connection; no field value has a NUL that could be taken for it. */
const NO_HOST = '\u0000';

export class NotableTransactions {
  readonly #kept = new GatheredTransactions(MAX_NOTABLE);
  /** The last one of each connection, by record: an answer that is missing is judged beside the one before. */
  readonly #last = new Map<number, Transaction>();
  /** FINs of connections that are not over: what is kept of them may come later. */
  readonly #ends = new Map<number, [Arrival | null, Arrival | null]>();
  readonly #places = new Set<string>();
  readonly #answers = new Map<string, number[]>();
  #answerCount = 0;
  requests = 0;
  responses = 0;
  /** Responses by the first digit of their status. */
  readonly byClass = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  slowestSeconds = 0;

  add(id: number, transaction: Transaction): void {
    const { request, response } = transaction;
    if (request !== null) this.requests++;
    const seconds = totalSeconds(transaction) ?? 0;
    this.slowestSeconds = Math.max(this.slowestSeconds, seconds);
    if (response !== null)
      this.#count(transaction, response.first.seconds, request?.head.known.host ?? `${NO_HOST}${id}`);
    const isAlone = response === null;
    if (isAlone || seconds >= SLOW_SECONDS || this.#isOdd(transaction)) {
      const before = this.#last.get(id);
      if (isAlone && before !== undefined) this.#kept.add(id, before);
      this.#kept.add(id, transaction);
      this.#last.delete(id);
    } else {
      this.#last.set(id, transaction);
      if (this.#last.size > MAX_OPEN_HTTP)
        for (const oldest of this.#last.keys()) return void this.#last.delete(oldest);
    }
  }

  end(id: number, side: Side, at: Arrival): void {
    let ends = this.#ends.get(id);
    if (ends === undefined) this.#ends.set(id, (ends = [null, null]));
    ends[side] = at;
  }

  /** Nothing more comes of a connection. */
  over(id: number): void {
    for (const side of [0, 1] as const) {
      const at = this.#ends.get(id)?.[side] ?? null;
      if (at !== null) this.#kept.end(id, side, at);
    }
    this.#ends.delete(id);
    this.#last.delete(id);
  }

  /** When a host answered, in seconds and in any order. `serverOf`: what stands for the host where a request has none. */
  answers(serverOf: (id: number) => string): (host: string) => readonly number[] {
    for (const [key, seconds] of this.#answers) {
      if (!key.startsWith(NO_HOST)) continue;
      const server = serverOf(Number(key.slice(NO_HOST.length)));
      this.#answers.set(server, [...(this.#answers.get(server) ?? []), ...seconds]);
      this.#answers.delete(key);
    }
    return (host) => this.#answers.get(host) ?? [];
  }

  connections(): HttpConnection[] {
    return this.#kept.connections();
  }

  get limitReached(): boolean {
    return this.#kept.limitReached || this.#answerCount > MAX_ANSWERS;
  }

  #count(transaction: Transaction, seconds: number, host: string): void {
    const status = statusOf(transaction)!;
    this.responses++;
    this.byClass[Math.floor(status / 100) % 10]!++;
    if (status < 200 || ++this.#answerCount > MAX_ANSWERS) return;
    const answers = this.#answers.get(host);
    if (answers === undefined) this.#answers.set(host, [seconds]);
    else answers.push(seconds);
  }

  #isOdd(transaction: Transaction): boolean {
    const status = statusOf(transaction)!;
    const { request, response } = transaction;
    if (status >= 500 || response!.head.anomalies.length + (request?.head.anomalies.length ?? 0) > 0) return true;
    if (status >= 300 && status < 400 && status !== 304) {
      const place = pathOf(valueOf(response!, 'location') ?? '');
      this.#places.add(place);
      if (this.#places.size > MAX_PLACES) for (const oldest of this.#places) return this.#places.delete(oldest);
      return true;
    }
    return this.#places.size > 0 && this.#places.has(pathOf(targetOf(transaction) ?? ''));
  }
}

const pathOf = (place: string): string => place.replace(/^[a-z][\w+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/, '');
