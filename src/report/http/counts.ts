/** How many transactions there are, of which kinds: counted one at a time. */
import { type Transaction, methodOf, statusOf } from '../../app/http/message.ts';
import { flat, readable } from '../../app/latin1.ts';
import type { HttpSummary } from './model.ts';

/** Methods that are counted apart. */
const MAX_METHODS = 1000;

export class TransactionCounts {
  #all = 0;
  #shown = 0;
  #connections = 0;
  #requests = 0;
  #responses = 0;
  readonly #byMethod = new Map<string, number>();
  /** By status, which has three digits. */
  readonly #byStatus = new Uint32Array(1000);
  readonly #shownByStatus = new Uint32Array(1000);
  #unseen = 0;
  #shownUnseen = 0;
  limitReached = false;

  add(transaction: Transaction, isShown: boolean): void {
    this.#all++;
    if (isShown) this.#shown++;
    const status = statusOf(transaction);
    if (status !== null) {
      this.#responses++;
      this.#byStatus[status]!++;
      if (isShown) this.#shownByStatus[status]!++;
    } else if (transaction.isUnseen) {
      this.#unseen++;
      if (isShown) this.#shownUnseen++;
    }
    const method = methodOf(transaction);
    if (method === null) return;
    this.#requests++;
    const before = this.#byMethod.get(method);
    if (before !== undefined) this.#byMethod.set(method, before + 1);
    else if (this.#byMethod.size < MAX_METHODS) this.#byMethod.set(flat(method), 1);
    else this.limitReached = true;
  }

  /** One more with transactions. */
  addConnection(): void {
    this.#connections++;
  }

  summary(): HttpSummary {
    const methods = [...this.#byMethod].map(([method, count]) => [readable(method), count] as const);
    return {
      transactions: this.#all,
      shown: this.#shown,
      connections: this.#connections,
      requests: this.#requests,
      responses: this.#responses,
      byStatus: countsOf(this.#byStatus),
      unseen: this.#unseen,
      shownByStatus: countsOf(this.#shownByStatus),
      shownUnseen: this.#shownUnseen,
      byMethod: Object.fromEntries(methods.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}

function countsOf(byStatus: Uint32Array): Record<string, number> {
  const statuses = [...byStatus].map((count, status) => [String(status), count] as const);
  return Object.fromEntries(statuses.filter(([, count]) => count > 0));
}
