/** Labels of the arrows between two ends, and the arrows. */
import type { Fold } from '../../ladder/fold.ts';
import type { SegmentRow } from '../../ladder/model.ts';
import { count } from '../format.ts';
import { cells } from '../width.ts';

export type Direction = 'right' | 'left' | 'both';

/** `SYN seq 0 win 64240`; a plain ACK has no sequence number of interest, and data no window. */
export function segmentLabel(row: SegmentRow): string {
  const { flags, payloadBytes, relativeAcknowledgment: ack } = row;
  if (flags === undefined) return `${count(payloadBytes)} B`;
  const isBare = payloadBytes === 0 && !flags.some((flag) => flag === 'SYN' || flag === 'FIN' || flag === 'RST');
  const parts = [flags.join(' ') || 'no flags'];
  if (!isBare) parts.push(`seq ${row.relativeSequence!}`);
  if (typeof ack === 'number') parts.push(`ack ${ack}`);
  if (payloadBytes > 0) parts.push(`len ${payloadBytes}`);
  if (isBare || flags.includes('SYN') || row.windowField === 0) {
    if (!flags.includes('RST')) parts.push(windowText(row));
  }
  return parts.join(' ');
}

const windowText = ({ window, windowField }: SegmentRow): string =>
  window === null && windowField !== 0 ? `win ${windowField!} unscaled` : `win ${window ?? 0}`;

export function foldLabel({ segments, bytes, acks }: Fold): string {
  const total = segments[0] + segments[1];
  if (bytes[0] > 0 && bytes[1] > 0) return `${count(bytes[0])} B out, ${count(bytes[1])} B back`;
  const side = foldDirection({ segments, bytes }) === 'left' ? 1 : 0;
  const data = segments[side] - acks[side];
  if (data === 0) return `${count(total)} ${total === 1 ? 'ACK' : 'ACKs'}`;
  return `${count(data)} ${data === 1 ? 'segment' : 'segments'} ${count(bytes[side])} B`;
}

/** Where the data went; without data, where the segments did. */
export function foldDirection({ segments, bytes }: Pick<Fold, 'segments' | 'bytes'>): Direction {
  const [a, b] = bytes[0] + bytes[1] > 0 ? bytes : segments;
  if (a > 0 && b > 0) return 'both';
  return a > 0 ? 'right' : 'left';
}

/** Room that an arrow needs beside its label. */
export const ARROW_EXTRA = 7;

/** `-- label ------>`, `width` cells wide. */
export function arrow(label: string, direction: Direction, line: '-' | '=' | '~' | '.', width: number): string {
  const fill = line.repeat(Math.max(0, width - cells(label) - 5));
  const [start, end] = [direction === 'right' ? line : '<', direction === 'left' ? line : '>'];
  return `${start}${line} ${label} ${fill}${end}`;
}

/** What is no segment, in the middle. */
export function note(text: string, line: '~' | '.'): string {
  return `${line.repeat(4)} ${text} ${line.repeat(4)}`;
}
