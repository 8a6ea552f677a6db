/** What is known of a connection's waiting, as plain values: durations in nanoseconds, windows in bytes. */
import { Field, endAt } from '../analysis/rows.ts';
import type { Connections } from '../connections.ts';
import { NO_TIME, Word } from '../records.ts';
import { synSeen } from '../../wire/tcp-options.ts';
import { sinceStart } from './begin.ts';
import { knowsScale, shiftOf } from './flight.ts';
import { elapsed } from '../life/moment.ts';
import type { Life } from '../life/life.ts';
import type { Span } from './ledger.ts';
import { MAX_SILENCE_NS, UNKNOWN_RTO_NS } from './limits.ts';
import { Cause, Share, shareNames } from './names.ts';
import { roundTripOf } from './stall.ts';
import { Common, Own, State, Time, doublesAt, ownAt, wordsAt } from './rows.ts';

/** How the time of a connection is divided, in the order of `shareNames`. */
export interface Division {
  /** From the first to the last segment. */
  readonly nanoseconds: number;
  /** They add up to that. */
  readonly shares: readonly number[];
  /** What no judged segment ended, in `shares` as idle: headers that contradict themselves, times that run backwards. */
  readonly unexplained: number;
}

/** Null for UDP, for times that 32 bits do not hold, and for connections without a second segment. */
export function divisionOf(c: Connections, id: number): Division | null {
  const words = c.words;
  const at = c.recordAt(id);
  const [start, end] = [words[at + Word.startSeconds]! >>> 0, words[at + Word.endSeconds]! >>> 0];
  if (c.isUdp(id) || start === NO_TIME || end === NO_TIME) return null;
  const nanoseconds = sinceStart(words, at, end, words[at + Word.endNanoseconds]!);
  if (nanoseconds <= 0) return null;
  const shares = shareNames.map(() => 0);
  const { waits } = c.tracker.table.records;
  const full = words[at + Word.full]!;
  if (waits.has(full)) shareNames.forEach((_, i) => (shares[i] = waits.doubles[doublesAt(full) + i]!));
  else {
    shares[isWhole(words, at) && nanoseconds <= MAX_SILENCE_NS ? Share.handshake : Share.idle] = nanoseconds;
  }
  const unexplained = Math.max(0, nanoseconds - shares.reduce((sum, share) => sum + share, 0));
  shares[Share.idle]! += unexplained;
  return { nanoseconds, shares, unexplained };
}

/** The handshake is in the capture, or a part of it. */
const isWhole = (w: Int32Array, at: number): boolean =>
  synSeen(w[at + Word.optionsA]!) || synSeen(w[at + Word.optionsB]!);

export interface Stalls {
  readonly count: number;
  /** All of them together. */
  readonly nanoseconds: number;
  /** The longest ones, in order of the capture; `kind` is a number of `Cause`. */
  readonly longest: readonly Span[];
}

export function stallsOf(c: Connections, id: number): Stalls {
  const { waits } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  if (!waits.has(full)) return { count: 0, nanoseconds: 0, longest: [] };
  const common = wordsAt(full);
  return {
    count: waits.words[common + Common.stallCount]! >>> 0,
    nanoseconds: waits.doubles[doublesAt(full) + Time.stalled]!,
    longest: waits.stalls.spans(waits.words[common + Common.stalls]!),
  };
}

/**
 * Silences of the handshake: nothing is known of round trips yet, so the least RTO is held against them. Replayed from the
 * segments that are kept, since floods would fill the ledger with them.
 */
export function handshakeStalls(c: Connections, id: number, { story }: Life): Span[] {
  const division = divisionOf(c, id);
  const [first] = story.segments;
  if (division === null || first === undefined) return [];
  // The record of one that never came up knows of no single gap: where the clock was set, all its time is idle.
  const isOpen =
    c.word(id, Word.full) === 0 && division.nanoseconds > MAX_SILENCE_NS && isWhole(c.words, c.recordAt(id));
  const end = isOpen ? Infinity : division.shares[Share.handshake]!;
  const spans: Span[] = [];
  let steps = 0;
  for (let i = 1; i < story.segments.length; i++) {
    const [before, after] = [story.segments[i - 1]!, story.segments[i]!];
    const nanoseconds = Math.round(elapsed(before, after) * 1e9);
    const at = Math.round(elapsed(first, before) * 1e9);
    const isStep = nanoseconds > MAX_SILENCE_NS;
    if (at - steps + (isStep ? 0 : nanoseconds) > end) break;
    if (isStep) steps += nanoseconds;
    if (nanoseconds < UNKNOWN_RTO_NS) continue;
    const ends = { before: before.frame, after: after.frame };
    const kind = isStep ? Cause.clockStep : Cause.handshake;
    spans.push({ kind, side: after.side, ...ends, nanoseconds, atNanoseconds: at });
  }
  return spans;
}

/** The receive window of an end as it announced it, but for its SYN. */
export interface WindowUse {
  /** Null where the scale is not known: the SYNs are not in the capture. */
  readonly shift: number | null;
  /** Least, greatest and last, in bytes; unscaled fields where the scale is not known. */
  readonly min: number;
  readonly max: number;
  readonly last: number;
  /** How often it was closed, for how long in all, and whether it is when the capture ends. */
  readonly closings: number;
  readonly closedNanoseconds: number;
  readonly isClosed: boolean;
  readonly shrunk: number;
  readonly silly: number;
}

/** Null where the end sent nothing but SYNs and the like. */
export function windowOf(c: Connections, id: number, side: 0 | 1): WindowUse | null {
  const { waits, analysis } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  const row = c.word(id, Word.analysis);
  if (!waits.has(full) || row <= 0) return null;
  const common = wordsAt(full);
  const state = waits.words[common + Common.state]!;
  if ((state & (State.windowA << side)) === 0) return null;
  const own = ownAt(full, side);
  const end = endAt(row, side);
  const isKnown = knowsScale(analysis.words, end);
  const shift = isKnown ? shiftOf(analysis.words, end) : 0;
  const isClosed = (state & (State.closedA << side)) !== 0;
  const d = doublesAt(full);
  const closed = waits.doubles[d + Time.closed + side]!;
  return {
    shift: isKnown ? shift : null,
    min: waits.words[own + Own.least]! << shift,
    max: waits.words[own + Own.most]! << shift,
    last: Math.max(0, analysis.words[end + Field.window]!) << shift,
    closings: waits.words[own + Own.closings]!,
    closedNanoseconds: Math.min(lengthOf(c, id), closed + (isClosed ? stillClosed(c, id, d, side) : 0)),
    isClosed,
    shrunk: waits.words[own + Own.shrunk]!,
    silly: waits.words[own + Own.silly]!,
  };
}

/** From the first to the last segment. Where times run backwards, spans within it may come out longer. */
function lengthOf(c: Connections, id: number): number {
  const at = c.recordAt(id);
  return sinceStart(c.words, at, c.words[at + Word.endSeconds]!, c.words[at + Word.endNanoseconds]!);
}

/** From the closing until the connection's last segment. */
const stillClosed = (c: Connections, id: number, d: number, side: number): number =>
  Math.max(0, lengthOf(c, id) - c.tracker.table.records.waits.doubles[d + Time.closedAt + side]!);

/** Spans in which windows were closed, the longest ones. One that is not opened again is not among them. */
export function closingsOf(c: Connections, id: number): readonly Span[] {
  const { waits } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  if (!waits.has(full)) return [];
  return waits.closings.spans(waits.words[wordsAt(full) + Common.closings]!, lengthOf(c, id));
}

/** What an end sent before anything of it was acknowledged: the initial window, or all it had to say. */
export interface FirstFlight {
  readonly bytes: number;
  readonly segments: number;
}

/** Null where the handshake is not in the capture, or nothing was sent or acknowledged. */
export function firstFlightOf(c: Connections, id: number, side: 0 | 1): FirstFlight | null {
  const { waits } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  if (!waits.has(full)) return null;
  const isDone = (waits.words[wordsAt(full) + Common.state]! & (State.firstDoneA << side)) !== 0;
  const own = ownAt(full, side);
  return isDone ? { bytes: waits.words[own + Own.firstBytes]!, segments: waits.words[own + Own.firstSegments]! } : null;
}

export interface DataSegments {
  /** Segments with payload, and those of them that came right behind another one of the same end. */
  readonly segments: number;
  readonly stacked: number;
  /** The first that another one came right behind; 0 for none. */
  readonly stackedFrame: number;
  /** The newest ACK that the end waited for after a round that filled its peer's window; 0 for none. */
  readonly filledFrame: number;
}

export function dataSegmentsOf(c: Connections, id: number, side: 0 | 1): DataSegments {
  const { waits } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  if (!waits.has(full)) return { segments: 0, stacked: 0, stackedFrame: 0, filledFrame: 0 };
  const own = ownAt(full, side);
  return {
    segments: waits.words[own + Own.segments]!,
    stacked: waits.words[own + Own.stacked]!,
    stackedFrame: waits.words[own + Own.stackedFrame]! >>> 0,
    filledFrame: waits.words[own + Own.filledFrame]! >>> 0,
  };
}

/** Late ACKs that small data were held back for, and what they cost, in nanoseconds. */
export interface Delayed {
  readonly count: number;
  readonly nanoseconds: number;
  /** Of the first one. */
  readonly frame: number;
}

export function delayedOf(c: Connections, id: number): Delayed {
  const { waits } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  if (!waits.has(full)) return { count: 0, nanoseconds: 0, frame: 0 };
  const common = wordsAt(full);
  const microseconds = waits.words[common + Common.delayedMicroseconds]!;
  const frame = waits.words[common + Common.delayedFrame]! >>> 0;
  return { count: waits.words[common + Common.delayedCount]!, nanoseconds: microseconds * 1000, frame };
}

/** The least round trip that was seen, in nanoseconds; 0 where it is not known. */
export function leastRoundTrip(c: Connections, id: number): number {
  const { waits } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  return waits.has(full) ? roundTripOf(waits.doubles, doublesAt(full)) : 0;
}

/** How often the ends closed their windows, and how many stalls there were: 0 for nearly all connections. */
export function signsOf(c: Connections, id: number): number {
  const { waits } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  if (!waits.has(full)) return 0;
  const closings = waits.words[ownAt(full, 0) + Own.closings]! + waits.words[ownAt(full, 1) + Own.closings]!;
  return closings + waits.words[wordsAt(full) + Common.stallCount]!;
}

/** An end's half of it; 0 where that is not known. */
export function halfOf(c: Connections, id: number, side: 0 | 1): number {
  const { waits } = c.tracker.table.records;
  const full = c.word(id, Word.full);
  return waits.has(full) ? waits.doubles[doublesAt(full) + Time.half + side]! : 0;
}
