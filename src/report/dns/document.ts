/** The document of `dns`, but for its rows, which are made one at a time. */
import { rcodeName } from '../../app/dns/names.ts';
import { type DnsProtocol, type Exchange, rttSeconds } from '../../app/dns/exchange.ts';
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

/** What a run came to. */
export interface RunOfQueries {
  readonly counts: QueryCounts;
  readonly unreadable: number;
  readonly findings: readonly Finding[];
}

export function dnsDocument(facts: Facts, { counts, unreadable, findings }: RunOfQueries): DnsDocument {
  const { queries, answered, unanswered, unasked, retries } = counts;
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    summary: {
      queries,
      answered,
      unanswered,
      unasked,
      retries,
      unreadable,
      byRcode: counts.byRcode.sorted(),
      byType: counts.byType.sorted(),
    },
    findings,
  };
}

/** What the document says of all exchanges, counted one at a time. */
export class QueryCounts {
  queries = 0;
  answered = 0;
  unanswered = 0;
  unasked = 0;
  retries = 0;
  readonly byRcode = new NameCounts();
  readonly byType = new NameCounts();

  add({ query, answer, resentCount, repeatOf }: Exchange): void {
    if (query === null) this.unasked++;
    else this.queries++;
    if (answer === null) this.unanswered++;
    else {
      this.byRcode.add(rcodeName(answer.rcode));
      if (query !== null) this.answered++;
    }
    this.retries += resentCount + (repeatOf === null ? 0 : 1);
    const type = query?.questions[0]?.type;
    if (type !== undefined) this.byType.add(type);
  }
}

/** There are 65,536 types at most. */
class NameCounts {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  sorted(): Record<string, number> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** `connection` as in `udp:3`. */
export function queryRow(exchange: Exchange, connection: string): QueryRow {
  const { query, queryAt, answer, answerAt, protocol, transport, repeatOf } = exchange;
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
