/** What a rule asks, of the rows that it selects. */
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

export function judge(assertion: Assertion, rows: readonly number[], table: Table): Outcome {
  switch (assertion.kind) {
    case 'every':
    case 'none': {
      const wrong = split(assertion.of, rows, table, assertion.kind === 'none');
      const found = wrong.length === 0 ? `all ${rows.length} pass` : `${wrong.length} of ${rows.length} fail`;
      return { passed: wrong.length === 0, found, rows: wrong.slice(0, MAX_EVIDENCE), count: wrong.length };
    }
    case 'count': {
      const counted = assertion.of === null ? rows : split(assertion.of, rows, table, true);
      const passed = assertion.bound.holds(counted.length);
      return {
        passed,
        found: `${counted.length}${assertion.of === null ? '' : ` of ${rows.length}`}`,
        rows: counted.slice(0, MAX_EVIDENCE),
        count: counted.length,
      };
    }
    case 'share': {
      const counted = split(assertion.of, rows, table, true);
      const share = counted.length / rows.length;
      const passed = assertion.bound.holds(share);
      const found = `${round(share)} (${counted.length} of ${rows.length})`;
      return { passed, found, rows: counted.slice(0, MAX_EVIDENCE), count: counted.length };
    }
    default:
      return judgeNumbers(assertion.kind, assertion, rows, table);
  }
}

/** Rows for which all conditions hold (`holds`), or do not. */
function split(of: readonly Condition[], rows: readonly number[], table: Table, holds: boolean): number[] {
  const answers = of.map((condition) => table.answers(condition));
  table.work.rowsVisited += rows.length;
  return rows.filter((row) => answers.every((each) => each[row] === 1) === holds);
}

type Numeric = Extract<Assertion, { field: Field }>;

function judgeNumbers(kind: Statistic, { field, bound }: Numeric, rows: readonly number[], table: Table): Outcome {
  const chosen = new Uint8Array(table.rows);
  for (const row of rows) chosen[row] = 1;
  const ordered = [...table.inOrder(field)].filter((row) => chosen[row] === 1);
  table.work.rowsVisited += rows.length + ordered.length;
  if (ordered.length === 0) {
    return { passed: false, found: `none of ${rows.length} has ${field.name}`, rows: [], count: 0 };
  }
  const at = (row: number): number => table.number(row, field);
  const value =
    kind === 'sum' ? ordered.reduce((sum, row) => sum + at(row), 0) : at(ordered[rankOf(kind, ordered.length)]!);
  const without = rows.length - ordered.length;
  const found = `${round(value)} (${ordered.length} values${without > 0 ? `, ${without} without` : ''})`;
  // The greatest show why a limit was exceeded; the least, why it was not reached.
  const tooHigh = bound.holds(-Infinity) || !bound.holds(Infinity);
  const extreme = (tooHigh ? ordered.toReversed() : ordered).slice(0, MAX_STATISTIC_EVIDENCE);
  return { passed: bound.holds(value), found, rows: extreme, count: extreme.length };
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
