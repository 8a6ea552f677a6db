/** Transactions of a run, by connection: kept up to a limit, counted beyond it. */
import { MAX_KEPT_HEAD_BYTES, MAX_TRANSACTIONS } from '../limits.ts';
import type { Transaction } from './message.ts';

/** Of one connection, by its record. */
export interface HttpConnection {
  readonly id: number;
  readonly transactions: Transaction[];
}

export class GatheredTransactions {
  readonly #byId: (HttpConnection | undefined)[] = [];
  #room = MAX_TRANSACTIONS;
  #bytes = MAX_KEPT_HEAD_BYTES;
  limitReached = false;
  count = 0;

  add(id: number, transaction: Transaction): void {
    this.count++;
    this.#room--;
    this.#bytes -= (transaction.request?.text.length ?? 0) + (transaction.response?.text.length ?? 0);
    if (this.#room < 0 || this.#bytes < 0) {
      this.limitReached = true;
      return;
    }
    const connection = (this.#byId[id] ??= { id, transactions: [] });
    connection.transactions.push(transaction);
  }

  /** Connections that have some, in order of their records; transactions in order of their indexes. */
  connections(): HttpConnection[] {
    const all = this.#byId.filter((connection) => connection !== undefined);
    for (const { transactions } of all) transactions.sort((a, b) => a.index - b.index);
    return all;
  }
}
