/** What formats with one entry a problem list: every row that failed a rule, the most severe first. */
import { fingerprint } from '../../detect/finding.ts';
import type { CheckDocument, Evidence, RuleResult } from '../result.ts';
import { type Level, levels } from '../rule.ts';
import { evidenceText, incompleteLines } from './text.ts';

export interface Failure {
  /** The rule's name, or `capture-complete`. */
  readonly rule: string;
  readonly level: Level;
  readonly text: string;
  readonly line: number;
  readonly evidence: Evidence | null;
  /** The same for the same problem in the next capture, as far as that can be; no two are the same. */
  readonly fingerprint: string;
}

export const COMPLETE = 'capture-complete';

export function failuresOf(doc: CheckDocument): Failure[] {
  const incomplete = incompleteLines(doc).map((text) => ({
    rule: COMPLETE,
    level: 'error' as const,
    text,
    line: 1,
    evidence: null,
    fingerprint: fingerprint(`${COMPLETE} ${text}`),
  }));
  const seen = new Map<string, number>();
  const told = doc.results
    .filter(({ passed }) => !passed)
    .toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level))
    .flatMap((result) => (result.evidence.length === 0 ? [failure(result, null, seen)] : ofRows(result, seen)));
  return [...incomplete, ...told];
}

const ofRows = (result: RuleResult, seen: Map<string, number>): Failure[] =>
  result.evidence.map((evidence) => failure(result, evidence, seen));

function failure(result: RuleResult, evidence: Evidence | null, seen: Map<string, number>): Failure {
  const what = evidence === null ? `found ${result.found}` : evidenceText(evidence);
  const about = `${result.rule} ${evidence?.fingerprint ?? evidence?.found ?? ''}`;
  const before = seen.get(about) ?? 0;
  seen.set(about, before + 1);
  return {
    rule: result.rule,
    level: result.level,
    text: `${what}; expected ${result.expected}${result.message === null ? '' : `. ${result.message}`}`,
    line: result.line,
    evidence,
    fingerprint: fingerprint(before === 0 ? about : `${about} ${before}`),
  };
}

/** Rows that no format has room for: beyond the first hundred of a rule. */
export const leftOut = ({ results }: CheckDocument): number =>
  results.reduce((sum, { evidenceCount, evidence }) => sum + evidenceCount - evidence.length, 0);
