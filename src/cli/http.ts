/** `http`: transactions of all connections, those that are wanted, in every format. */
import { GatheredTransactions, type HttpConnection } from '../app/http/gathered.ts';
import { type Transaction, statusOf } from '../app/http/message.ts';
import { Http2 } from '../app/http2/http2.ts';
import { totalSeconds } from '../app/http/timing.ts';
import { detectAll } from '../detect/index.ts';
import { csvLines } from '../report/csv.ts';
import { httpDocument } from '../report/http/document.ts';
import { type Choice, placeOf, transactionRows } from '../report/http/rows.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { forTerminal } from '../report/sanitize.ts';
import type { Analysis } from '../analyze.ts';
import { terminalWidth, writeAll } from './commands.ts';
import { UsageError } from './exit-codes.ts';
import { globMatcher } from './glob.ts';
import { HttpRun, inOrder } from './http-run.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';

export interface RawHttpOptions {
  slow?: string;
  status?: string;
  host?: string;
  showSecrets?: true;
}

interface OwnOptions {
  readonly choice: Choice;
  readonly secrets: boolean;
}

/** Throws UsageError for a word that cannot be used. */
export function httpOptions(raw: RawHttpOptions): OwnOptions {
  const choices: Choice[] = [];
  if (raw.slow !== undefined) {
    const least = readSeconds('--slow', raw.slow);
    choices.push((transaction) => (totalSeconds(transaction) ?? 0) >= least);
  }
  if (raw.status !== undefined) choices.push(statusChoice(raw.status));
  if (raw.host !== undefined) {
    const matches = globMatcher(raw.host.toLowerCase());
    choices.push((transaction) => matches(hostName(placeOf(transaction).host ?? '')));
  }
  return {
    choice: (transaction) => choices.every((choice) => choice(transaction)),
    secrets: raw.showSecrets === true,
  };
}

/** Without the port. */
const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, '');

/** `5xx`, `404`, `4xx,503`, `none`. */
function statusChoice(text: string): Choice {
  const words = text.toLowerCase().split(',');
  for (const word of words) {
    if (/^(?:[1-9](?:xx|\d\d)|none)$/.test(word)) continue;
    throw new UsageError(`--status ${forTerminal(text)}: expected codes or classes, as in 5xx or 404,503, or none`);
  }
  const wanted = new Set(words);
  return (transaction: Transaction) => {
    const status = statusOf(transaction);
    if (status === null) return wanted.has('none');
    return wanted.has(String(status)) || wanted.has(`${Math.floor(status / 100)}xx`);
  };
}

/** `500ms`, `1.5s`. */
function readSeconds(option: string, text: string): number {
  const [, value, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s)$/.exec(text) ?? [];
  if (value === undefined) throw new UsageError(`${option} ${forTerminal(text)}: expected a time, as in 500ms or 1.5s`);
  return unit === 'ms' ? Number(value) / 1000 : Number(value);
}

export function runHttp(options: CommonOptions & OwnOptions): Promise<number> {
  const gathered = new GatheredTransactions();
  const run = new HttpRun((id) => {
    const closed = (transaction: Transaction): void => gathered.add(id, transaction);
    return { closed, http2: (client, upgraded) => new Http2(client, { closed }, upgraded) };
  });
  return runOnCaptures({ ...options, observer: run.tap }, async (analysis, output) => {
    const limits = [...run.finish(), ...(gathered.limitReached ? ['transactions'] : [])];
    const found = inOrder(analysis.facts.connections, gathered.connections());
    await writeHttp(analysis, found, limits, output, options);
    return options.failOn === undefined ? [] : detectAll(analysis.facts);
  });
}

const columns = [
  'connection',
  'index',
  'protocol',
  'stream',
  'frames.request',
  'frames.response',
  'startTime',
  'method',
  'host',
  'path',
  'version',
  'status',
  'contentType',
  'requestBytes',
  'responseBytes',
  'requestBodyBytes',
  'responseBodyBytes',
  'timing.queuedSeconds',
  'timing.requestSeconds',
  'timing.serverSeconds',
  'timing.downloadSeconds',
  'timing.tcpRecoverySeconds',
  'totalSeconds',
  'reuse',
  'pipelineDepth',
  'incomplete.request',
  'incomplete.response',
  'anomalies',
];

async function writeHttp(
  { facts }: Analysis,
  found: readonly HttpConnection[],
  limits: readonly string[],
  output: Output,
  { choice, secrets, ...options }: CommonOptions & OwnOptions,
): Promise<void> {
  const doc = httpDocument(facts, found, choice, limits);
  const indexes = facts.connections.indexes();
  const telling = { headers: options.format === 'json' || options.format === 'ndjson', secrets };
  const rows = transactionRows(found, (id) => `tcp:${indexes[id]!}`, choice, telling);
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(doc, 'transactions', rows));
    case 'ndjson':
      for (const row of rows) await output.write(ndjsonLine('transaction', row));
      return output.write(ndjsonLine('summary', doc));
    case 'csv':
      return writeAll(output, csvLines(columns, flat(rows)));
    default: {
      const [{ httpText }, { makeStyle }] = await Promise.all([
        import('../report/text/http/table.ts'),
        import('../report/text/style.ts'),
      ]);
      const style = makeStyle(options.colour);
      const width = terminalWidth(options) ?? Infinity;
      return writeAll(output, httpText(doc, rows, { style, width, utc: options.utc }));
    }
  }
}

/** Lists as words. */
function* flat(rows: Iterable<{ readonly anomalies: readonly string[] }>): Generator<object> {
  for (const row of rows) yield { ...row, anomalies: row.anomalies.join(' ') };
}
