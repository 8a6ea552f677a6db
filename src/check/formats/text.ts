/** The verdict for people: what failed first, each with what was expected, found, and the rows that show it. */
import { forTerminal } from '../../report/sanitize.ts';
import type { CheckDocument, Evidence, RuleResult } from '../result.ts';

const MAX_SHOWN = 5;

export function* textReport(doc: CheckDocument): Generator<string> {
  const { rules, failed } = doc.counts;
  const files = doc.capture.files.map(({ path }) => forTerminal(path)).join(', ');
  const verdict = verdictText(doc, `${rules} ${rules === 1 ? 'rule' : 'rules'}`, failed);
  yield `${verdict}  (${forTerminal(doc.policy)} on ${files})\n`;
  for (const line of incompleteLines(doc)) yield `${line}\n`;
  for (const line of baselineLines(doc)) yield `${line}\n`;
  for (const result of doc.results) if (!result.passed) yield* failure(result);
  const passed = doc.results.filter((result) => result.passed);
  if (passed.length > 0) yield '\n';
  for (const { rule, found } of passed) yield `pass  ${forTerminal(rule)}  (${forTerminal(found)})\n`;
}

function verdictText({ complete }: CheckDocument, rules: string, failed: number): string {
  if (failed > 0) return `FAILED  ${failed} of ${rules}`;
  return complete ? `PASSED  ${rules}` : `INCOMPLETE  ${rules} passed on what could be read`;
}

/** Why the capture was not read whole; empty when it was. */
export function incompleteLines({ complete, capture, limitsReached }: CheckDocument): string[] {
  if (complete) return [];
  const damage = capture.damage.map(
    ({ file, byte, frame, what }) => `${file}: ${what} at byte ${byte} (frame ${frame})`,
  );
  const reasons = [...damage, ...limitsReached.map((limit) => `limit reached: ${limit}`)];
  const why = reasons.length > 0 ? reasons : ['interrupted'];
  return why.map((reason) => `the capture was not read whole, so nothing is sure: ${forTerminal(reason)}`);
}

function baselineLines({ baseline }: CheckDocument): string[] {
  if (baseline === null) return [];
  const { path, known, gone } = baseline;
  const stale = gone.length > 0 ? `; ${gone.length} of it no longer occur (--update-baseline removes them)` : '';
  return [`baseline ${forTerminal(path)}: ${known} known findings not looked at, ${baseline.new} new${stale}`];
}

function* failure(result: RuleResult): Generator<string> {
  yield `\nFAIL  ${forTerminal(result.rule)}  (line ${result.line}${result.level === 'error' ? '' : `, ${result.level}`})\n`;
  yield `      expected  ${forTerminal(result.expected)}\n`;
  yield `      found     ${forTerminal(result.found)}\n`;
  for (const each of result.evidence.slice(0, MAX_SHOWN)) yield `                ${evidenceText(each)}\n`;
  const left = result.evidenceCount - Math.min(MAX_SHOWN, result.evidence.length);
  if (left > 0) yield `                ... and ${left} more (--json has a hundred)\n`;
  if (result.message !== null) yield `      ${forTerminal(result.message)}\n`;
}

/** `tcp:3 (frame 12): connState S0`. */
export function evidenceText({ connection, frame, found }: Evidence): string {
  const where = [connection, frame === null ? null : `frame ${frame}`].filter((each) => each !== null);
  return forTerminal(where.length > 0 ? `${where.join(', ')}: ${found}` : found);
}
