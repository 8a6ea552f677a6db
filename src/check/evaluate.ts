/** Rules over tables -> results. What selects nothing fails, unless the rule says that it may be empty. */
import { countOf } from './answers.ts';
import { rowsOf } from './collections.ts';
import { evidenceOf, expectedText } from './evidence.ts';
import { type Outcome, judge } from './judge.ts';
import type { Policy } from './policy.ts';
import type { RuleResult } from './result.ts';
import type { Rule } from './rule.ts';
import { select, selectedConnections } from './select.ts';
import type { Tables } from './tables.ts';

/** `frames`: how many took part. */
export function evaluate(policy: Policy, tables: Tables, frames: number): RuleResult[] {
  return policy.rules.map((rule) => evaluateRule(rule, policy, tables, frames));
}

function evaluateRule(rule: Rule, policy: Policy, tables: Tables, frames: number): RuleResult {
  const table = tables.of(rule.over.name);
  const chosen = select(rule, policy, tables);
  const selected = countOf(chosen);
  const outcome =
    frames === 0 && !policy.allowEmptyCapture
      ? failed('the capture has no frames')
      : selected === 0
        ? emptyOutcome(rule, policy, tables)
        : judge(rule.assertion, chosen, selected, table);
  return {
    rule: rule.name,
    passed: outcome.passed,
    expected: expectedText(rule),
    found: outcome.found,
    evidence: outcome.passed ? [] : outcome.rows.map((row) => evidenceOf(rule, table, row)),
    evidenceCount: outcome.passed ? 0 : outcome.count,
    selected,
    level: rule.level,
    message: rule.message,
    line: rule.place.line,
  };
}

const failed = (found: string): Outcome => ({ passed: false, found, rows: [], count: 0 });
const passed = (found: string): Outcome => ({ passed: true, found, rows: [], count: 0 });

/** No row was selected: that passes only where it was asked for. */
function emptyOutcome(rule: Rule, policy: Policy, tables: Tables): Outcome {
  const { over, assertion } = rule;
  const selects = rule.where.length + rule.ofConnection.length > 0 || rule.filter !== null;
  const none = `no ${rowsOf(over)}${selects ? ' that match' : ''}`;
  if (rule.allowEmpty) return passed(`${none}, which is allowed`);
  if (assertion.kind === 'count') {
    if (!assertion.bound.holds(0)) return failed(none);
    if (assertion.of === null && assertion.bound.wantsNone) return passed(none);
  }
  // To find none is what is hoped for; but a port that nobody used says nothing.
  if (over.rare === true && (assertion.kind === 'none' || assertion.kind === 'count')) {
    const ofConnections = selectedConnections(rule, policy, tables);
    if (ofConnections !== 0) return passed(none);
    return failed('no connection matches: nothing was checked (allowEmpty: true lets that pass)');
  }
  return failed(`${none}: nothing was checked (allowEmpty: true lets that pass)`);
}
