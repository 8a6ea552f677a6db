/** One connection as a ladder, for people. */
import type { ConnDocument } from '../../ladder/document.ts';
import { type Item, foldRungs } from '../../ladder/fold.ts';
import type { Rung } from '../../ladder/model.ts';
import type { Subject } from '../../ladder/subject.ts';
import { forTerminal } from '../../sanitize.ts';
import { shellWord } from '../next-lines.ts';
import type { Style } from '../style.ts';
import { cells, cutStyled } from '../width.ts';
import { congestionLines } from './congestion.ts';
import { headerLines } from './header.ts';
import { ladderLines } from './lines.ts';
import { spokenLines } from './spoken.ts';
import { stateLines } from './states.ts';
import { timeLines } from './time.ts';

export interface LadderOptions {
  readonly width: number;
  /** Lines are cut to the width (a terminal). */
  readonly fit: boolean;
  readonly utc: boolean;
  readonly style: Style;
  /** Every segment has a row. */
  readonly full: boolean;
  readonly command: string;
}

export function ladderText(
  doc: ConnDocument,
  subject: Subject,
  rungs: Iterable<Rung>,
  options: LadderOptions,
): string[] {
  const { width, style, utc, full, fit } = options;
  const items: readonly Item[] = full ? [...rungs] : foldRungs(rungs, subject.segments.count);
  const isFolded = items.some(({ kind }) => kind === 'fold');
  const lines = [
    ...headerLines(doc, subject, width, utc, style),
    '',
    ...ladderLines(subject, items, width, style),
    ...stateLines(doc),
    ...timeLines(doc),
    ...congestionLines(doc),
    ...spokenLines(doc, style),
    ...nextLines(doc, isFolded, options),
  ];
  return fit ? lines.map((line) => cutStyled(line, width)) : lines;
}

function nextLines(doc: ConnDocument, isFolded: boolean, { command, style, width }: LadderOptions): string[] {
  const path = doc.capture.files[0]?.path ?? '-';
  if (path === '-') return [];
  const file = shellWord(path);
  const { id } = doc.connection;
  const commands = [
    ...(isFolded ? [`${command} conn ${file} ${id} --full`] : []),
    ...[doc.previous, doc.next].filter((other) => other !== null).map((other) => `${command} conn ${file} ${other}`),
    `${command} conns ${file}`,
  ];
  const joined = `next: ${commands.join('      ')}`;
  const lines = cells(joined) <= width ? [joined] : commands.map((text, i) => `${i === 0 ? 'next:' : '     '} ${text}`);
  return ['', ...lines.map((line) => style.dim(forTerminal(line)))];
}
