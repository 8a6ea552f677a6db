/** A DNS query and its answer. */
import type { Arrival, Side } from '../../stream/segment.ts';
import { sinceThen } from '../arrival.ts';
import type { DnsMessage } from './message.ts';

export type DnsProtocol = 'dns' | 'mdns' | 'llmnr';

/** A query and what came back. One of the two may be missing: nobody asks before many answers of mDNS. */
export interface Exchange {
  /** Record of the connection. */
  readonly connection: number;
  /** Its place among all of the run. */
  readonly index: number;
  /** Of the query; -1 without one. */
  readonly id: number;
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
  /** Frame of the same query from another port that had no answer; null where it is the first. */
  repeatOf: number | null;
  /** How often it was asked before from other ports, and the first frames of that. */
  earlierCount: number;
  earlier: readonly number[];
  /** It was asked again from another port before it had an answer. */
  isRepeated: boolean;
  /** Under which `Repeats` knows it. */
  key: string | null;
}

/** Since the query that was last sent before the answer; null while one of them is missing. */
export function rttSeconds(exchange: Exchange): number | null {
  const { queryAt, answerAt } = exchange;
  if (queryAt === null || answerAt === null) return null;
  return sinceThen(lastAsked(exchange), answerAt);
}

export const lastAsked = ({ queryAt, resent }: Exchange): Arrival => resent.at(-1) ?? queryAt!;

/** Where it belongs. */
export type Origin = Pick<Exchange, 'connection' | 'transport' | 'protocol' | 'side'>;

const NONE: readonly number[] = [];

export const newExchange = (
  { connection, transport, protocol, side }: Origin,
  index: number,
  query: DnsMessage | null,
  queryAt: Arrival | null,
): Exchange => ({
  connection,
  index,
  id: query?.id ?? -1,
  protocol,
  transport,
  side,
  query,
  queryAt,
  resent: [],
  resentCount: 0,
  answer: null,
  answerAt: null,
  duplicates: 0,
  repeatOf: null,
  earlierCount: 0,
  earlier: NONE,
  isRepeated: false,
  key: null,
});
