/** The table of `conns`. */
import type { NameOf } from '../naming.ts';
import type { ConnectionRow, Limit } from '../model.ts';
import * as say from './format.ts';
import { type Column, tableText } from './table.ts';

const both = (row: ConnectionRow, key: 'frames' | 'payloadBytes'): number =>
  row.endpoints.originator[key] + row.endpoints.responder[key];

const startText = ({ startTime }: ConnectionRow, utc: boolean): string =>
  startTime === null ? '' : say.localTime(startTime, utc).time;

/** A name stands in for its address: the port tells them apart from addresses well enough. */
const place = (nameOf: NameOf, { address, port }: ConnectionRow['originator']): string => {
  const name = nameOf(address);
  return name === null ? say.endpoint(address, port) : `${name}:${port}`;
};

/** Segments that either end sent again. */
function resentText({ endpoints: { originator, responder } }: ConnectionRow): string {
  const resent = (originator.analysis?.retransmission ?? 0) + (responder.analysis?.retransmission ?? 0);
  return resent === 0 ? '' : say.count(resent);
}

/** The longer of both ends' average round trips: that of the end that is farther from the point of capture. */
function roundTripText({ endpoints: { originator, responder } }: ConnectionRow): string {
  const seconds = Math.max(originator.rtt?.averageSeconds ?? -1, responder.rtt?.averageSeconds ?? -1);
  return seconds < 0 ? '' : say.duration(seconds);
}

/** How long it took to come up, or why it did not. */
function handshakeText({ handshake }: ConnectionRow): string {
  if (handshake === undefined) return '';
  const { outcome, rttSeconds } = handshake;
  return outcome === 'established' && rttSeconds !== undefined ? say.duration(rttSeconds) : outcome;
}

/** The shape, and who began: `o` the originator, `r` the responder. */
function closeText({ close }: ConnectionRow): string {
  if (close === undefined) return '';
  return close.initiator === null ? close.shape : `${close.shape} (${close.initiator[0]!})`;
}

/** What most of its time goes to, in a word. */
const limitWords: Readonly<Record<Limit, string>> = {
  handshake: 'handshake',
  server: 'server',
  client: 'client',
  'receiver-window': 'window',
  'loss-recovery': 'loss',
  path: 'path',
  'sender-pacing': 'pacing',
  idle: 'idle',
  unknown: '?',
};

const limitText = ({ time }: ConnectionRow): string => (time ? limitWords[time.limitedBy] : '');

const columnsWith = (nameOf: NameOf): readonly Column<ConnectionRow>[] => [
  { title: 'id', width: 9, text: (row) => row.id },
  { title: 'originator', width: 23, gives: true, text: (r) => place(nameOf, r.originator) },
  { title: 'responder', width: 23, gives: true, text: (r) => place(nameOf, r.responder) },
  { title: 'service', width: 7, drop: 5, text: (row) => row.service ?? '' },
  { title: 'state', width: 6, text: (row) => row.connState },
  { title: 'history', width: 12, drop: 7, text: (row) => row.history },
  { title: 'handshake', width: 11, drop: 9, text: handshakeText },
  { title: 'close', width: 12, drop: 8, text: closeText },
  { title: 'start', width: 12, drop: 10, text: startText },
  {
    title: 'duration',
    right: true,
    width: 10,
    drop: 3,
    text: ({ durationSeconds: s }) => (s === null ? '' : say.duration(s)),
  },
  { title: 'limit', width: 9, drop: 4, text: limitText },
  { title: 'frames', right: true, width: 8, drop: 6, text: (row) => say.count(both(row, 'frames')) },
  { title: 'resent', right: true, width: 7, drop: 11, text: resentText },
  { title: 'rtt', right: true, width: 7, drop: 12, text: roundTripText },
  {
    title: 'sent',
    right: true,
    width: 8,
    drop: 1,
    text: (row) => say.bytes(row.endpoints.originator.payloadBytes),
  },
  {
    title: 'received',
    right: true,
    width: 8,
    drop: 2,
    text: (row) => say.bytes(row.endpoints.responder.payloadBytes),
  },
];

export const columnTitles: readonly string[] = columnsWith(() => null).map(({ title }) => title);

/** Pieces of text for all rows; `width` is the terminal's, or Infinity where nothing is cut. */
export function* connsText(
  rows: Iterable<ConnectionRow>,
  width: number,
  utc: boolean,
  nameOf: NameOf = () => null,
): Generator<string> {
  let isEmpty = true;
  for (const piece of tableText(columnsWith(nameOf), rows, width, utc)) {
    isEmpty &&= piece === '';
    yield piece;
  }
  if (isEmpty) yield 'no connections\n';
}
