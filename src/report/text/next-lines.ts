/** What to type next. */
import type { AnalyzeDocument } from '../model.ts';
import { forTerminal } from '../sanitize.ts';
import type { ScreenOptions } from './screen-options.ts';
import { cells } from './width.ts';

/** From here on the slow ones are worth a look. */
const SLOW_SECONDS = 0.5;

export function nextLines(doc: AnalyzeDocument, { style, command, width, fit }: ScreenOptions): string[] {
  const path = doc.capture.files[0]?.path ?? '-';
  if (path === '-') return [];
  const commands = nextCommands(doc, command, shellWord(path));
  const joined = `next: ${commands.join('      ')}`;
  if (!fit || cells(joined) <= width) return [style.dim(joined)];
  // A command that is cut short is worse than one with a gap to fill in.
  const fits = commands.every((text) => cells(text) + 6 <= width);
  return (fits ? commands : nextCommands(doc, command, 'FILE')).map((text, i) =>
    style.dim(`${i === 0 ? 'next: ' : '      '}${text}`),
  );
}

function nextCommands(doc: AnalyzeDocument, command: string, file: string): string[] {
  const commands: string[] = [];
  // The finding that is about one connection leads straight to it.
  const about = doc.findings.find(({ connection }) => connection !== null)?.connection;
  if (about !== undefined) commands.push(`${command} conn ${file} ${about!.replace(/^tcp:/, '')}`);
  const failed = (['S0', 'REJ', 'RSTR', 'RSTO', 'OTH'] as const).find(
    (state) => doc.connections.tcp.byConnState[state],
  );
  if (failed !== undefined) commands.push(`${command} conns ${file} --conn-state ${failed}`);
  else if (doc.connections.total > 0) commands.push(`${command} conns ${file}`);
  const [talker] = doc.talkers;
  if (about === undefined && talker !== undefined && doc.talkers.length > 1) {
    commands.push(`${command} ${file} -f 'host ${talker.responder.address} and port ${talker.responder.port}'`);
  }
  const http = doc.applications?.http;
  if ((http?.byStatusClass['5xx'] ?? 0) > 0) commands.push(`${command} http ${file} --status 5xx`);
  else if ((http?.slowestSeconds ?? 0) >= SLOW_SECONDS) commands.push(`${command} http ${file} --slow 500ms`);
  if (commands.length === 0) commands.push(`${command} ${file} --json`);
  return commands;
}

/** A path as a shell reads it back. */
export function shellWord(path: string): string {
  const safe = forTerminal(path);
  return /^[\w./:@%+=,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
