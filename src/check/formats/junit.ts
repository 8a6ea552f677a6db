/**
 * JUnit XML in the form that Ant's schema asks for, which Jenkins, GitLab and GitHub actions read: a test case for each
 * rule, and one for the capture itself.
 */
import { forTerminal } from '../../report/sanitize.ts';
import type { CheckDocument, RuleResult } from '../result.ts';
import { COMPLETE } from './failures.ts';
import { evidenceText, incompleteLines } from './text.ts';

export function* junitReport(doc: CheckDocument): Generator<string> {
  const incomplete = incompleteLines(doc);
  const tests = doc.results.length + 1;
  const counts = `tests="${tests}" failures="${doc.counts.failed}" errors="${incomplete.length > 0 ? 1 : 0}"`;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  // A moment of the capture, since that of the run would differ each time.
  const timestamp = doc.capture.firstTime?.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length) ?? '1970-01-01T00:00:00';
  const about = `name=${attribute(doc.policy)} package="synoptic" id="0" timestamp="${timestamp}" hostname="localhost"`;
  yield '<testsuites>\n';
  yield `  <testsuite ${about} ${counts} skipped="0" time="0">\n    <properties/>\n`;
  yield* testcase(
    COMPLETE,
    incomplete.length === 0 ? null : problem('error', 'incomplete', incomplete[0]!, incomplete),
  );
  for (const result of doc.results) yield* testcase(result.rule, result.passed ? null : failure(result));
  yield '    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n';
}

function* testcase(name: string, problemText: string | null): Generator<string> {
  const open = `    <testcase classname="synoptic.check" name=${attribute(name)} time="0"`;
  yield problemText === null ? `${open}/>\n` : `${open}>\n${problemText}    </testcase>\n`;
}

function failure({ level, expected, found, evidence, evidenceCount, message, line }: RuleResult): string {
  const left = evidenceCount - evidence.length;
  const lines = [
    `expected: ${expected}`,
    `found: ${found}`,
    ...evidence.map(evidenceText),
    ...(left > 0 ? [`... and ${left} more`] : []),
    ...(message === null ? [] : [message]),
    `policy line ${line}`,
  ];
  return problem('failure', level, `found ${found}; expected ${expected}`, lines);
}

const problem = (element: 'failure' | 'error', type: string, message: string, lines: readonly string[]): string =>
  `      <${element} message=${attribute(message)} type="${type}">${lines.map(forXml).join('\n')}</${element}>\n`;

const attribute = (text: string): string => `"${forXml(text)}"`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 section 2.2 has no control characters and no U+FFFE or U+FFFF, not even as references. */
const forXml = (text: string): string =>
  forTerminal(text)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => entities[character]!);
