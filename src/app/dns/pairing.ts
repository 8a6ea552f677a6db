/** DNS queries and their answers: paired by connection, number and question, over UDP and TCP. */
import type { Arrival, Side } from '../../stream/segment.ts';
import { sinceThen } from '../arrival.ts';
import { MAX_DNS_QUERIES, MAX_DNS_WAITING } from '../limits.ts';
import type { DnsMessage } from './message.ts';

export type DnsProtocol = 'dns' | 'mdns' | 'llmnr';

/** A query and what came back. One of the two may be missing: nobody asks before many answers of mDNS. */
export interface Exchange {
  /** Record of the connection. */
  readonly connection: number;
  readonly protocol: DnsProtocol;
  readonly transport: 'udp' | 'tcp';
  /** Who asked. */
  readonly side: Side;
  readonly query: DnsMessage | null;
  readonly queryAt: Arrival | null;
  /** The same query came again: when, the first ones. */
  readonly resent: Arrival[];
  resentCount: number;
  answer: DnsMessage | null;
  answerAt: Arrival | null;
  /** Further answers to the same query. */
  duplicates: number;
}

/** Since the query that was last sent before the answer; null while one of them is missing. */
export function rttSeconds({ queryAt, answerAt, resent }: Exchange): number | null {
  if (queryAt === null || answerAt === null) return null;
  return sinceThen(resent.at(-1) ?? queryAt, answerAt);
}

const MAX_RESENT = 16;
/** An answer that comes later than this belongs to something else: numbers and ports are used again. */
const MAX_WAIT_SECONDS = 120;

/** Exchanges after which those that are not wanted are looked for. */
const PRUNE_EVERY = 4096;

export class DnsPairing {
  exchanges: Exchange[] = [];
  /** Of all, told once their answer came: false lets them go. */
  readonly #keeps: (exchange: Exchange) => boolean;
  #pruneAt = PRUNE_EVERY;
  queries = 0;
  answered = 0;
  /** Of each connection, by record: those that may still be answered, the newest last. */
  readonly #waiting = new Map<number, Exchange[]>();
  limitReached = false;

  constructor(keeps: (exchange: Exchange) => boolean = () => true) {
    this.#keeps = keeps;
  }

  add(
    connection: number,
    transport: 'udp' | 'tcp',
    protocol: DnsProtocol,
    side: Side,
    message: DnsMessage,
    at: Arrival,
  ): void {
    let waiting = this.#waiting.get(connection);
    if (waiting === undefined) this.#waiting.set(connection, (waiting = []));
    const found = waiting.findLast(
      (each) => isSame(each, message, side) && sinceThen(each.queryAt!, at) < MAX_WAIT_SECONDS,
    );
    if (message.isResponse) this.#answer(found, { connection, transport, protocol, side }, message, at);
    else if (found !== undefined && found.answer === null) {
      found.resentCount++;
      if (found.resent.push(at) > MAX_RESENT) found.resent.shift();
    } else this.#keep(waiting, { connection, transport, protocol, side, ...newExchange(message, at) });
  }

  #answer(found: Exchange | undefined, origin: Origin, answer: DnsMessage, at: Arrival): void {
    if (found === undefined) {
      const side = origin.side === 0 ? 1 : 0;
      this.#keep(null, { ...origin, side, ...newExchange(null, null), answer, answerAt: at });
    } else if (found.answer === null) {
      found.answer = answer;
      found.answerAt = at;
      this.answered++;
    } else found.duplicates++;
  }

  #keep(waiting: Exchange[] | null, exchange: Exchange): void {
    if (exchange.query !== null) this.queries++;
    if (this.exchanges.length >= this.#pruneAt) this.#prune();
    if (this.exchanges.length >= MAX_DNS_QUERIES) {
      this.limitReached = true;
      return;
    }
    this.exchanges.push(exchange);
    if (waiting !== null && waiting.push(exchange) > MAX_DNS_WAITING) waiting.shift();
  }

  /** In step with what is kept, so that little is looked at twice. */
  #prune(): void {
    this.exchanges = this.exchanges.filter((each) => each.answer === null || this.#keeps(each));
    for (const [connection, waiting] of this.#waiting) {
      if (waiting.every((each) => each.answer !== null && !this.#keeps(each))) this.#waiting.delete(connection);
    }
    this.#pruneAt = Math.max(PRUNE_EVERY, 2 * this.exchanges.length);
  }
}

type Origin = Pick<Exchange, 'connection' | 'transport' | 'protocol' | 'side'>;

const newExchange = (query: DnsMessage | null, queryAt: Arrival | null) => ({
  query,
  queryAt,
  resent: [],
  resentCount: 0,
  answer: null,
  answerAt: null,
  duplicates: 0,
});

/** The same number and question, and for an answer the other side. Case may be mixed on purpose (0x20 encoding). */
function isSame({ query, side }: Exchange, message: DnsMessage, from: Side): boolean {
  if (query === null || query.id !== message.id || (side === from) === message.isResponse) return false;
  const [asked, answered] = [query.questions[0], message.questions[0]];
  // An answer may leave out the question, as to a query that could not be read.
  if (asked === undefined || answered === undefined) return message.isResponse;
  return asked.type === answered.type && asked.name.toLowerCase() === answered.name.toLowerCase();
}
