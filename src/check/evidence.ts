/** Rows and rules in words: what was found, and what was expected. */
import { rowsOf } from './collections.ts';
import type { Condition } from './conditions.ts';
import type { Cell } from './fields.ts';
import type { Evidence } from './result.ts';
import type { Rule } from './rule.ts';
import type { Table } from './table.ts';
import { plainField } from './tables.ts';

export function evidenceOf(rule: Rule, table: Table, row: number): Evidence {
  const { over, assertion } = rule;
  const read = (path: string | null): Cell => (path === null ? undefined : table.cell(row, plainField(over, path)));
  const frame = read(over.frame);
  const [first] = Array.isArray(frame) ? (frame as readonly number[]) : [frame];
  const connection = read(over.connection);
  const told =
    over.name === 'findings' ? [`${cellText(read('id'))}: ${cellText(read('summary'))}`] : valuesOf(rule, table, row);
  return {
    connection: typeof connection === 'string' ? connection : null,
    frame: typeof first === 'number' ? first : null,
    found: told.join(', '),
    fingerprint: over.name === 'findings' && 'of' in assertion ? cellText(read('fingerprint')) : null,
  };
}

/** `connState S0` for what tells the row from others, as far as it is there, and for each field that is asked about. */
function valuesOf({ assertion, over }: Rule, table: Table, row: number): string[] {
  const of = 'of' in assertion ? (assertion.of ?? []) : [];
  const asked = 'field' in assertion ? [assertion.field] : of.map(({ field }) => field);
  const tells = over.tells.map((name) => plainField(over, name)).filter((field) => isTold(table.cell(row, field)));
  const byName = new Map([...tells, ...asked].map((field) => [field.name, field]));
  return [...byName.values()].map((field) => `${field.name} ${cellText(table.cell(row, field))}`);
}

const isTold = (cell: Cell): boolean =>
  cell !== undefined && cell !== null && !(typeof cell === 'object' && cell.length === 0);

function cellText(cell: Cell): string {
  if (cell === undefined) return 'missing';
  return typeof cell === 'object' && cell !== null ? `[${cell.join(', ')}]` : String(cell);
}

const allOf = (conditions: readonly Condition[]): string => conditions.map(({ text }) => text).join(' and ');

/** What the rule asks, as a sentence. */
export function expectedText({ over, where, ofConnection, filter, assertion }: Rule): string {
  const all = [...ofConnection, ...where].map(({ text }) => text);
  if (filter !== null) all.push(`a frame matches '${filter.text}'`);
  const rows = all.length === 0 ? rowsOf(over) : `${rowsOf(over)} where ${all.join(' and ')}`;
  switch (assertion.kind) {
    case 'every':
      return `every one of ${rows}: ${allOf(assertion.of)}`;
    case 'none':
      return `none of ${rows}: ${allOf(assertion.of)}`;
    case 'count':
      return `${assertion.bound.text} of ${rows}${assertion.of === null ? '' : `: ${allOf(assertion.of)}`}`;
    case 'share':
      return `share ${assertion.bound.text} of ${rows}: ${allOf(assertion.of)}`;
    default:
      return `${assertion.kind} of ${assertion.field.name} ${assertion.bound.text}, over ${rows}`;
  }
}
