/**
 * What `dns` keeps while it reads: rows as text, in a spool; counts; what its finding is about. Exchanges are let go as soon
 * as nothing can change them any more, so memory does not follow their number.
 */
import type { Exchange } from '../app/dns/exchange.ts';
import { DnsFailures } from '../detect/dns/dns-failure.ts';
import type { DnsEnds } from '../detect/dns/ends.ts';
import type { Facts } from '../detect/facts.ts';
import { type QueryRow, type RunOfQueries, QueryCounts, queryRow } from '../report/dns/document.ts';
import { DnsRun } from './dns-run.ts';
import { RowBatches } from './row-batches.ts';
import { RowStore } from './row-store.ts';

export class DnsGathering {
  readonly rows = new RowStore();
  readonly run = new DnsRun((...settled) => this.#settle(...settled));
  readonly #batches = new RowBatches(this.rows);
  readonly #counts = new QueryCounts();
  readonly #failures = new DnsFailures();
  readonly #textOf: (row: QueryRow) => string;

  constructor(textOf: (row: QueryRow) => string) {
    this.#textOf = textOf;
  }

  /** The capture is at its end. Names of limits that were reached are added to the facts. */
  finish(facts: Facts): RunOfQueries {
    const limits = this.run.finish(facts);
    this.#batches.finish();
    for (const limit of limits) facts.limits.add(limit);
    if (this.rows.limitReached || this.#failures.limitReached) facts.limits.add('dns-queries');
    const findings = this.#failures.findings();
    return { counts: this.#counts, unreadable: this.run.unreadable, findings };
  }

  close(): void {
    this.rows.close();
  }

  #settle(exchange: Exchange, ends: DnsEnds, now: number): void {
    const { connection, side } = exchange;
    this.#counts.add(exchange);
    this.#failures.add(exchange, ends.server(connection, side), now);
    this.#batches.add(connection, exchange.index, this.#textOf(queryRow(exchange, ends.name(connection))));
  }
}
