/** DNS queries and their answers: paired by connection, number and question, over UDP and TCP. */
import type { Arrival, Side } from '../../stream/segment.ts';
import { sinceThen } from '../arrival.ts';
import { MAX_DNS_WAITING } from '../limits.ts';
import type { DnsMessage } from './message.ts';
import { type DnsProtocol, type Exchange, type Origin, lastAsked, newExchange } from './exchange.ts';
import { Repeats } from './repeats.ts';
import { MAX_WAIT_SECONDS, Settling } from './settling.ts';

const MAX_RESENT = 16;
const MAX_EARLIER = 16;

/** Who gets exchanges, and what is asked about their ends. */
export interface PairingSink {
  /** Nothing changes it any more; `now`: seconds since 1970 up to which the capture was read. */
  settled(exchange: Exchange, now: number): void;
  /** The same text for the same addresses of client and server and port of the server, by the record of the connection. */
  ends(connection: number, side: Side): string;
}

export class DnsPairing {
  readonly #sink: PairingSink;
  queries = 0;
  answered = 0;
  #count = 0;
  /** Of each connection, by record: those that may still be answered, the newest last. */
  readonly #waiting = new Map<number, Exchange[]>();
  readonly #repeats = new Repeats();
  readonly #settling = new Settling((exchange, now) => this.#settle(exchange, now));

  constructor(sink: PairingSink) {
    this.#sink = sink;
  }

  get limitReached(): boolean {
    return this.#settling.limitReached;
  }

  add(
    connection: number,
    transport: 'udp' | 'tcp',
    protocol: DnsProtocol,
    side: Side,
    message: DnsMessage,
    at: Arrival,
  ): void {
    const found = latestOf(this.#waiting.get(connection) ?? [], message, side, at);
    if (message.isResponse) this.#answer(found, { connection, transport, protocol, side }, message, at);
    else if (found !== undefined && found.answer === null) {
      found.resentCount++;
      if (found.resent.push(at) > MAX_RESENT) found.resent.shift();
    } else this.#ask({ connection, transport, protocol, side }, message, at);
  }

  /** The capture is at its end, at that time. */
  finish(now: number): void {
    this.#settling.finish(now);
  }

  #answer(found: Exchange | undefined, origin: Origin, answer: DnsMessage, at: Arrival): void {
    if (found === undefined) {
      const side = origin.side === 0 ? 1 : 0;
      const unasked = newExchange({ ...origin, side }, this.#count++, null, null);
      unasked.answer = answer;
      unasked.answerAt = at;
      this.#settling.answer(unasked, at);
    } else if (found.answer === null) {
      found.answer = answer;
      found.answerAt = at;
      this.answered++;
      this.#repeats.answered(found);
      this.#settling.answer(found, at);
    } else found.duplicates++;
  }

  #ask(origin: Origin, message: DnsMessage, at: Arrival): void {
    const { connection, protocol, transport, side } = origin;
    const exchange = newExchange(origin, this.#count++, message, at);
    this.queries++;
    if (protocol === 'dns' && transport === 'udp') {
      const before = this.#repeats.find(exchange, this.#sink.ends(connection, side));
      if (before !== null) repeat(exchange, before);
    }
    const waiting = this.#waiting.get(connection);
    if (waiting === undefined) this.#waiting.set(connection, [exchange]);
    else if (waiting.push(exchange) > MAX_DNS_WAITING) waiting.shift();
    this.#settling.ask(exchange, at);
  }

  #settle(exchange: Exchange, now: number): void {
    const { connection } = exchange;
    const waiting = this.#waiting.get(connection);
    const at = waiting?.indexOf(exchange) ?? -1;
    if (at >= 0) waiting!.splice(at, 1);
    if (waiting?.length === 0) this.#waiting.delete(connection);
    this.#sink.settled(exchange, now);
  }
}

function repeat(exchange: Exchange, before: Exchange): void {
  const { frame } = lastAsked(before);
  exchange.repeatOf = frame;
  exchange.earlier = [...before.earlier, ...[before.queryAt!, ...before.resent].map((each) => each.frame)].slice(
    0,
    MAX_EARLIER,
  );
  exchange.earlierCount = before.earlierCount + 1 + before.resentCount;
  before.isRepeated = true;
}

/** The last query that this may be the answer to, or the same as. */
function latestOf(waiting: readonly Exchange[], message: DnsMessage, side: Side, at: Arrival): Exchange | undefined {
  for (let i = waiting.length - 1; i >= 0; i--) {
    const each = waiting[i]!;
    if (each.id !== message.id) continue;
    if (isSame(each, message, side) && sinceThen(each.queryAt!, at) < MAX_WAIT_SECONDS) return each;
  }
  return undefined;
}

/** The same question, and for an answer the other side. Case may be mixed on purpose (0x20 encoding). */
function isSame({ query, side }: Exchange, message: DnsMessage, from: Side): boolean {
  if (query === null || (side === from) === message.isResponse) return false;
  const [asked, answered] = [query.questions[0], message.questions[0]];
  // An answer may leave out the question, as to a query that could not be read.
  if (asked === undefined || answered === undefined) return message.isResponse;
  return asked.type === answered.type && asked.name.toLowerCase() === answered.name.toLowerCase();
}
