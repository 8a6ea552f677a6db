/** The documents of `netstat`: heads without rows (which are written as they are made), and their columns as CSV. */
import type { Facts } from '../detect/facts.ts';
import { type Moment, elapsed } from '../flow/life/moment.ts';
import { netstatNames } from '../flow/life/states.ts';
import type { SocketTable } from '../flow/sockets/table.ts';
import { heading } from './documents.ts';
import type { Heading } from './model.ts';
import { type ByState, byState } from './socket-rows.ts';
import { isoTime } from './times.ts';

/** netstat's names of states, in the order of RFC 9293. */
export const stateNames: readonly string[] = Object.values(netstatNames).filter((name) => name !== null);

/** What stands before `sockets[]`, or before `hosts[]`. */
export interface TableHead extends Heading {
  /** The moment of the table; null for a capture without frames. */
  atTime: string | null;
  /** From the first frame. */
  atSeconds: number | null;
  /** Sockets of the selected hosts in any state; `byState` has those that were asked for. */
  total: number;
  byState: ByState;
}

/** What stands before `steps[]`. */
export interface SeriesHead extends Heading {
  fromTime: string | null;
  toTime: string | null;
  everySeconds: number;
}

const timeOf = ({ totals }: Facts, { seconds, nanoseconds }: Moment): string | null =>
  totals.framesRead === 0 ? null : isoTime(seconds, nanoseconds);

/** `first` is the time of the first frame. */
export function tableHead(facts: Facts, table: SocketTable, first: Moment, at: Moment): TableHead {
  if (table.limitReached) facts.limits.add('listeners');
  return {
    ...heading(facts),
    atTime: timeOf(facts, at),
    atSeconds: facts.totals.framesRead === 0 ? null : elapsed(first, at),
    total: table.total,
    byState: byState(table.counts),
  };
}

export function seriesHead(facts: Facts, limitReached: boolean, from: Moment, to: Moment, every: number): SeriesHead {
  if (limitReached) facts.limits.add('listeners');
  return { ...heading(facts), fromTime: timeOf(facts, from), toTime: timeOf(facts, to), everySeconds: every };
}

export const socketColumns: readonly string[] = [
  'host',
  'protocol',
  'local',
  'foreign',
  'state',
  'sinceTime',
  'ageSeconds',
  'recvQueue',
  'sendQueue',
  'transmissions',
  'inferred',
  'connection',
];

const stateColumns = stateNames.map((name) => `byState.${name}`);
export const hostColumns: readonly string[] = ['host', 'total', ...stateColumns];
export const stepColumns: readonly string[] = ['time', 'seconds', 'total', ...stateColumns];
