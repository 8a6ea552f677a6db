/** Transactions -> rows of the document. */
import type { HttpConnection } from '../../app/http/gathered.ts';
import {
  type Message,
  type Transaction,
  anomaliesOf,
  messageFields,
  methodOf,
  responseLack,
  statusOf,
  targetOf,
} from '../../app/http/message.ts';
import { redacted } from '../../app/http/redaction.ts';
import { cachingOf } from '../../app/http/cache.ts';
import { explain } from '../../app/http/semantics.ts';
import { timingOf, totalSeconds } from '../../app/http/timing.ts';
import type { Field } from '../../app/http1/head.ts';
import { readable } from '../../app/latin1.ts';
import { isoTime } from '../times.ts';
import type { Caching, TransactionRow } from './model.ts';

const frameOf = (at: { readonly frame: number } | undefined): number | null => at?.frame ?? null;
const text = (value: string | null | undefined): string | null =>
  value === null || value === undefined ? null : readable(value);

/** How much of a transaction a row tells. */
export interface Telling {
  /** Header fields too. */
  readonly headers: boolean;
  readonly explains: boolean;
  /** Cookies and credentials as they were sent. */
  readonly secrets: boolean;
}

function fields(message: Message | null, { headers, secrets }: Telling): Field[] {
  if (message === null || !headers) return [];
  return messageFields(message).map(({ name, value }) => ({
    name: readable(name),
    value: readable(secrets ? value : redacted(name, value)),
  }));
}

/** Bytes as they were sent. */
export const sizeOf = (message: Message | null): number => (message === null ? 0 : message.end - message.start);

/** Host and path of a request: an absolute target wins over Host (RFC 9112 section 3.2.2). */
export function placeOf(transaction: Transaction): { host: string | null; path: string | null } {
  const target = targetOf(transaction);
  const host = transaction.request?.head.known.host ?? null;
  if (target !== null && host !== null && target.startsWith('/')) return { host, path: target };
  const [, authority, rest = ''] = /^[A-Za-z][\w+.-]*:\/\/([^/?#]*)(.*)$/.exec(target ?? '') ?? [];
  if (authority !== undefined && authority !== '') return { host: authority, path: rest === '' ? '/' : rest };
  return { host: host ?? (methodOf(transaction) === 'CONNECT' ? target : null), path: target };
}

export function transactionRow(connection: string, transaction: Transaction, telling: Telling): TransactionRow {
  const { request, response, interim } = transaction;
  const { host, path } = placeOf(transaction);
  const start = request?.first ?? response?.first;
  const line = response?.head.line;
  return {
    connection,
    index: transaction.index,
    protocol: transaction.protocol,
    stream: transaction.stream,
    secure: transaction.secure,
    frames: {
      request: frameOf(request?.complete),
      response: frameOf(response?.complete),
      requestStart: frameOf(request?.first),
      responseStart: frameOf(response?.first),
    },
    startTime: start === undefined ? null : isoTime(start.seconds, start.nanoseconds),
    method: methodOf(transaction),
    host: text(host),
    path: text(path),
    version: request?.head.line.version ?? line?.version ?? null,
    status: statusOf(transaction),
    reason: line?.kind === 'response' ? text(line.reason) : null,
    contentType: text(response?.head.known.contentType),
    requestHeaders: fields(request, telling),
    responseHeaders: fields(response, telling),
    requestBytes: sizeOf(request),
    responseBytes: sizeOf(response),
    requestBodyBytes: request?.bodyBytes ?? 0,
    responseBodyBytes: response?.bodyBytes ?? 0,
    timing: timingOf(transaction),
    resetCode: transaction.resetCode,
    totalSeconds: totalSeconds(transaction),
    reuse: request === null ? null : transaction.reuse,
    pipelineDepth: request === null ? null : transaction.pipelineDepth,
    interim: interim.map(({ status, at }) => ({ status, frame: at.frame })),
    incomplete: { request: request?.lack ?? null, response: responseLack(transaction) },
    anomalies: anomaliesOf(transaction),
    caching: telling.headers ? cachingRow(transaction) : null,
    explanations: telling.explains
      ? explain(transaction).map(({ about, text: said }) => ({ about, text: readable(said) }))
      : [],
  };
}

function cachingRow(transaction: Transaction): Caching | null {
  const caching = cachingOf(transaction);
  if (caching === null) return null;
  const { expirationTime } = caching;
  return { ...caching, expirationTime: expirationTime === null ? null : isoTime(expirationTime, 0) };
}

/** Which transactions are wanted. */
export type Choice = (transaction: Transaction) => boolean;

/** Rows in order of connections, made one at a time. `name` gives a connection's id. */
export function* transactionRows(
  connections: readonly HttpConnection[],
  name: (id: number) => string,
  choice: Choice,
  telling: Telling,
): Generator<TransactionRow> {
  for (const { id, transactions } of connections) {
    const connection = name(id);
    for (const transaction of transactions) {
      if (choice(transaction)) yield transactionRow(connection, transaction, telling);
    }
  }
}
