/** What a rule asks, of the rows that it selects. */
import { type Answers, all, countBoth, firstRows } from './answers.ts';
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

/** `chosen`: the rows that the rule selects, `selected` of them. */
export function judge(assertion: Assertion, chosen: Answers, selected: number, table: Table): Outcome {
  switch (assertion.kind) {
    case 'every':
    case 'none': {
      const wanted = assertion.kind === 'none' ? 1 : 0;
      const wrong = tally(assertion.of, chosen, selected, table, wanted);
      const passed = wrong.count === 0;
      const found = passed ? `all ${selected} pass` : `${wrong.count} of ${selected} fail`;
      return { passed, found, ...evidence(passed, wrong) };
    }
    case 'count': {
      const counted = tally(assertion.of ?? [], chosen, selected, table, 1);
      const passed = assertion.bound.holds(counted.count);
      const found = `${counted.count}${assertion.of === null ? '' : ` of ${selected}`}`;
      return { passed, found, ...evidence(passed, counted) };
    }
    case 'share': {
      const counted = tally(assertion.of, chosen, selected, table, 1);
      const share = counted.count / selected;
      const passed = assertion.bound.holds(share);
      const found = `${round(share)} (${counted.count} of ${selected})`;
      return { passed, found, ...evidence(passed, counted) };
    }
    default:
      return judgeNumbers(assertion.kind, assertion, chosen, selected, table);
  }
}

interface Tally {
  readonly count: number;
  readonly first: () => number[];
}

/** How many of the chosen rows there are for which all conditions hold (`wanted` is 1), or do not; and the first of them. */
function tally(of: readonly Condition[], chosen: Answers, selected: number, table: Table, wanted: 0 | 1): Tally {
  const answers = all(
    of.map((condition) => table.answers(condition)),
    table.rows,
  );
  const yes = countBoth(chosen, answers);
  table.work.rowsVisited += table.rows;
  return {
    count: wanted === 1 ? yes : selected - yes,
    first: () => firstRows(chosen, answers, wanted, MAX_EVIDENCE),
  };
}

/** Of a rule that holds nothing is shown. */
const evidence = (passed: boolean, { count, first }: Tally): Pick<Outcome, 'rows' | 'count'> =>
  passed ? { rows: [], count: 0 } : { rows: first(), count };

type Numeric = Extract<Assertion, { field: Field }>;

function judgeNumbers(
  kind: Statistic,
  { field, bound }: Numeric,
  chosen: Answers,
  selected: number,
  table: Table,
): Outcome {
  const ordered = inOrder(chosen, selected, table, field);
  if (ordered.length === 0) {
    return { passed: false, found: `none of ${selected} has ${field.name}`, rows: [], count: 0 };
  }
  const value =
    kind === 'sum'
      ? ordered.reduce((sum, row) => sum + table.number(row, field), 0)
      : table.number(ordered[rankOf(kind, ordered.length)]!, field);
  const passed = bound.holds(value);
  const without = selected - ordered.length;
  const found = `${round(value)} (${ordered.length} values${without > 0 ? `, ${without} without` : ''})`;
  // The greatest show why a limit was exceeded; the least, why it was not reached.
  const tooHigh = !passed && bound.holds(-Infinity);
  const extreme = tooHigh
    ? ordered.slice(-MAX_STATISTIC_EVIDENCE).toReversed()
    : ordered.slice(0, MAX_STATISTIC_EVIDENCE);
  return { passed, found, rows: [...extreme], count: extreme.length };
}

/** The rows that have a number, the least first. The order of the whole column is found once, for all rules. */
function inOrder(chosen: Answers, selected: number, table: Table, field: Field): Uint32Array {
  const sorted = table.inOrder(field);
  table.work.rowsVisited += sorted.length;
  if (selected === table.rows) return sorted;
  const found = new Uint32Array(Math.min(selected, sorted.length));
  let count = 0;
  for (const row of sorted) if (chosen[row] === 1) found[count++] = row;
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
