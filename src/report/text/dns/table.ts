/** The table of `dns`. */
import type { DnsDocument, QueryRow } from '../../dns/document.ts';
import { forTerminal } from '../../sanitize.ts';
import * as say from '../format.ts';
import { findingLines } from '../http/findings.ts';
import type { Style } from '../style.ts';
import { type Column, cellsIn, cellsTable, cellsText, rowCells } from '../table.ts';
import { cut } from '../width.ts';

const MAX_ANSWER = 60;

function answerText(row: QueryRow): string {
  const { answers, rcode, truncated, frames, repeatOf } = row;
  const before = repeatOf === null ? [] : [`asked before: frame ${repeatOf}`];
  if (rcode === null) return frames.query === null ? '' : ['no answer', ...before].join('  ');
  const first = answers.find(({ type }) => type !== 'CNAME') ?? answers[0];
  const more = answers.length > 1 ? `, ${answers.length - 1} more` : '';
  const data = first === undefined ? '' : `${cut(forTerminal(first.data), MAX_ANSWER)}${more}`;
  return [...(data === '' ? [] : [data]), ...(truncated ? ['truncated'] : []), ...before].join('  ');
}

const columns: readonly Column<QueryRow>[] = [
  { title: 'id', width: 8, text: (row) => row.connection },
  {
    title: 'frame',
    right: true,
    width: 7,
    drop: 3,
    text: (row) => String(row.frames.query ?? row.frames.answer ?? ''),
  },
  {
    title: 'protocol',
    width: 5,
    drop: 4,
    text: (row) => (row.transport === 'tcp' ? `${row.protocol}/tcp` : row.protocol),
  },
  { title: 'type', width: 5, text: (row) => row.type ?? '' },
  { title: 'name', width: 30, gives: true, text: (row) => row.name ?? '' },
  { title: 'rcode', width: 8, text: (row) => row.rcode ?? '' },
  { title: 'rtt', right: true, width: 8, text: (row) => (row.rttSeconds === null ? '' : say.duration(row.rttSeconds)) },
  { title: 'again', right: true, width: 5, drop: 2, text: (row) => (row.retries === 0 ? '' : String(row.retries)) },
  { title: 'answer', width: 24, gives: true, text: answerText },
];

/** The cells of a row as one text. */
export const queryCells = (row: QueryRow): string => cellsText(rowCells(columns, row, false));

/** `rows` as `queryCells` made them. */
export function* dnsText(
  doc: DnsDocument,
  rows: Iterable<string>,
  { style, width }: { readonly style: Style; readonly width: number },
): Generator<string> {
  const { summary } = doc;
  if (summary.queries + summary.unasked === 0) {
    yield 'no DNS was seen\n';
    return;
  }
  yield* cellsTable(columns, cellsIn(rows), width);
  const counts = Object.entries(summary.byRcode).map(([name, n]) => `${name} (${say.count(n)}x)`);
  yield `\n${style.strong(say.count(summary.queries))} ${summary.queries === 1 ? 'query' : 'queries'}, ${say.count(summary.answered)} answered, ${say.count(summary.unanswered)} without an answer, ${say.count(summary.retries)} sent again   ${counts.join('  ')}\n`;
  yield* findingLines(doc.findings, style);
}
