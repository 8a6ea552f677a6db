/** Which rows a rule is about. */
import type { Policy } from './policy.ts';
import type { Rule } from './rule.ts';
import { type Tables, connections, plainField } from './tables.ts';

/** Numbers of the selected rows. */
export function select(rule: Rule, policy: Policy, tables: Tables): number[] {
  const table = tables.of(rule.over.name);
  const answers = rule.where.map((condition) => table.answers(condition));
  const ofConnection = connectionTest(rule, policy, tables);
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (answers.every((each) => each[row] === 1) && (ofConnection === null || ofConnection(row))) rows.push(row);
  }
  table.work.rowsVisited += table.rows;
  return rows;
}

/** Asks about the connection of a row; null when the rule does not ask. */
function connectionTest(rule: Rule, policy: Policy, tables: Tables): ((row: number) => boolean) | null {
  if (rule.ofConnection.length === 0 && rule.filter === null) return null;
  const table = tables.of('connections');
  const answers = rule.ofConnection.map((condition) => table.answers(condition));
  const bit = rule.filter === null ? -1 : policy.filters.indexOf(rule.filter.text);
  const test = (row: number): boolean =>
    answers.every((each) => each[row] === 1) && (bit < 0 || ((tables.filterMarks[row]! >>> bit) & 1) === 1);
  if (rule.over === connections) return test;
  const own = tables.of(rule.over.name);
  const field = plainField(rule.over, rule.over.connection!);
  return (row) => {
    const id = own.cell(row, field);
    const at = typeof id === 'string' ? tables.rowOf(id) : -1;
    return at >= 0 && test(at);
  };
}

/** How many connections a rule about something else looks at; null when it does not choose. */
export function selectedConnections(rule: Rule, policy: Policy, tables: Tables): number | null {
  const test = connectionTest({ ...rule, over: connections }, policy, tables);
  if (test === null) return null;
  let count = 0;
  for (let row = 0; row < tables.of(connections.name).rows; row++) if (test(row)) count++;
  return count;
}
