/** Findings below a table. */
import type { Finding } from '../../detect/finding.ts';
import { forTerminal } from '../sanitize.ts';
import { count } from './format.ts';
import type { Style } from './style.ts';

const MAX_FINDINGS = 20;

export function* findingLines(findings: readonly Finding[], style: Style): Generator<string> {
  if (findings.length === 0) return;
  yield '\n';
  for (const { severity, id, summary } of findings.slice(0, MAX_FINDINGS)) {
    yield `${style.severity(severity, severity.toUpperCase().padEnd(7))}  ${id}  ${forTerminal(summary)}\n`;
  }
  const rest = findings.length - MAX_FINDINGS;
  if (rest > 0) yield `${count(rest)} more; --json lists all\n`;
}
