/** The table of `conns`: cli-table3 up to 200 rows, plain rows above (it is quadratic in rows), cut only on a terminal. */
import Table from 'cli-table3';
import type { ConnectionRow } from '../model.ts';
import { forTerminal } from '../sanitize.ts';
import * as say from './format.ts';
import { cells, cut, padEnd, padStart } from './width.ts';

/** Rows that are laid out as one table; more are written as they come. */
export const MAX_TABLE_ROWS = 200;

interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** Width of plain rows. */
  readonly width: number;
  /** Least terminal width at which the column is shown. */
  readonly from: number;
  readonly text: (row: ConnectionRow) => string;
}

const both = (row: ConnectionRow, key: 'frames' | 'payloadBytes'): number =>
  row.endpoints.originator[key] + row.endpoints.responder[key];

const columns: readonly Column[] = [
  { title: 'id', width: 9, from: 0, text: (row) => row.id },
  { title: 'originator', width: 23, from: 0, text: (r) => say.endpoint(r.originator.address, r.originator.port) },
  { title: 'responder', width: 23, from: 0, text: (r) => say.endpoint(r.responder.address, r.responder.port) },
  { title: 'service', width: 7, from: 90, text: (row) => row.service ?? '' },
  { title: 'state', width: 6, from: 0, text: (row) => row.connState },
  { title: 'history', width: 12, from: 110, text: (row) => row.history },
  { title: 'start', width: 12, from: 130, text: (row) => row.startTime?.slice(11, 23) ?? '' },
  { title: 'duration', right: true, width: 10, from: 0, text: (row) => say.duration(row.durationSeconds) },
  { title: 'frames', right: true, width: 8, from: 80, text: (row) => say.count(both(row, 'frames')) },
  { title: 'sent', right: true, width: 8, from: 0, text: (row) => say.bytes(row.endpoints.originator.payloadBytes) },
  { title: 'received', right: true, width: 8, from: 0, text: (row) => say.bytes(row.endpoints.responder.payloadBytes) },
];

/** Pieces of text for all rows; `width` is the terminal's, or Infinity where nothing is cut. */
export function* connsText(rows: Iterable<ConnectionRow>, width: number): Generator<string> {
  const shown = columns.filter((column) => column.from <= width);
  const first: string[][] = [];
  let plain = false;
  for (const row of rows) {
    const line = shown.map((column) => forTerminal(column.text(row)));
    if (plain) yield plainLine(shown, line, width);
    else if (first.push(line) > MAX_TABLE_ROWS) {
      plain = true;
      yield plainLine(
        shown,
        shown.map(({ title }) => title),
        width,
      );
      for (const held of first) yield plainLine(shown, held, width);
    }
  }
  if (!plain && first.length > 0) yield tableText(shown, first, width);
}

function plainLine(shown: readonly Column[], line: readonly string[], width: number): string {
  const text = line.map((cell, i) => (shown[i]!.right ? padStart : padEnd)(cell, shown[i]!.width)).join('  ');
  return `${fitted(text, width).trimEnd()}\n`;
}

const fitted = (text: string, width: number): string => (cells(text) <= width ? text : cut(text, width));

function tableText(shown: readonly Column[], lines: readonly string[][], width: number): string {
  const table = new Table({
    head: shown.map(({ title }) => title),
    colAligns: shown.map(({ right }) => (right ? 'right' : 'left')),
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...lines);
  const text = table
    .toString()
    .split('\n')
    .map((line) => fitted(line.trimEnd(), width));
  return `${text.join('\n')}\n`;
}
