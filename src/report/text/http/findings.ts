/** Findings below a table. */
import type { Finding } from '../../../detect/finding.ts';
import { forTerminal } from '../../sanitize.ts';
import * as say from '../format.ts';
import type { Style } from '../style.ts';

const MAX_SHOWN = 20;

export function* findingLines(findings: readonly Finding[], style: Style): Generator<string> {
  if (findings.length === 0) return;
  yield `\n${style.heading(`Worth a look (${say.count(findings.length)})`)}\n`;
  for (const { id, severity, connection, summary } of findings.slice(0, MAX_SHOWN)) {
    const where = connection === null ? '' : `${connection}  `;
    yield `  ${style.severity(severity, severity.toUpperCase().padEnd(8))} ${id}  ${where}${forTerminal(summary)}\n`;
  }
  const rest = findings.length - MAX_SHOWN;
  if (rest > 0) yield `  ${say.count(rest)} more; --json lists all\n`;
}
