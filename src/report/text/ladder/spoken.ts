/** What stands below a ladder of a connection that speaks TLS or SSH, and what is to be said of the connection. */
import type { ConnDocument } from '../../ladder/document.ts';
import { protocolOf } from '../../ladder/spoken.ts';
import { findingLines } from '../finding-lines.ts';
import { agreedLines, authText } from '../ssh.ts';
import type { Style } from '../style.ts';
import { chosenLines, proofLines } from '../tls.ts';

export function spokenLines({ tls, ssh, findings }: ConnDocument, style: Style): string[] {
  const lines: string[] = [];
  if (tls !== null) lines.push('', protocolOf(tls), ...plain(chosenLines(tls)), ...plain(proofLines(tls, style)));
  if (ssh !== null) lines.push('', `SSH: ${authText(ssh)}`, ...plain(agreedLines(ssh)));
  return [...lines, ...plain(findingLines(findings, style))];
}

const plain = (lines: Iterable<string>): string[] => [...lines].map((line) => line.trimEnd());
