/** Transactions of a run, by connection: kept up to a limit, counted beyond it. */
import { MAX_KEPT_HEAD_BYTES, MAX_TRANSACTIONS } from '../limits.ts';
import type { Arrival, Side } from '../../stream/segment.ts';
import type { Transaction } from './message.ts';

/** Of one connection, by its record. */
export interface HttpConnection {
  readonly id: number;
  readonly transactions: Transaction[];
  /** FINs of the originator and the responder; null where none was seen. */
  readonly ends: [Arrival | null, Arrival | null];
}

export class GatheredTransactions {
  /** By record, which no sender of packets can choose. */
  readonly #byId = new Map<number, HttpConnection>();
  #room: number;
  #bytes = MAX_KEPT_HEAD_BYTES;
  limitReached = false;
  count = 0;

  constructor(room = MAX_TRANSACTIONS) {
    this.#room = room;
  }

  add(id: number, transaction: Transaction): void {
    this.count++;
    this.#room--;
    this.#bytes -= (transaction.request?.text.length ?? 0) + (transaction.response?.text.length ?? 0);
    if (this.#room < 0 || this.#bytes < 0) {
      this.limitReached = true;
      return;
    }
    this.#of(id).transactions.push(transaction);
  }

  /** A side ended; connections without transactions do not matter. */
  end(id: number, side: Side, at: Arrival): void {
    const connection = this.#byId.get(id);
    if (connection !== undefined) connection.ends[side] = at;
  }

  #of(id: number): HttpConnection {
    let connection = this.#byId.get(id);
    if (connection === undefined) this.#byId.set(id, (connection = { id, transactions: [], ends: [null, null] }));
    return connection;
  }

  /** Connections that have some, in order of their records; transactions in order of their indexes. */
  connections(): HttpConnection[] {
    const all = [...this.#byId.values()].toSorted((a, b) => a.id - b.id);
    for (const { transactions } of all) transactions.sort((a, b) => a.index - b.index);
    return all;
  }
}
