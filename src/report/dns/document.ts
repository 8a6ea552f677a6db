/** The document of `dns`, but for its rows, which are made one at a time. */
import { rcodeName } from '../../app/dns/names.ts';
import { type DnsProtocol, type Exchange, rttSeconds } from '../../app/dns/pairing.ts';
import { readable } from '../../app/latin1.ts';
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import { heading, limitsReached } from '../documents.ts';
import type { Heading } from '../model.ts';
import { isoTime } from '../times.ts';

export interface QueryRow {
  readonly connection: string;
  readonly protocol: DnsProtocol;
  readonly transport: 'udp' | 'tcp';
  readonly id: number;
  readonly name: string | null;
  readonly type: string | null;
  /** Null while there is no answer. */
  readonly rcode: string | null;
  readonly answers: readonly {
    readonly name: string;
    readonly type: string;
    readonly ttl: number;
    readonly data: string;
  }[];
  readonly rttSeconds: number | null;
  readonly frames: { readonly query: number | null; readonly answer: number | null };
  readonly time: string | null;
  /** Frame of the same query from another port that had no answer; null where it is the first. */
  readonly repeatOf: number | null;
  /** Times that the query was sent again, and the answer. */
  readonly retries: number;
  readonly duplicateAnswers: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  /** The query or the answer ends before its header says, or makes no sense. */
  readonly damaged: boolean;
}

export interface DnsDocument extends Heading {
  readonly limitsReached: readonly string[];
  readonly summary: {
    readonly queries: number;
    readonly answered: number;
    readonly unanswered: number;
    /** Answers that nobody was seen to ask for. */
    readonly unasked: number;
    /** Queries that were sent again, from the same port or another. */
    readonly retries: number;
    /** Datagrams on ports of DNS that are no DNS. */
    readonly unreadable: number;
    readonly byRcode: Readonly<Record<string, number>>;
    readonly byType: Readonly<Record<string, number>>;
  };
  readonly findings: readonly Finding[];
}

/** A run's queries in the order of rows; `name` gives a connection's id. */
export interface RunOfQueries {
  readonly exchanges: readonly Exchange[];
  readonly name: (connection: number, transport: 'udp' | 'tcp') => string;
  readonly repeats: ReadonlyMap<Exchange, number>;
  readonly unreadable: number;
  readonly limits: readonly string[];
  readonly findings: readonly Finding[];
}

export function dnsDocument(
  facts: Facts,
  { exchanges, repeats, unreadable, limits, findings }: RunOfQueries,
): DnsDocument {
  for (const limit of limits) facts.limits.add(limit);
  const count = (is: (exchange: Exchange) => boolean): number => exchanges.filter(is).length;
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    summary: {
      queries: count(({ query }) => query !== null),
      answered: count(({ query, answer }) => query !== null && answer !== null),
      unanswered: count(({ answer }) => answer === null),
      unasked: count(({ query }) => query === null),
      retries: exchanges.reduce((sum, { resentCount }) => sum + resentCount, repeats.size),
      unreadable,
      byRcode: countsOf(exchanges, ({ answer }) => answer && rcodeName(answer.rcode)),
      byType: countsOf(exchanges, ({ query }) => query?.questions[0]?.type ?? null),
    },
    findings,
  };
}

function countsOf(exchanges: readonly Exchange[], of: (exchange: Exchange) => string | null): Record<string, number> {
  const counts = new Map<string, number>();
  for (const exchange of exchanges) {
    const key = of(exchange);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function* queryRows({ exchanges, repeats, name }: RunOfQueries): Generator<QueryRow> {
  for (const exchange of exchanges) {
    yield queryRow(exchange, name(exchange.connection, exchange.transport), repeats.get(exchange) ?? null);
  }
}

function queryRow(exchange: Exchange, connection: string, repeatOf: number | null): QueryRow {
  const { query, queryAt, answer, answerAt, protocol, transport } = exchange;
  const question = query?.questions[0] ?? answer?.questions[0];
  const at = queryAt ?? answerAt;
  return {
    connection,
    protocol,
    transport,
    id: (query ?? answer)!.id,
    name: question === undefined ? null : readable(question.name),
    type: question?.type ?? null,
    rcode: answer === null ? null : rcodeName(answer.rcode),
    answers: (answer?.answers ?? []).map(({ name, type, ttl, data }) => ({
      name: readable(name),
      type,
      ttl,
      data: readable(data),
    })),
    rttSeconds: rttSeconds(exchange),
    frames: { query: queryAt?.frame ?? null, answer: answerAt?.frame ?? null },
    time: at === null ? null : isoTime(at.seconds, at.nanoseconds),
    repeatOf,
    retries: exchange.resentCount,
    duplicateAnswers: exchange.duplicates,
    authoritative: answer?.authoritative ?? false,
    truncated: answer?.truncated ?? false,
    damaged: (query?.damaged ?? false) || (answer?.damaged ?? false),
  };
}
