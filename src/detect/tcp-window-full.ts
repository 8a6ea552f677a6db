import type { Connections } from '../flow/connections.ts';
import { Mark } from '../flow/analysis/marks.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';
import { Word } from '../flow/records.ts';
import { Cause, Share } from '../flow/waits/names.ts';
import { dataSegmentsOf, divisionOf, leastRoundTrip, windowOf } from '../flow/waits/read.ts';
import { duration } from './durations.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { sideNames, stallsOfCause } from './waiting.ts';

export const tcpWindowFull: Detector = {
  id: 'tcp-window-full',
  title: 'A receive window too small for the path',
  why: 'The sender has as much on its way as the receiver has room for, and waits a round trip for the next ACK although the path would carry more. No connection is faster than its window divided by its round trip time; a larger receive buffer, or window scaling, lifts that.',
  references: [
    { spec: 'RFC 9293', section: '3.8.6' },
    { spec: 'RFC 7323', section: '2' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Kind>(c, limits);
    for (const id of c.digest().eventful) {
      if (c.word(id, Word.full) === 0 || c.isUdp(id)) continue;
      const seconds = fullSeconds(c, id);
      if (seconds > 0)
        groups.add(c.payloadBytes(id, 0) > c.payloadBytes(id, 1) ? '1' : '0', id, filled(c, id), seconds);
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

/** The receiver. */
type Kind = '0' | '1';

/** Time lost to a full window that is worth a word, and its least part of the connection. */
const LEAST_SECONDS = 0.5;
const LEAST_SHARE = 0.3;

/** Segments that fill the window, or the ACK that the sender waited for where none fills it to the byte. */
function filled(c: Connections, id: number): number[] {
  const side = c.payloadBytes(id, 0) > c.payloadBytes(id, 1) ? 0 : 1;
  const marked = c.markedFrames(id, side).filter(({ marks }) => (marks & Mark.windowFull) !== 0);
  const frames = marked.map(({ frame }) => frame);
  const { filledFrame } = dataSegmentsOf(c, id, side);
  return frames.length === 0 && filledFrame > 0 ? [filledFrame] : frames.slice(0, MAX_EVIDENCE_FRAMES);
}

/**
 * Without the time in which a window was closed, or its update lost: that is tcp-zero-window's and
 * tcp-lost-window-update's. 0 where it is too little.
 */
function fullSeconds(c: Connections, id: number): number {
  const division = divisionOf(c, id);
  if (division === null || division.shares[Share.receiverWindow]! < LEAST_SECONDS * 1e9) return 0;
  const closed = ([0, 1] as const).map((side) => windowOf(c, id, side)?.closedNanoseconds ?? 0);
  const lost = stallsOfCause(c, id, Cause.lostWindowUpdate).reduce((sum, stall) => sum + stall.nanoseconds, 0);
  const full = division.shares[Share.receiverWindow]! - closed[0]! - closed[1]! - lost;
  return full >= LEAST_SECONDS * 1e9 && full >= LEAST_SHARE * division.nanoseconds ? full / 1e9 : 0;
}

function claim(c: Connections, group: Group<Kind>): Claim {
  const { ids, frames, kind, most } = group;
  const side = kind === '0' ? 0 : 1;
  const [first] = ids as [number];
  const window = windowOf(c, first, side)?.max ?? 0;
  const roundTrip = leastRoundTrip(c, first) / 1e9;
  const what =
    ids.length === 1 ? `for ${duration(most)}` : `in ${plural(ids.length, 'connection')}, for up to ${duration(most)}`;
  const ceiling =
    roundTrip > 0
      ? `: no more than ${rate(window / roundTrip)} with ${Math.round(window / 1000)} kB and ${duration(roundTrip)}`
      : '';
  return {
    severity: 'notice',
    confidence: 0.85,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  the sender waited ${what} for room in the ${sideNames[side]}'s window${ceiling}`,
    frameCount: frames.length,
    frames,
    measured: {
      connections: ids.length,
      longestSeconds: most,
      leastSeconds: LEAST_SECONDS,
      receiver: sideNames[side],
      ...(ids.length === 1 ? { windowBytes: window, roundTripSeconds: roundTrip } : {}),
    },
    against: [],
    unknowable: ['whether the buffer is small, or its application slow to read'],
    displayFilter: framesFilter(frames),
    about: `${sideNames[side]} ${aboutText(c, group)}`,
  };
}

/** Bytes a second in words. */
const rate = (bytes: number): string =>
  bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB/s` : `${(bytes / 1e6).toFixed(1)} MB/s`;
