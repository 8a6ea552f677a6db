/**
 * What `http` keeps while it reads: rows as text, in a spool; counts; what findings may be about. Transactions themselves
 * are let go as soon as nothing can change them any more, so memory does not follow their number.
 */
import type { HttpSink } from '../app/http/conversation.ts';
import type { HttpConnection } from '../app/http/gathered.ts';
import type { Transaction } from '../app/http/message.ts';
import { NotableTransactions } from '../app/http/notable.ts';
import { Settling } from '../app/http/settling.ts';
import type { Facts } from '../detect/facts.ts';
import type { Finding } from '../detect/finding.ts';
import { socketText } from '../detect/groups.ts';
import { detectHttp } from '../detect/http/index.ts';
import { type RepeatSite, Repeats } from '../detect/http/repeats.ts';
import { inOrder, sitesOf } from '../detect/sites.ts';
import { Connections } from '../flow/connections.ts';
import type { Tracker } from '../flow/tracker.ts';
import { TransactionCounts } from '../report/http/counts.ts';
import { type Ends, harEntry } from '../report/http/har.ts';
import { Hosts } from '../report/http/hosts.ts';
import { type Choice, transactionRow } from '../report/http/rows.ts';
import { RowStore } from './row-store.ts';

export interface GatheringOptions {
  readonly choice: Choice;
  /** One of them, of the connection with that name, as it is kept. */
  readonly textOf: (connection: string, transaction: Transaction) => string;
  /** Something is said of each host. */
  readonly hosts: boolean;
  readonly findings: boolean;
  /** Entries of a HAR file are wanted, and secrets are shown in them. */
  readonly har: { readonly secrets: boolean } | null;
}

/** A connection, as far as it is needed before the capture ends. */
interface Place {
  readonly name: string;
  readonly tracker: Tracker;
}

export class HttpGathering {
  readonly #options: GatheringOptions;
  readonly rows = new RowStore();
  readonly entries = new RowStore();
  readonly counts = new TransactionCounts();
  readonly hosts = new Hosts();
  readonly #notable = new NotableTransactions();
  readonly #repeats = new Repeats();
  /** Connections that are not over. */
  readonly #places = new Map<number, Place>();
  readonly #settling = new Settling({
    settled: (connection, transactions) => this.#settled(connection, transactions),
    over: (connection) => {
      if (this.#options.hosts) this.hosts.over(connection);
      this.#places.delete(connection.id);
    },
  });

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  /** Takes what the connection with that record says; `name` as in `tcp:3`. */
  sinkOf(id: number, name: string, tracker: Tracker): HttpSink {
    const { findings } = this.#options;
    const connection = this.#settling.open(id);
    let site: RepeatSite | null = null;
    return {
      closed: (transaction) => {
        if (site === null) {
          site = siteOf(name, id, tracker);
          this.#places.set(id, { name, tracker });
          this.counts.addConnection();
        }
        if (findings) {
          this.#notable.add(id, transaction);
          this.#repeats.add(site, transaction);
        }
        this.#settling.add(connection, transaction);
      },
      ended: (side, at) => {
        if (findings) this.#notable.end(id, side, at);
        // An answer that ends with the connection leaves no time to be idle.
        if (site !== null) connection.ends[side] = at;
      },
      over: () => {
        if (findings) this.#notable.over(id);
        this.#settling.over(connection);
      },
    };
  }

  /** What is to be said of all, once every connection is over. */
  findings({ connections: c, limits }: Facts): Finding[] {
    if (!this.#options.findings) return [];
    const sites = sitesOf(c, inOrder(c, this.#notable.connections()));
    const answers = this.#notable.answers((id) => socketText(c, id, 1));
    return detectHttp(sites, limits, { answers, repeats: this.#repeats });
  }

  /** Names of the limits that were reached. */
  limits(): string[] {
    const { rows, entries, counts, hosts } = this;
    return [
      ...(rows.limitReached || entries.limitReached ? ['transactions'] : []),
      ...(counts.limitReached ? ['methods'] : []),
      ...(hosts.limitReached ? ['hosts'] : []),
      ...(this.#notable.limitReached ? ['notable-transactions'] : []),
      ...(this.#repeats.limitReached ? ['repeats'] : []),
    ];
  }

  close(): void {
    this.rows.close();
    this.entries.close();
  }

  #settled(connection: HttpConnection, transactions: readonly Transaction[]): void {
    const { choice, textOf, har, hosts } = this.#options;
    const { name, tracker } = this.#places.get(connection.id)!;
    const chosen: Transaction[] = [];
    for (const transaction of transactions) {
      const isChosen = choice(transaction);
      this.counts.add(transaction, isChosen);
      if (hosts) this.hosts.add(connection, transaction);
      if (isChosen) chosen.push(transaction);
    }
    const rows = chosen.map((each) => ({ index: each.index, text: textOf(name, each) }));
    this.rows.add(connection.id, rows);
    if (har !== null) this.#addEntries(connection.id, name, tracker, chosen, har.secrets);
  }

  #addEntries(id: number, name: string, tracker: Tracker, chosen: readonly Transaction[], secrets: boolean): void {
    const ends = endsOf(id, tracker);
    const telling = { headers: true, explains: false, secrets };
    const entries = chosen.flatMap((each) => {
      const text = harEntry(transactionRow(name, each, telling), ends);
      return text === null ? [] : [{ index: each.index, text }];
    });
    this.entries.add(id, entries);
  }
}

/** For addresses, which do not change: the time of the capture's end is not asked for. */
const connectionsOf = (tracker: Tracker): Connections => new Connections(tracker, { seconds: 0, nanoseconds: 0 });

function siteOf(name: string, id: number, tracker: Tracker): RepeatSite {
  const c = connectionsOf(tracker);
  return { name, client: c.address(id, 0), server: socketText(c, id, 1) };
}

function endsOf(id: number, tracker: Tracker): Ends {
  const c = connectionsOf(tracker);
  return { address: c.address(id, 1), port: c.port(id, 1), clientPort: c.port(id, 0) };
}
