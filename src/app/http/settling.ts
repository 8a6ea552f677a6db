/**
 * Transactions that are over wait here until nothing can change them any more: bytes that come again add to the time that
 * was lost to them. Then they are handed on, in the order of their indexes where they waited together, and forgotten.
 */
import { MAX_RECENT_MESSAGES, MAX_UNSETTLED, MAX_UNSETTLED_BYTES } from '../limits.ts';
import type { HttpConnection } from './gathered.ts';
import type { Message, Transaction } from './message.ts';

export interface SettledSink {
  /** Some of a connection, not all of them perhaps; valid as long as anybody keeps them. */
  settled(connection: HttpConnection, transactions: readonly Transaction[]): void;
  /** The connection is over; all of its transactions were handed on. */
  over(connection: HttpConnection): void;
}

interface WaitingConnection extends HttpConnection {
  /** Of the transactions that wait. */
  headBytes: number;
}

export class Settling {
  readonly #sink: SettledSink;
  /** Connections with transactions that wait. */
  readonly #waiting = new Set<WaitingConnection>();
  #count = 0;
  #bytes = 0;

  constructor(sink: SettledSink) {
    this.#sink = sink;
  }

  /** `id` is the connection's record. */
  open(id: number): WaitingConnection {
    return { id, transactions: [], ends: [null, null], headBytes: 0 };
  }

  add(connection: WaitingConnection, transaction: Transaction): void {
    if (connection.transactions.push(transaction) === 1) this.#waiting.add(connection);
    const bytes = headBytes(transaction.request) + headBytes(transaction.response);
    connection.headBytes += bytes;
    this.#count++;
    this.#bytes += bytes;
    // Parsers know the last messages of each side, no more: those before cannot be changed.
    if (connection.transactions.length >= 2 * MAX_RECENT_MESSAGES) {
      fix(connection.transactions.slice(0, MAX_RECENT_MESSAGES));
      this.#settle(connection, MAX_RECENT_MESSAGES);
    }
    while (this.#count > MAX_UNSETTLED || this.#bytes > MAX_UNSETTLED_BYTES) this.#settleOldest();
  }

  over(connection: WaitingConnection): void {
    if (connection.transactions.length > 0) this.#settle(connection, connection.transactions.length);
    this.#sink.over(connection);
  }

  #settleOldest(): void {
    for (const connection of this.#waiting) {
      fix(connection.transactions);
      return this.#settle(connection, connection.transactions.length);
    }
  }

  #settle(connection: WaitingConnection, count: number): void {
    const settled = connection.transactions.splice(0, count);
    const before = connection.headBytes;
    connection.headBytes = 0;
    for (const { request, response } of connection.transactions) {
      connection.headBytes += headBytes(request) + headBytes(response);
    }
    if (connection.transactions.length === 0) this.#waiting.delete(connection);
    this.#count -= settled.length;
    this.#bytes -= before - connection.headBytes;
    this.#sink.settled(connection, inOrder(settled));
  }
}

/** They are told before their connection is over. */
function fix(transactions: readonly Transaction[]): void {
  for (const { request, response } of transactions) {
    if (request !== null) request.isSettled = true;
    if (response !== null) response.isSettled = true;
  }
}

const inOrder = (transactions: Transaction[]): Transaction[] =>
  transactions.every(({ index }, i) => i === 0 || transactions[i - 1]!.index < index)
    ? transactions
    : transactions.toSorted((a, b) => a.index - b.index);

/** Characters of the head that it holds in memory. */
function headBytes(message: Message | null): number {
  if (message === null) return 0;
  if (message.list === null) return message.text.length;
  let bytes = 0;
  for (const { name, value } of message.list) bytes += name.length + value.length;
  return bytes;
}
