/** GitLab's code quality report: the subset of Code Climate's issues that GitLab reads. */
import { forJson, forTerminal } from '../../report/sanitize.ts';
import type { CheckDocument } from '../result.ts';
import type { Level } from '../rule.ts';
import { failuresOf } from './failures.ts';

const severities: Readonly<Record<Level, 'info' | 'minor' | 'major'>> = {
  notice: 'info',
  warning: 'minor',
  error: 'major',
};

export function* gitlabReport(doc: CheckDocument): Generator<string> {
  const issues = failuresOf(doc).map(({ rule, level, text, line, fingerprint }) => ({
    description: forTerminal(text),
    check_name: forTerminal(rule),
    fingerprint,
    severity: severities[level],
    // Relative, without ./ in front: GitLab compares it with paths of the repository.
    location: { path: doc.policy.replace(/^(?:\.\/)+/, ''), lines: { begin: line } },
  }));
  yield `[${issues.map((issue) => `\n  ${forJson(JSON.stringify(issue))}`).join(',')}${issues.length > 0 ? '\n' : ''}]\n`;
}
