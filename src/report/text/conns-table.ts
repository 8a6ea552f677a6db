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
  /** Least width of plain rows. */
  readonly width: number;
  /** Where room is short, the columns with the greatest number go first; those without stay. */
  readonly drop?: number;
  /** May be cut when nothing is left to drop. */
  readonly gives?: boolean;
  readonly text: (row: ConnectionRow, utc: boolean) => string;
}

const both = (row: ConnectionRow, key: 'frames' | 'payloadBytes'): number =>
  row.endpoints.originator[key] + row.endpoints.responder[key];

const startText = ({ startTime }: ConnectionRow, utc: boolean): string =>
  startTime === null ? '' : say.localTime(startTime, utc).time;

/** Segments that either end sent again. */
function resentText({ endpoints: { originator, responder } }: ConnectionRow): string {
  const resent = (originator.analysis?.retransmission ?? 0) + (responder.analysis?.retransmission ?? 0);
  return resent === 0 ? '' : say.count(resent);
}

/** How long it took to come up, or why it did not. */
function handshakeText({ handshake }: ConnectionRow): string {
  if (handshake === undefined) return '';
  const { outcome, rttSeconds } = handshake;
  return outcome === 'established' && rttSeconds !== undefined ? say.duration(rttSeconds) : outcome;
}

/** The shape, and who began: `o` the originator, `r` the responder. */
function closeText({ close }: ConnectionRow): string {
  if (close === undefined) return '';
  return close.initiator === null ? close.shape : `${close.shape} (${close.initiator[0]!})`;
}

const columns: readonly Column[] = [
  { title: 'id', width: 9, text: (row) => row.id },
  { title: 'originator', width: 23, gives: true, text: (r) => say.endpoint(r.originator.address, r.originator.port) },
  { title: 'responder', width: 23, gives: true, text: (r) => say.endpoint(r.responder.address, r.responder.port) },
  { title: 'service', width: 7, drop: 4, text: (row) => row.service ?? '' },
  { title: 'state', width: 6, text: (row) => row.connState },
  { title: 'history', width: 12, drop: 6, text: (row) => row.history },
  { title: 'handshake', width: 11, drop: 8, text: handshakeText },
  { title: 'close', width: 12, drop: 7, text: closeText },
  { title: 'start', width: 12, drop: 9, text: startText },
  {
    title: 'duration',
    right: true,
    width: 10,
    drop: 3,
    text: ({ durationSeconds: s }) => (s === null ? '' : say.duration(s)),
  },
  { title: 'frames', right: true, width: 8, drop: 5, text: (row) => say.count(both(row, 'frames')) },
  { title: 'resent', right: true, width: 7, drop: 10, text: resentText },
  {
    title: 'sent',
    right: true,
    width: 8,
    drop: 1,
    text: (row) => say.bytes(row.endpoints.originator.payloadBytes),
  },
  {
    title: 'received',
    right: true,
    width: 8,
    drop: 2,
    text: (row) => say.bytes(row.endpoints.responder.payloadBytes),
  },
];

/** Pieces of text for all rows; `width` is the terminal's, or Infinity where nothing is cut. */
export function* connsText(rows: Iterable<ConnectionRow>, width: number, utc: boolean): Generator<string> {
  const first: string[][] = [];
  let plain: Layout | null = null;
  for (const row of rows) {
    const line = columns.map((column) => forTerminal(column.text(row, utc)));
    if (plain !== null) yield plainLine(plain, line);
    else if (first.push(line) > MAX_TABLE_ROWS) {
      const widths = naturalWidths(first).map((cell, i) => Math.max(cell, columns[i]!.width));
      plain = layOut(widths, width);
      yield plainLine(plain, titles);
      for (const held of first) yield plainLine(plain, held);
    }
  }
  if (plain === null && first.length > 0) yield tableText(layOut(naturalWidths(first), width), first);
}

const titles: readonly string[] = columns.map(({ title }) => title);
const GAP = 2;

/** The columns that are shown, by index, each with its width; and the width of the whole. */
interface Layout {
  readonly shown: readonly (readonly [index: number, width: number])[];
  readonly width: number;
}

const naturalWidths = (lines: readonly string[][]): number[] =>
  titles.map((title, i) => lines.reduce((widest, line) => Math.max(widest, cells(line[i]!)), cells(title)));

/** Leaves out columns, then cuts addresses, until the rest fits. */
function layOut(widths: readonly number[], width: number): Layout {
  let shown = columns.map((_, i) => i);
  const excess = (): number => shown.reduce((sum, i) => sum + widths[i]! + GAP, -GAP) - width;
  const droppable = shown.filter((i) => columns[i]!.drop !== undefined);
  droppable.sort((a, b) => columns[b]!.drop! - columns[a]!.drop!);
  for (const next of droppable) if (excess() > 0) shown = shown.filter((i) => i !== next);
  const cutBy = Math.max(0, Math.ceil(excess() / columns.filter(({ gives }) => gives).length));
  const widthOf = (i: number): number => (columns[i]!.gives ? Math.max(1, widths[i]! - cutBy) : widths[i]!);
  return { shown: shown.map((i) => [i, widthOf(i)]), width };
}

/** The cells of a line that are shown; cut only in a terminal. */
const shownCells = ({ shown, width }: Layout, line: readonly string[]): string[] =>
  shown.map(([i, cell]) => (width === Infinity ? line[i]! : cut(line[i]!, cell)));

function plainLine(layout: Layout, line: readonly string[]): string {
  const text = shownCells(layout, line).map((cell, n) => {
    const [i, width] = layout.shown[n]!;
    return (columns[i]!.right ? padStart : padEnd)(cell, width);
  });
  return `${cutLine(text.join(' '.repeat(GAP)), layout)}\n`;
}

/** The last resort, for terminals too narrow for anything. */
const cutLine = (text: string, { width }: Layout): string =>
  width === Infinity ? text.trimEnd() : cut(text.trimEnd(), width);

function tableText(layout: Layout, lines: readonly string[][]): string {
  const table = new Table({
    head: shownCells(layout, titles),
    colAligns: layout.shown.map(([i]) => (columns[i]!.right ? 'right' : 'left')),
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
      middle: ' '.repeat(GAP),
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...lines.map((line) => shownCells(layout, line)));
  const text = table
    .toString()
    .split('\n')
    .map((line) => cutLine(line, layout));
  return `${text.join('\n')}\n`;
}
