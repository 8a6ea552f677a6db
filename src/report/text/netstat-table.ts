/** The table of `netstat`, in the order of netstat's own columns. */
import type { TableHead } from '../netstat-documents.ts';
import { forTerminal } from '../sanitize.ts';
import type { SocketRow } from '../socket-rows.ts';
import * as say from './format.ts';
import { type Column, tableText } from './table.ts';
import { cut } from './width.ts';

export interface NetstatTextOptions {
  /** The terminal's, or Infinity where nothing is cut. */
  readonly width: number;
  readonly utc: boolean;
  /** Of the capture. */
  readonly name: string;
  /** Those that were asked for, by netstat's names; none for all. */
  readonly states: readonly string[];
}

const known = (value: number | null): string => (value === null ? '-' : String(value));

/** What the end had sent and waits to see answered. */
const awaited: Readonly<Record<string, string>> = {
  SYN_SENT: 'SYN',
  SYN_RECV: 'SYN-ACK',
  FIN_WAIT1: 'FIN',
  CLOSING: 'FIN',
  LAST_ACK: 'FIN',
};

const sentText = ({ state, transmissions }: SocketRow): string =>
  transmissions === null ? '' : `${awaited[state] ?? ''} ${transmissions}x`;

const columns: readonly Column<SocketRow>[] = [
  { title: 'Proto', width: 5, text: (row) => row.protocol },
  { title: 'Recv-Q', right: true, width: 6, drop: 3, text: (row) => known(row.recvQueue) },
  { title: 'Send-Q', right: true, width: 6, drop: 2, text: (row) => known(row.sendQueue) },
  { title: 'Local', width: 21, gives: true, text: (row) => row.local },
  { title: 'Foreign', width: 21, gives: true, text: (row) => row.foreign },
  { title: 'State', width: 13, text: (row) => (row.inferred ? `${row.state} ?` : row.state) },
  {
    title: 'Since',
    right: true,
    width: 10,
    drop: 1,
    text: ({ ageSeconds: age, sinceTime }) => (age === null ? 'before' : sinceTime === null ? '' : say.duration(age)),
  },
  { title: 'Sent', width: 10, drop: 4, text: sentText },
  { title: 'Connection', width: 10, drop: 5, text: (row) => row.connection ?? '' },
];

const LEGEND = '?  not proven by the capture   Send-Q  sent, not acknowledged   -  unknown   Since  for how long';

/** Pieces of text. */
export function* socketsText(
  head: TableHead,
  rows: Iterable<SocketRow>,
  options: NetstatTextOptions,
): Generator<string> {
  yield* lines([titleText(head, options), ''], options.width);
  let isEmpty = true;
  for (const piece of tableText(columns, rows, options.width, options.utc)) {
    isEmpty = false;
    yield piece;
  }
  if (!isEmpty) yield* lines(['', LEGEND], options.width);
}

/** `site.pcap at 2026-11-20 04:26:36.653 UTC (3.5 s)  97 of 104 sockets: SYN_RECV`. */
export function titleText(head: TableHead, { name, utc, states }: NetstatTextOptions): string {
  const { atTime, atSeconds, total, byState } = head;
  const shown = Object.values(byState).reduce((sum, n) => sum + n, 0);
  const sockets = `${say.count(total)} ${total === 1 ? 'socket' : 'sockets'}`;
  const what = states.length === 0 ? sockets : `${say.count(shown)} of ${sockets}: ${states.join(', ')}`;
  if (atTime === null || atSeconds === null) return `${forTerminal(name)}  no frames`;
  const { date, time, zone } = say.localTime(atTime, utc);
  return `${forTerminal(name)} at ${date} ${time} ${zone} (${say.duration(atSeconds)})  ${what}`;
}

export function* lines(texts: readonly string[], width: number): Generator<string> {
  for (const text of texts) yield `${width === Infinity ? text : cut(text, width)}\n`;
}
