/**
 * Queries that were asked before: a stub resolver that gives up waiting opens a new port and asks once more with the number
 * of the first query (dig does), which makes another connection of it.
 */
import { sinceThen } from '../arrival.ts';
import type { Exchange } from './pairing.ts';

/** A resolver that asks again does so within seconds; later the same number is chance. */
const MAX_SECONDS = 30;

/**
 * By exchange: the frame of the query before it, of the same client to the same server with the same number and question,
 * that had no answer by then. `exchanges` in order of time; `ends`: address of who asked, address and port of who was asked.
 */
export function repeatsOf(
  exchanges: readonly Exchange[],
  ends: (exchange: Exchange) => string,
): ReadonlyMap<Exchange, number> {
  const repeats = new Map<Exchange, number>();
  const latest = new Map<string, Exchange>();
  for (const exchange of exchanges) {
    const { query, queryAt, protocol, transport, connection } = exchange;
    const question = query?.questions[0];
    if (queryAt === null || question === undefined || protocol !== 'dns' || transport !== 'udp') continue;
    const key = `${ends(exchange)} ${query!.id} ${question.type} ${question.name.toLowerCase()}`;
    const before = latest.get(key);
    latest.set(key, exchange);
    if (before === undefined || before.connection === connection) continue;
    const wasAnswered = before.answerAt !== null && before.answerAt.frame < queryAt.frame;
    const at = before.resent.at(-1) ?? before.queryAt!;
    if (!wasAnswered && sinceThen(at, queryAt) < MAX_SECONDS) repeats.set(exchange, at.frame);
  }
  return repeats;
}
