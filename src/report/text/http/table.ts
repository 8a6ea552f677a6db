/** The table of `http`, and what stands below it. */
import type { HttpDocument, TransactionRow } from '../../http/model.ts';
import { forTerminal } from '../../sanitize.ts';
import * as say from '../format.ts';
import type { Style } from '../style.ts';
import { type Column, tableText } from '../table.ts';
import { cut } from '../width.ts';

const seconds = (value: number | null): string => (value === null ? '' : say.duration(value));

/** Paths longer than this are shown by their beginning. */
const MAX_PATH = 60;

function statusText({ status, incomplete, method }: TransactionRow): string {
  if (status === null) return method === null ? '' : 'none';
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

export interface HttpTextOptions {
  readonly style: Style;
  /** Columns of the terminal; Infinity where nothing is cut. */
  readonly width: number;
  readonly utc: boolean;
}

export function* httpText(
  doc: HttpDocument,
  rows: Iterable<TransactionRow>,
  { style, width, utc }: HttpTextOptions,
): Generator<string> {
  const { summary } = doc;
  if (summary.transactions === 0) {
    yield 'no HTTP was seen; what is encrypted cannot be read without keys\n';
    return;
  }
  yield* tableText(columns, rows, width, utc);
  yield `\n${style.strong(`${say.count(summary.shown)} of ${say.count(summary.transactions)}`)} transactions on ${say.count(summary.connections)} connections   ${countsText(summary.byStatus)}\n`;
}

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${forTerminal(name)} (${say.count(n)}x)`)
    .join('  ');
