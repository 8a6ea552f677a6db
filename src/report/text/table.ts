/**
 * Tables of rows: cli-table3 up to 200 rows, plain rows above (it is quadratic in rows). Where a width is given, columns
 * are left out, then cut, until a line fits.
 */
import Table from 'cli-table3';
import { forTerminal } from '../sanitize.ts';
import { cells, cut, padEnd, padStart } from './width.ts';

/** Rows that are laid out as one table; more are written as they come. */
export const MAX_TABLE_ROWS = 200;

export interface Column<Row> {
  readonly title: string;
  readonly right?: boolean;
  /** Least width of plain rows. */
  readonly width: number;
  /** Where room is short, the columns with the greatest number go first; those without stay. */
  readonly drop?: number;
  /** May be cut when nothing is left to drop. */
  readonly gives?: boolean;
  readonly text: (row: Row, utc: boolean) => string;
}

/** What the layout needs of a column. */
type Shape = Omit<Column<never>, 'text'>;

/** Pieces of text for all rows; `width` is the terminal's, or Infinity where nothing is cut. */
export function* tableText<Row>(
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  width: number,
  utc: boolean,
): Generator<string> {
  yield* cellsTable(columns, cellsOf(columns, rows, utc), width);
}

function* cellsOf<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>, utc: boolean): Generator<string[]> {
  for (const row of rows) yield rowCells(columns, row, utc);
}

/** What a row has in each column. */
export const rowCells = <Row>(columns: readonly Column<Row>[], row: Row, utc: boolean): string[] =>
  columns.map((column) => forTerminal(column.text(row, utc)));

/** What stands between cells that are kept as one text: cells have no control characters. */
const BETWEEN = '\u0000';

/** The cells of a row as one text, for `cellsIn`. */
export const cellsText = (of: readonly string[]): string => of.join(BETWEEN);

/** The cells of such texts. */
export function* cellsIn(rows: Iterable<string>): Generator<string[]> {
  for (const row of rows) yield row.split(BETWEEN);
}

/** The same of rows whose cells are text already. */
export function* cellsTable(
  columns: readonly Shape[],
  rows: Iterable<readonly string[]>,
  width: number,
): Generator<string> {
  const titles = columns.map(({ title }) => title);
  const first: (readonly string[])[] = [];
  let plain: Layout | null = null;
  for (const line of rows) {
    if (plain !== null) yield plainLine(plain, line);
    else if (first.push(line) > MAX_TABLE_ROWS) {
      const widths = naturalWidths(titles, first).map((cell, i) => Math.max(cell, columns[i]!.width));
      plain = layOut(columns, widths, width);
      yield plainLine(plain, titles);
      for (const held of first) yield plainLine(plain, held);
    }
  }
  if (plain === null && first.length > 0) {
    yield smallTable(layOut(columns, naturalWidths(titles, first), width), titles, first);
  }
}

const GAP = 2;

/** The columns that are shown, by index, each with its width; and the width of the whole. */
interface Layout {
  readonly columns: readonly Shape[];
  readonly shown: readonly (readonly [index: number, width: number])[];
  readonly width: number;
}

const naturalWidths = (titles: readonly string[], lines: readonly (readonly string[])[]): number[] =>
  titles.map((title, i) => lines.reduce((widest, line) => Math.max(widest, cells(line[i]!)), cells(title)));

/** Leaves out columns, then cuts addresses, until the rest fits. */
function layOut(columns: readonly Shape[], widths: readonly number[], width: number): Layout {
  let shown = columns.map((_, i) => i);
  const excess = (): number => shown.reduce((sum, i) => sum + widths[i]! + GAP, -GAP) - width;
  const droppable = shown.filter((i) => columns[i]!.drop !== undefined);
  droppable.sort((a, b) => columns[b]!.drop! - columns[a]!.drop!);
  for (const next of droppable) if (excess() > 0) shown = shown.filter((i) => i !== next);
  const cutBy = Math.max(0, Math.ceil(excess() / columns.filter(({ gives }) => gives).length));
  const widthOf = (i: number): number => (columns[i]!.gives ? Math.max(1, widths[i]! - cutBy) : widths[i]!);
  return { columns, shown: shown.map((i) => [i, widthOf(i)]), width };
}

/** The cells of a line that are shown; cut only in a terminal. */
const shownCells = ({ shown, width }: Layout, line: readonly string[]): string[] =>
  shown.map(([i, cell]) => (width === Infinity ? line[i]! : cut(line[i]!, cell)));

function plainLine(layout: Layout, line: readonly string[]): string {
  const text = shownCells(layout, line).map((cell, n) => {
    const [i, width] = layout.shown[n]!;
    return (layout.columns[i]!.right ? padStart : padEnd)(cell, width);
  });
  return `${cutLine(text.join(' '.repeat(GAP)), layout)}\n`;
}

/** The last resort, for terminals too narrow for anything. */
const cutLine = (text: string, { width }: Layout): string =>
  width === Infinity ? text.trimEnd() : cut(text.trimEnd(), width);

function smallTable(layout: Layout, titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const table = new Table({
    head: shownCells(layout, titles),
    colAligns: layout.shown.map(([i]) => (layout.columns[i]!.right ? 'right' : 'left')),
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
