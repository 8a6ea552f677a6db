/** The table of `http`, and what stands below it. */
import { anomalyTexts } from '../../../app/http1/anomalies.ts';
import type { HttpDocument, HttpSummary, TransactionRow } from '../../http/model.ts';
import { forTerminal } from '../../sanitize.ts';
import * as say from '../format.ts';
import type { Style } from '../style.ts';
import { type NameOf, withNames } from '../../naming.ts';
import { type Column, cellsIn, cellsTable, cellsText, rowCells } from '../table.ts';
import { cut } from '../width.ts';
import { findingLines } from './findings.ts';

const seconds = (value: number | null): string => (value === null ? '' : say.duration(value));

/** Paths longer than this are shown by their beginning. */
const MAX_PATH = 60;

function statusText({ status, incomplete, method, resetCode }: TransactionRow): string {
  if (resetCode !== null) return `${status ?? 'none'} ${resetCode}`;
  if (status === null) return method === null ? '' : incomplete.response === null ? 'none' : 'unseen';
  return incomplete.response === null ? String(status) : `${status} cut`;
}

const typeText = ({ contentType }: TransactionRow): string => contentType?.split(';')[0]!.trim() ?? '';

const columns: readonly Column<TransactionRow>[] = [
  { title: 'id', width: 8, text: (row) => row.connection },
  { title: 'frame', right: true, width: 7, drop: 5, text: (r) => String(r.frames.request ?? r.frames.response ?? '') },
  { title: 'method', width: 7, text: (row) => row.method ?? '-' },
  { title: 'host', width: 18, gives: true, text: (row) => row.host ?? '-' },
  { title: 'path', width: 30, gives: true, text: (row) => cut(forTerminal(row.path ?? '-'), MAX_PATH) },
  { title: 'status', width: 6, text: statusText },
  { title: 'type', width: 16, drop: 3, text: typeText },
  {
    title: 'size',
    right: true,
    width: 7,
    text: (row) => (row.status === null ? '' : say.bytes(row.responseBodyBytes)),
  },
  { title: 'reuse', right: true, width: 5, drop: 7, text: (row) => (row.reuse === null ? '' : String(row.reuse)) },
  {
    title: 'depth',
    right: true,
    width: 5,
    drop: 9,
    text: (row) => (row.pipelineDepth === null || row.pipelineDepth < 2 ? '' : String(row.pipelineDepth)),
  },
  { title: 'queued', right: true, width: 8, drop: 8, text: ({ timing }) => positive(timing.queuedSeconds) },
  { title: 'upload', right: true, width: 8, drop: 6, text: ({ timing }) => positive(timing.requestSeconds) },
  { title: 'server', right: true, width: 8, drop: 2, text: ({ timing }) => seconds(timing.serverSeconds) },
  { title: 'download', right: true, width: 8, drop: 4, text: ({ timing }) => seconds(timing.downloadSeconds) },
  { title: 'of TCP', right: true, width: 8, drop: 1, text: ({ timing }) => positive(timing.tcpRecoverySeconds) },
];

const positive = (value: number | null): string => (value === null || value === 0 ? '' : say.duration(value));

/** A row and what it means. */
function explainedLines(row: TransactionRow, style: Style): string {
  const { connection, frames, method } = row;
  const title = `${connection}  frame ${frames.request ?? frames.response}  ${method ?? '-'} ${forTerminal(placeText(row))}  ${statusText(row)}`;
  const interim = row.interim.map((each) => `    ${each.status}: came first, in frame ${each.frame}\n`);
  const said = row.explanations.map(({ about, text }) => `    ${forTerminal(about)}: ${forTerminal(text)}\n`);
  const odd = row.anomalies.map((anomaly) => `    odd: ${anomalyTexts[anomaly].text}\n`);
  return `${style.strong(title)}\n    ${timesText(row)}\n${interim.join('')}${said.join('')}${odd.join('')}`;
}

/** CONNECT names no path, and `*` is none. */
function placeText({ method, host, path }: TransactionRow): string {
  if (method === 'CONNECT') return path ?? host ?? '';
  return `${host ?? ''}${path === null || path.startsWith('/') ? '' : ' '}${path ?? ''}`;
}

function timesText({
  timing,
  totalSeconds,
  reuse,
  pipelineDepth,
  requestBytes,
  responseBytes,
}: TransactionRow): string {
  const parts = [
    ['queued', timing.queuedSeconds],
    ['upload', timing.requestSeconds],
    ['server', timing.serverSeconds],
    ['download', timing.downloadSeconds],
  ] as const;
  const split = parts.flatMap(([name, value]) =>
    value === null || value === 0 ? [] : [`${name} ${say.duration(value)}`],
  );
  const tcp = timing.tcpRecoverySeconds > 0 ? [`of which TCP recovery ${say.duration(timing.tcpRecoverySeconds)}`] : [];
  const stalled = timing.stalledSeconds > 0 ? [`flow control ${say.duration(timing.stalledSeconds)}`] : [];
  const total = totalSeconds === null ? [] : [`${say.duration(totalSeconds)} in all`];
  const place = reuse === null ? [] : [`request ${reuse + 1} of its connection`];
  const depth = (pipelineDepth ?? 1) > 1 ? [`${pipelineDepth} outstanding`] : [];
  const sizes = `${say.bytes(requestBytes)} out, ${say.bytes(responseBytes)} back`;
  return [sizes, ...total, ...split, ...tcp, ...stalled, ...place, ...depth].join('   ');
}

function* hostLines({ hosts }: HttpDocument, style: Style): Generator<string> {
  for (const row of hosts.slice(0, MAX_HOSTS)) {
    const { host, requests, connections, requestsPerConnection, security, idleBeforeCloseSeconds: idle } = row;
    yield `\n${style.strong(forTerminal(host))}  ${say.counted(requests, 'request')} on ${say.counted(connections, 'connection')} (${requestsPerConnection.toFixed(1)} each)\n`;
    if (idle !== null) {
      yield `    closed by the server ${say.counted(row.closedByServer, 'time')}, ${idleText(idle)} after its last response\n`;
    }
    if (row.queued.requests > 0) {
      yield `    ${say.counted(row.queued.requests, 'request')} waited behind others, ${say.duration(row.queued.seconds)} in all (head-of-line blocking)\n`;
    }
    if (row.conditional.requests > 0) {
      yield `    ${say.counted(row.conditional.requests, 'request')} asked whether something changed; ${say.counted(row.conditional.notModified, 'time')} it had not (304)\n`;
    }
    const present = Object.entries(security.present);
    if (present.length > 0) {
      const each = present.map(([field, n]) => `${field} (${say.count(n)} of ${say.count(security.pages)})`);
      yield `    pages with ${each.join(', ')}\n`;
    }
    if (security.pages > 0 && security.missing.length > 0) yield `    pages without ${security.missing.join(', ')}\n`;
    for (const { name, values, requests: sent } of row.cookies.slice(0, MAX_COOKIES)) {
      yield `    cookie ${forTerminal(name)}: ${say.counted(values, 'value')} in ${say.counted(sent, 'request')}\n`;
    }
  }
}

const idleText = ({ least, most }: { readonly least: number; readonly most: number }): string =>
  least === most ? say.duration(least) : `${say.duration(least)} to ${say.duration(most)}`;

const MAX_HOSTS = 10;
const MAX_COOKIES = 5;

interface HttpTextOptions {
  /** Rows with what they mean, and hosts. */
  readonly explains: boolean;
  readonly style: Style;
}

/** The cells of a row as one text, for `tableOf`. */
export const transactionCells = (row: TransactionRow): string => cellsText(rowCells(columns, row, false));

const HOST = columns.findIndex(({ title }) => title === 'host');

/** `rows` as `cellsText` made them; hosts by their names where some are known. */
export function* tableOf(rows: Iterable<string>, nameOf: NameOf | null, width: number): Generator<string> {
  const cells = cellsIn(rows);
  yield* cellsTable(columns, nameOf === null ? cells : named(cells, nameOf), width);
}

function* named(rows: Iterable<string[]>, nameOf: NameOf): Generator<string[]> {
  for (const cells of rows) {
    cells[HOST] = forTerminal(withNames(cells[HOST]!, nameOf));
    yield cells;
  }
}

export function* explainedRows(rows: Iterable<TransactionRow>, style: Style): Generator<string> {
  for (const row of rows) yield explainedLines(row, style);
}

/** `rows`: the table, or each row with what it means. */
export function* httpText(
  doc: HttpDocument,
  rows: Iterable<string>,
  { style, explains }: HttpTextOptions,
): Generator<string> {
  const { summary } = doc;
  if (summary.transactions === 0) {
    yield 'no HTTP was seen; what is encrypted needs keys: --keylog FILE\n';
    return;
  }
  yield* rows;
  if (explains) yield* hostLines(doc, style);
  yield* countLines(summary, style);
  for (const { connection, side, frame, error } of doc.goAways.slice(0, MAX_HOSTS)) {
    if (error !== 'NO_ERROR') yield `${connection}  GOAWAY of the ${side}: ${error} (frame ${frame})\n`;
  }
  yield* findingLines(doc.findings, style);
}

/** What is shown is counted apart where that is not all. */
function* countLines(summary: HttpSummary, style: Style): Generator<string> {
  const { shown, transactions, byStatus, unseen, shownByStatus, shownUnseen } = summary;
  const share = style.strong(`${say.count(shown)} of ${say.count(transactions)}`);
  const all = `on ${say.counted(summary.connections, 'connection')}   ${countsText(outcomes(transactions, byStatus, unseen))}`;
  if (shown === transactions) return yield `\n${share} transactions ${all}\n`;
  const some = shown === 0 ? '' : `   ${countsText(outcomes(shown, shownByStatus, shownUnseen))}`;
  yield `\n${share} transactions shown${some}\nall ${say.count(transactions)} ${all}\n`;
}

/** Transactions begin with a request or, where that was not seen, with a response. */
function outcomes(
  transactions: number,
  byStatus: Readonly<Record<string, number>>,
  unseen: number,
): Record<string, number> {
  const none = transactions - unseen - Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  return { ...byStatus, ...(none > 0 ? { none } : {}), ...(unseen > 0 ? { unseen } : {}) };
}

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${forTerminal(name)} (${say.count(n)}x)`)
    .join('  ');
