/** What is in a capture, for the first screen: its protocols and who talked most. */
import type { AnalyzeDocument } from '../model.ts';
import * as say from './format.ts';
import type { ScreenOptions } from './screen-options.ts';
import { cells, cut, padEnd, padStart } from './width.ts';

const MAX_ROWS = 8;
const LEFT_COLUMN = 47;
/** Below this width a table beside another one is of no use. */
const MIN_TALKERS = 40;

/** Protocols on the left, talkers on the right; one below the other where the terminal is narrow. */
export function contentLines(doc: AnalyzeDocument, { style, width, fit }: ScreenOptions): string[] {
  const left = protocolTable(doc, fit ? width : Infinity);
  const column = Math.max(LEFT_COLUMN, ...left.map((line) => cells(line) + 3));
  const wide = !fit || width - column >= MIN_TALKERS;
  const right = talkerTable(doc, !fit ? Infinity : wide ? width - column : width);
  const styled = (line: string, i: number): string => (i === 0 ? style.heading(line) : line);
  if (right.length === 0) return left.map(styled);
  if (!wide) return [...left.map(styled), '', ...right.map(styled)];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const line = `${padEnd(left[i] ?? '', column)}${right[i] ?? ''}`.trimEnd();
    return styled(line, i);
  });
}

function protocolTable({ protocols }: AnalyzeDocument, width: number): string[] {
  if (protocols.length === 0) return [];
  const rows = protocols.slice(0, MAX_ROWS).map((row) => [row.path, say.count(row.frames), say.bytes(row.bytes)]);
  const others = protocols.slice(MAX_ROWS);
  if (others.length > 0) {
    const sum = (of: 'frames' | 'bytes'): number => others.reduce((total, row) => total + row[of], 0);
    rows.push([`${others.length} more`, say.count(sum('frames')), say.bytes(sum('bytes'))]);
  }
  return table(['Protocols', 'frames', 'bytes'], rows, 25, width);
}

function talkerTable({ talkers }: AnalyzeDocument, width: number): string[] {
  if (talkers.length === 0) return [];
  const rows = talkers.slice(0, MAX_ROWS).map((t) => {
    const mark = t.transport === 'udp' ? ' udp' : '';
    const name = `${t.originator.address} > ${say.endpoint(t.responder.address, t.responder.port)}${mark}`;
    return [name, say.bytes(t.wireBytes), say.count(t.connections)];
  });
  return table(['Talkers', 'bytes', 'conns'], rows, 0, width);
}

/** First column left, the others right aligned; the first one gives way where `width` is too small. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  firstWidth: number,
  width: number,
): string[] {
  const [first = 0, ...others] = head.map((title, i) =>
    Math.max(cells(title), ...rows.map((row) => cells(row[i] ?? ''))),
  );
  const room = width - others.reduce((sum, cell) => sum + 2 + cell, 0) - 2;
  const widths = [Math.min(Math.max(first, firstWidth), room), ...others];
  const line = (row: readonly string[], indent: string): string =>
    row
      .map((cell, i) => (i === 0 ? padEnd(indent + cut(cell, widths[0]!), widths[0]! + 2) : padStart(cell, widths[i]!)))
      .join('  ');
  return [line(head, ''), ...rows.map((row) => line(row, '  '))];
}
