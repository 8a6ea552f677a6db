/** Rows that come one at a time, added to a store some at a time: there, each batch of a connection takes memory. */
import type { RowStore, StoredRow } from './row-store.ts';

/** Rows of one connection, and of all of them, that wait. */
const MAX_BATCH = 256;
const MAX_WAITING = 8192;

export class RowBatches {
  readonly #store: RowStore;
  /** By record of the connection. */
  readonly #waiting = new Map<number, StoredRow[]>();
  #count = 0;

  constructor(store: RowStore) {
    this.#store = store;
  }

  add(id: number, index: number, text: string): void {
    const row = { index, text };
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) this.#waiting.set(id, [row]);
    else waiting.push(row);
    if (++this.#count >= MAX_WAITING) this.finish();
    else if (waiting !== undefined && waiting.length >= MAX_BATCH) {
      this.#count -= waiting.length;
      this.#store.add(id, inOrder(waiting));
      this.#waiting.delete(id);
    }
  }

  finish(): void {
    for (const [id, rows] of this.#waiting) this.#store.add(id, inOrder(rows));
    this.#waiting.clear();
    this.#count = 0;
  }
}

const inOrder = (rows: StoredRow[]): StoredRow[] =>
  rows.every(({ index }, i) => i === 0 || rows[i - 1]!.index < index)
    ? rows
    : rows.toSorted((a, b) => a.index - b.index);
