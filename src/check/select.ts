/** Which rows a rule is about. */
import { type Answers, all, countOf, room } from './answers.ts';
import type { Policy } from './policy.ts';
import type { Rule } from './rule.ts';
import { type Tables, connections } from './tables.ts';

/** 1 for the selected rows. */
export function select(rule: Rule, policy: Policy, tables: Tables): Answers {
  const table = tables.of(rule.over.name);
  const answers = rule.where.map((condition) => table.answers(condition));
  const ofConnections = connectionAnswers(rule, policy, tables);
  if (ofConnections !== null)
    answers.push(rule.over === connections ? ofConnections : joined(rule, ofConnections, tables));
  table.work.rowsVisited += table.rows;
  return all(answers, table.rows);
}

/** By row of `connections`; null when the rule does not choose among them. */
function connectionAnswers(rule: Rule, policy: Policy, tables: Tables): Answers | null {
  if (rule.ofConnection.length === 0 && rule.filter === null) return null;
  const table = tables.of(connections.name);
  const answers = rule.ofConnection.map((condition) => table.answers(condition));
  if (rule.filter !== null) {
    answers.push(tables.filterAnswers(policy.filters.indexOf(rule.filter.text)));
  }
  return all(answers, table.rows);
}

/** What is said of the connection that a row is about; no for a row that is about none, or several. */
function joined({ over }: Rule, ofConnections: Answers, tables: Tables): Answers {
  const rowOf = tables.connectionRows(over);
  const answers = room(rowOf.length);
  for (let row = 0; row < rowOf.length; row++) {
    const at = rowOf[row]!;
    answers[row] = at < 0 ? 0 : ofConnections[at]!;
  }
  return answers;
}

/** How many connections a rule about something else looks at; null when it does not choose. */
export function selectedConnections(rule: Rule, policy: Policy, tables: Tables): number | null {
  const answers = connectionAnswers(rule, policy, tables);
  return answers === null ? null : countOf(answers);
}
