/** What a connection waited for -> fields of its row. */
import type { Connections } from '../flow/connections.ts';
import { historyText } from '../flow/history.ts';
import type { Life } from '../flow/life/life.ts';
import { MAX_STALLS_EACH } from '../flow/waits/limits.ts';
import { Cause, Share, type ShareName, shareNames, stallCauses } from '../flow/waits/names.ts';
import {
  type Division,
  type Stalls,
  divisionOf,
  firstFlightOf,
  handshakeStalls,
  stallsOf,
  windowOf,
} from '../flow/waits/read.ts';
import type { Span } from '../flow/waits/ledger.ts';
import type { EndpointRow, Limit, StallsRow, TimeRow, WindowRow } from './model.ts';

const NANO = 1e9;
const ends = ['originator', 'responder'] as const;

/** Words for `time.limitedBy`, in the order of `shareNames`; the last one stands for none of them. */
export const limits: readonly Limit[] = [
  'handshake',
  'server',
  'client',
  'receiver-window',
  'loss-recovery',
  'path',
  'sender-pacing',
  'idle',
  'unknown',
];

/** Shares that the causes of stalls belong to. */
const shareOfCause: Readonly<Record<number, number>> = {
  [Cause.handshake]: Share.handshake,
  [Cause.serverThinking]: Share.server,
  [Cause.clientThinking]: Share.client,
  [Cause.zeroWindow]: Share.receiverWindow,
  [Cause.windowFull]: Share.receiverWindow,
  [Cause.lostWindowUpdate]: Share.receiverWindow,
  [Cause.retransmissionTimeout]: Share.recovery,
  [Cause.tailLossProbe]: Share.recovery,
  [Cause.lossRecovery]: Share.recovery,
  [Cause.delayedAck]: Share.path,
  [Cause.idle]: Share.idle,
  [Cause.keepAlive]: Share.idle,
  [Cause.clockStep]: Share.idle,
  [Cause.pathDelay]: Share.path,
};

/** Stalls whose frames are given as evidence. */
const SHOWN = 3;

/** `time` and `stalls` of the row of a TCP connection. */
export function waitRows(c: Connections, id: number, life: Life, frames: readonly [number, number]): WaitRows {
  const division = divisionOf(c, id);
  if (division === null) return { time: null, stalls: { count: 0, seconds: 0, longest: [] } };
  const stalls = withHandshake(stallsOf(c, id), handshakeStalls(c, id, life));
  return { time: timeRow(limitOf(c, id, division), division, stalls, frames), stalls: stallsRow(stalls) };
}

interface WaitRows {
  readonly time: TimeRow | null;
  readonly stalls: StallsRow;
}

function withHandshake(stalls: Stalls, replayed: readonly Span[]): Stalls {
  // What was looked at when it came is in the ledger.
  const opening = replayed.filter(({ after }) => !stalls.longest.some((known) => known.after === after));
  if (opening.length === 0) return stalls;
  const longest = [...opening, ...stalls.longest].toSorted((a, b) => b.nanoseconds - a.nanoseconds);
  return {
    count: stalls.count + opening.length,
    nanoseconds: stalls.nanoseconds + opening.reduce((sum, span) => sum + span.nanoseconds, 0),
    longest: longest.slice(0, MAX_STALLS_EACH).toSorted((a, b) => a.after - b.after),
  };
}

/** What the segments of one end prove alone. */
const oneSided: ReadonlySet<number> = new Set([Share.handshake, Share.receiverWindow, Share.recovery]);

/**
 * The number in `limits` of the largest share, of equal ones the first. Between segments of one end, whose peer is not in the
 * capture at all, it may have waited for anybody; and so it may where ACKs were left out of the capture, which would tell
 * what was on its way.
 */
export function limitOf(c: Connections, id: number, { shares }: Division): number {
  const most = shares.indexOf(Math.max(...shares));
  const isWhole = c.frames(id, 0) > 0 && c.frames(id, 1) > 0 && !(most === Share.path && lacksAcks(c, id));
  return isWhole || oneSided.has(most) ? most : limits.indexOf('unknown');
}

/** Joined in the middle, with payload from both ends and no ACK without: nobody talks like that for long. */
const lacksAcks = (c: Connections, id: number): boolean =>
  c.frames(id, 0) + c.frames(id, 1) > MANY_FRAMES &&
  /^\^?[dDqQtTgGwWcC]*$/.test(historyText(c.tracker.table.records, id));
const MANY_FRAMES = 10;

function timeRow(most: number, { shares }: Division, { longest }: Stalls, frames: readonly [number, number]): TimeRow {
  const proof = longest
    .filter(({ kind }) => shareOfCause[kind] === most)
    .toSorted((a, b) => b.nanoseconds - a.nanoseconds)
    .slice(0, SHOWN)
    .flatMap(({ before, after }) => [before, after]);
  const row = { limitedBy: limits[most]!, frames: proof.length > 0 ? inOrder(proof) : inOrder(frames) };
  return { ...row, ...shareSeconds(shares) };
}

const inOrder = (frames: readonly number[]): number[] => [...new Set(frames)].toSorted((a, b) => a - b);

export type ShareSeconds = Record<`${ShareName}Seconds`, number>;

/** Nanoseconds in the order of `shareNames` -> named seconds. */
export const shareSeconds = (shares: readonly number[]): ShareSeconds =>
  Object.fromEntries(shareNames.map((name, i) => [`${name}Seconds`, shares[i]! / NANO])) as ShareSeconds;

const stallsRow = ({ count, nanoseconds, longest }: Stalls): StallsRow => ({
  count,
  seconds: nanoseconds / NANO,
  longest: longest.map(({ kind, side, before, after, nanoseconds: lasted, atNanoseconds }) => ({
    cause: stallCauses[kind]!,
    waitedFor: ends[side],
    seconds: lasted / NANO,
    startSeconds: atNanoseconds / NANO,
    frames: [before, after],
  })),
});

/** `window` and `firstFlight` of an end; what is not known is left out. */
export function endpointWaits(c: Connections, id: number, side: 0 | 1): Pick<EndpointRow, 'window' | 'firstFlight'> {
  const use = windowOf(c, id, side);
  const flight = firstFlightOf(c, id, side);
  const window: WindowRow | null = use && {
    scaleKnown: use.shift !== null,
    min: use.min,
    max: use.max,
    last: use.last,
    closings: use.closings,
    closedSeconds: use.closedNanoseconds / NANO,
    closedAtEnd: use.isClosed,
    shrunk: use.shrunk,
    silly: use.silly,
  };
  return { ...(window && { window }), ...(flight && { firstFlight: { ...flight } }) };
}
