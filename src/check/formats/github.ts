/**
 * Workflow commands of GitHub actions, which become annotations: at most ten of each level, as GitHub shows no more of a
 * step, then a line that counts the rest. Written to standard output, where the runner looks for them.
 */
import { forTerminal } from '../../report/sanitize.ts';
import type { CheckDocument, RuleResult } from '../result.ts';
import { type Level, levels } from '../rule.ts';
import { COMPLETE } from './failures.ts';
import { evidenceText, incompleteLines } from './text.ts';

export const MAX_A_LEVEL = 10;

export function* githubReport(doc: CheckDocument): Generator<string> {
  const failed = doc.results.filter(({ passed }) => !passed);
  const incomplete = incompleteLines(doc);
  if (incomplete.length > 0) yield command('error', COMPLETE, 1, incomplete, doc.policy);
  let shown = 0;
  for (const level of levels.toReversed()) {
    const most = level === 'error' && incomplete.length > 0 ? MAX_A_LEVEL - 1 : MAX_A_LEVEL;
    for (const result of failed.filter((each) => each.level === level).slice(0, most)) {
      shown++;
      yield command(level, result.rule, result.line, textOf(result), doc.policy);
    }
  }
  const left = failed.length - shown;
  const rest = left > 0 ? `; ${left} of them have no annotation, because GitHub shows ten of a level` : '';
  yield `synoptic check: ${failed.length} of ${doc.counts.rules} rules failed${rest}\n`;
}

/** One annotation a rule: all of them would stand at the same line of the policy. */
function textOf({ expected, found, evidence, evidenceCount, message }: RuleResult): string[] {
  const [first] = evidence;
  const rows = first === undefined ? '' : ` (${evidenceText(first)}${evidenceCount > 1 ? ', ...' : ''})`;
  return [`found ${found}${rows}; expected ${expected}`, ...(message === null ? [] : [message])];
}

const command = (level: Level, rule: string, line: number, lines: readonly string[], policy: string): string =>
  `::${level} file=${property(policy)},line=${line},title=${property(rule)}::${lines.map(data).join('%0A')}\n`;

/** As the toolkit of GitHub escapes (line ends are escapes of ours already); the older form of commands, `##[`, is looked for anywhere in a line. */
const data = (text: string): string => forTerminal(text).replaceAll('##[', '# #[').replaceAll('%', '%25');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
