/**
 * Curves as charts of a few lines: a panel each, side by side where there is room. In braille, a cell is two dots wide and
 * four high (Unicode block 2800 to 28FF); plain, it is one of ASCII, in thirds.
 */
import { padEnd, padStart } from './width.ts';

export interface Curve {
  readonly title: string;
  readonly values: readonly number[];
  /** Under the left and the right end. */
  readonly from: string;
  readonly to: string;
}

export type ChartStyle = 'plain' | 'braille';

const ROWS = 4;
/** Beside its axis a panel has room for the greatest value. */
const MAX_CELLS = 60;
const LEAST_CELLS = 24;
const GAP = '   ';
/** Dots from below, left column and right column. */
const LEFT_DOTS = [0x40, 0x04, 0x02, 0x01];
const RIGHT_DOTS = [0x80, 0x20, 0x10, 0x08];
const PLAIN = [' ', '.', ':', '#'];

/** Lines of at most `width` cells. Every cell shows the greatest value of its part: a peak never falls between two. */
export function chartLines(
  curves: readonly Curve[],
  width: number,
  style: ChartStyle,
  count: (n: number) => string,
): string[] {
  const margin = Math.max(...curves.map(({ values }) => count(most(values)).length)) + 3;
  const side = Math.floor((width - GAP.length * (curves.length - 1)) / curves.length);
  const stacked = side - margin < LEAST_CELLS;
  const cells = Math.max(1, Math.min(MAX_CELLS, (stacked ? width : side) - margin));
  const panels = curves.map((curve) => panel(curve, margin, cells, style, count(most(curve.values))));
  if (stacked) return panels.flat();
  return panels[0]!.map((_, row) =>
    panels
      .map((lines) => padEnd(lines[row]!, margin + cells))
      .join(GAP)
      .trimEnd(),
  );
}

const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

function panel(
  { title, values, from, to }: Curve,
  margin: number,
  cells: number,
  style: ChartStyle,
  top: string,
): string[] {
  const rows = style === 'braille' ? brailleRows(values, cells) : plainRows(values, cells);
  const labelled = rows.map((row, i) => {
    const label = i === 0 ? top : i === ROWS - 1 ? '0' : '';
    return `${padStart(label, margin - 2)} |${row}`;
  });
  const room = Math.max(0, cells - from.length - to.length);
  const axis = room === 0 ? from : `${from}${' '.repeat(room)}${to}`;
  return [`${' '.repeat(margin)}${title}`, ...labelled, `${' '.repeat(margin)}${axis}`];
}

/** The greatest value of each of so many parts; a value that is wider than a part fills several. */
export function binned(values: readonly number[], bins: number): number[] {
  return Array.from({ length: values.length === 0 ? 0 : bins }, (_, bin) => {
    const from = Math.floor((bin * values.length) / bins);
    const to = Math.max(from + 1, Math.floor(((bin + 1) * values.length) / bins));
    return most(values.slice(from, to));
  });
}

/** Heights in so many steps; what is not nothing is at least one. */
const heights = (values: readonly number[], bins: number, steps: number): number[] => {
  const top = most(values);
  return binned(values, bins).map((value) => (top === 0 ? 0 : Math.ceil((value / top) * steps)));
};

function brailleRows(values: readonly number[], cells: number): string[] {
  const columns = heights(values, 2 * cells, 4 * ROWS);
  return rowsOf((row) => {
    const dots = (column: number, set: readonly number[]): number =>
      set.reduce((sum, dot, i) => sum + ((columns[column] ?? 0) > 4 * row + i ? dot : 0), 0);
    return Array.from({ length: cells }, (_, cell) => {
      const pattern = dots(2 * cell, LEFT_DOTS) + dots(2 * cell + 1, RIGHT_DOTS);
      return String.fromCodePoint(0x2800 + pattern);
    });
  });
}

function plainRows(values: readonly number[], cells: number): string[] {
  const columns = heights(values, cells, 3 * ROWS);
  return rowsOf((row) => Array.from({ length: cells }, (_, cell) => PLAIN[clamp((columns[cell] ?? 0) - 3 * row)]!));
}

const clamp = (height: number): number => Math.min(3, Math.max(0, height));

/** The uppermost first. */
const rowsOf = (cellsOf: (row: number) => string[]): string[] =>
  Array.from({ length: ROWS }, (_, i) => cellsOf(ROWS - 1 - i).join(''));
