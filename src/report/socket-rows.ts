/** The socket table of `flow/sockets/` -> rows of the documents. */
import type { Connections } from '../flow/connections.ts';
import { addressText } from '../flow/addresses.ts';
import { type Moment, elapsed } from '../flow/life/moment.ts';
import { netstatNames, states } from '../flow/life/states.ts';
import { receivedUnread, sentUnacknowledged } from '../flow/sockets/queues.ts';
import type { SocketSeries } from '../flow/sockets/series.ts';
import type { Socket, SocketTable } from '../flow/sockets/table.ts';
import { endpoint } from './text/format.ts';
import { isoTime } from './times.ts';

export interface SocketRow {
  host: string;
  protocol: 'tcp' | 'tcp6';
  /** `10.0.0.9:80`, `[2001:db8::9]:80`. */
  local: string;
  /** `*` of a listener. */
  foreign: string;
  state: string;
  /** Null: since before the capture, or a time that the calendar cannot write. */
  sinceTime: string | null;
  ageSeconds: number | null;
  recvQueue: number | null;
  sendQueue: number | null;
  /** How often SYN, SYN-ACK or FIN had been sent, in the states that wait for its answer. */
  transmissions: number | null;
  inferred: boolean;
  /** Null of a listener. */
  connection: string | null;
}

/** Sockets by netstat's names; a state that does not occur is left out. */
export type ByState = Record<string, number>;

export interface HostRow {
  host: string;
  total: number;
  byState: ByState;
}

export interface StepRow {
  time: string | null;
  /** From the first frame. */
  seconds: number;
  total: number;
  byState: ByState;
}

/** `counts` by index into `states`. */
export function byState(counts: readonly number[]): ByState {
  const record: ByState = {};
  states.forEach((state, i) => {
    const name = netstatNames[state];
    if (name !== null && counts[i]! > 0) record[name] = counts[i]!;
  });
  return record;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, n) => total + n, 0);

/**
 * One row at a time. `then`: the same connections as the capture had shown them up to that moment, which is where the
 * queues are read; null when that is not known.
 */
export function* socketRows(
  c: Connections,
  table: SocketTable,
  at: Moment,
  then: Connections | null,
): Generator<SocketRow> {
  const indexes = c.indexes();
  for (const socket of table.sockets()) {
    yield socket.kind === 'listener' ? listenerRow(c, socket, at) : endRow(c, socket, indexes[socket.id]!, at, then);
  }
}

type EndSocket = Extract<Socket, { kind: 'connection' }>;
type ListenerSocket = Extract<Socket, { kind: 'listener' }>;

function endRow(c: Connections, socket: EndSocket, index: number, at: Moment, then: Connections | null): SocketRow {
  const { id, side, state, since } = socket;
  const host = c.address(id, side);
  const peer = side === 0 ? 1 : 0;
  return {
    host,
    protocol: c.isIpv6(id) ? 'tcp6' : 'tcp',
    local: endpoint(host, c.port(id, side)),
    foreign: endpoint(c.address(id, peer), c.port(id, peer)),
    state: netstatNames[state]!,
    ...sinceOf(since, at),
    recvQueue: receivedUnread(state),
    sendQueue: sentUnacknowledged(then, id, side, state),
    transmissions: socket.transmissions,
    inferred: socket.inferred,
    connection: `tcp:${index}`,
  };
}

function listenerRow(c: Connections, { listener, since }: ListenerSocket, at: Moment): SocketRow {
  const host = addressText(c.tracker.table.keys.addresses, listener.address, listener.isIpv6);
  return {
    host,
    protocol: listener.isIpv6 ? 'tcp6' : 'tcp',
    local: endpoint(host, listener.port),
    foreign: '*',
    state: 'LISTEN',
    ...sinceOf(since, at),
    recvQueue: null,
    sendQueue: null,
    transmissions: null,
    inferred: true,
    connection: null,
  };
}

const sinceOf = (since: Moment | null, at: Moment): Pick<SocketRow, 'sinceTime' | 'ageSeconds'> => ({
  sinceTime: since === null ? null : isoTime(since.seconds, since.nanoseconds),
  ageSeconds: since === null ? null : elapsed(since, at),
});

/** One row a host that has any of the selected sockets. */
export function* hostRows(c: Connections, table: SocketTable): Generator<HostRow> {
  for (const { address, isIpv6, counts } of table.hosts()) {
    const host = addressText(c.tracker.table.keys.addresses, address, isIpv6);
    yield { host, total: sum(counts), byState: byState(counts) };
  }
}

/** One row a step; `first` is the time of the first frame. */
export function* stepRows(series: SocketSeries, first: Moment): Generator<StepRow> {
  for (const { time, counts } of series) {
    yield {
      time: isoTime(time.seconds, time.nanoseconds),
      seconds: elapsed(first, time),
      total: sum(counts),
      byState: byState(counts),
    };
  }
}
