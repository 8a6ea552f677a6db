/** What a rule asks, of the rows that it selects. */
import { all } from './answers.ts';
import type { Assertion, Statistic } from './assertion.ts';
import type { Condition } from './conditions.ts';
import type { Field } from './fields.ts';
import { MAX_EVIDENCE } from './result.ts';
import type { Table } from './table.ts';

export interface Outcome {
  readonly passed: boolean;
  readonly found: string;
  /** Evidence: the first of the rows that count. */
  readonly rows: readonly number[];
  readonly count: number;
}

export function judge(assertion: Assertion, rows: Uint32Array, table: Table): Outcome {
  switch (assertion.kind) {
    case 'every':
    case 'none': {
      const wrong = tally(assertion.of, rows, table, assertion.kind === 'none');
      const passed = wrong.count === 0;
      return { passed, found: passed ? `all ${rows.length} pass` : `${wrong.count} of ${rows.length} fail`, ...wrong };
    }
    case 'count': {
      const counted = tally(assertion.of ?? [], rows, table, true);
      const found = `${counted.count}${assertion.of === null ? '' : ` of ${rows.length}`}`;
      return { passed: assertion.bound.holds(counted.count), found, ...counted };
    }
    case 'share': {
      const counted = tally(assertion.of, rows, table, true);
      const share = counted.count / rows.length;
      const found = `${round(share)} (${counted.count} of ${rows.length})`;
      return { passed: assertion.bound.holds(share), found, ...counted };
    }
    default:
      return judgeNumbers(assertion.kind, assertion, rows, table);
  }
}

/** How many rows there are for which all conditions hold (`holds`), or do not; and the first of them. */
function tally(
  of: readonly Condition[],
  rows: Uint32Array,
  table: Table,
  holds: boolean,
): Pick<Outcome, 'rows' | 'count'> {
  const answers = all(
    of.map((condition) => table.answers(condition)),
    table.rows,
  );
  const wanted = holds ? 1 : 0;
  const first: number[] = [];
  let count = 0;
  for (const row of rows) {
    if (answers[row] !== wanted) continue;
    if (count++ < MAX_EVIDENCE) first.push(row);
  }
  table.work.rowsVisited += rows.length;
  return { rows: first, count };
}

type Numeric = Extract<Assertion, { field: Field }>;

function judgeNumbers(kind: Statistic, { field, bound }: Numeric, rows: Uint32Array, table: Table): Outcome {
  const ordered = inOrder(rows, table, field);
  if (ordered.length === 0) {
    return { passed: false, found: `none of ${rows.length} has ${field.name}`, rows: [], count: 0 };
  }
  const value =
    kind === 'sum'
      ? ordered.reduce((sum, row) => sum + table.number(row, field), 0)
      : table.number(ordered[rankOf(kind, ordered.length)]!, field);
  const passed = bound.holds(value);
  const without = rows.length - ordered.length;
  const found = `${round(value)} (${ordered.length} values${without > 0 ? `, ${without} without` : ''})`;
  // The greatest show why a limit was exceeded; the least, why it was not reached.
  const tooHigh = !passed && bound.holds(-Infinity);
  const extreme = tooHigh
    ? ordered.slice(-MAX_STATISTIC_EVIDENCE).toReversed()
    : ordered.slice(0, MAX_STATISTIC_EVIDENCE);
  return { passed, found, rows: [...extreme], count: extreme.length };
}

/** The rows that have a number, the least first. The order of the whole column is found once, for all rules. */
function inOrder(rows: Uint32Array, table: Table, field: Field): Uint32Array {
  const isChosen = new Uint8Array(table.rows);
  for (const row of rows) isChosen[row] = 1;
  const sorted = table.inOrder(field);
  const found = new Uint32Array(Math.min(rows.length, sorted.length));
  let count = 0;
  for (const row of sorted) if (isChosen[row] === 1) found[count++] = row;
  table.work.rowsVisited += rows.length + sorted.length;
  return found.subarray(0, count);
}

/** Rows that are shown beside a sum or a percentile. */
const MAX_STATISTIC_EVIDENCE = 10;

/** Nearest rank: the smallest value that at least so many per cent do not exceed. */
function rankOf(kind: Exclude<Statistic, 'sum'>, count: number): number {
  if (kind === 'min') return 0;
  if (kind === 'max') return count - 1;
  return Math.ceil((Number(kind.slice(1)) / 100) * count) - 1;
}

const round = (value: number): string => String(Math.round(value * 1e9) / 1e9);
