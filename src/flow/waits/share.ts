/**
 * What the time from one segment to the next goes to. It is decided by the segment that ends it and by how things stood
 * before: who had spoken, what was on its way, how much room the receiver had.
 *
 * The capture stands somewhere between the ends. What follows upon a segment of the other end therefore comes late by the
 * way to the sender and back (`Time.half`, the least that was seen), and only the rest is the sender's own.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { windowEdge } from '../analysis/checks.ts';
import { Field } from '../analysis/rows.ts';
import { flightOf, knowsWindow, roomOf } from './flight.ts';
import {
  MAX_PENDING_NS,
  NEARER,
  NEAR_NS,
  PACED_ROUND_TRIPS,
  PACE_FLOOR_NS,
  PACE_PART,
  UNKNOWN_RTO_NS,
} from './limits.ts';
import { Share } from './names.ts';
import { Own, State, Time, type WaitRows, doublesAt, ownAt } from './rows.ts';

/** The gap that is judged; one object, filled for each of them. */
export class Gap {
  /** Of the sender of the segment that ends it: 0 the originator, 1 the responder. */
  side = 0;
  /** The segment carries payload. */
  isData = false;
  /** Frame of the connection's segment before. */
  last = 0;
  /** What it is if not new: `Cause` of `flow/recovery/causes.ts`. */
  judged = 0;
  nanoseconds = NaN;
  /** From the connection's start to the segment. */
  now = NaN;
  /** What the gap goes to, but for the first `trip` nanoseconds, which go to `tripShare`. */
  share: number = Share.path;
  trip = NaN;
  tripShare: number = Share.path;
  /** Most of the gap the segment was on its way. */
  isHeld = false;
}

export const thinking = (side: number): number => (side === 0 ? Share.client : Share.server);
export const lastSideOf = (state: number): number => ((state & State.lastSide) !== 0 ? 1 : 0);
const talkerOf = (state: number): number => ((state & State.talker) !== 0 ? 1 : 0);

/**
 * Judges a gap of plain traffic: no SYN, no RST, no closed window, nothing lost. `own` and `peer` are the ends in the
 * analysis' `words`, `full` names the row in `waits`. Returns the state of the connection, which may know better now
 * whether the sender fills the window.
 */
export function judge(
  gap: Gap,
  state: number,
  words: Int32Array,
  own: number,
  peer: number,
  waits: WaitRows,
  full: number,
): number {
  const { side } = gap;
  const follows = lastSideOf(state) === side;
  gap.trip = 0;
  gap.tripShare = Share.path;
  if (!gap.isData) {
    gap.share = shareOfAck(side, state, words, own, peer, waits, full);
    return state;
  }
  if (follows && (state & State.lastData) !== 0) {
    gap.share = spacing(state, waits, full, side);
    return state;
  }
  const isQuiet = flightOf(words, own, peer) <= 0;
  const next = follows ? state : nextRound(gap, state, words, own, peer, waits, full);
  gap.share = isQuiet ? thinking(side) : spacing(next, waits, full, side);
  if (!follows) wayOf(gap, next, isQuiet, waits, full);
  waits.words[ownAt(full, side) + Own.pending] = 0;
  return next;
}

/** Data upon a segment of the other end: what of the gap is the way to the sender and back. */
function wayOf(gap: Gap, state: number, isQuiet: boolean, waits: WaitRows, full: number): void {
  const { side, nanoseconds } = gap;
  const own = waits.doubles[doublesAt(full) + Time.half + side]!;
  gap.trip = Math.min(nanoseconds, own);
  const isFilled = (state & (State.filledA << side)) !== 0;
  if (isFilled) gap.tripShare = Share.receiverWindow;
  const goesOn = (state & State.talked) !== 0 && talkerOf(state) === side;
  if (isFilled || !goesOn) return;
  const other = waits.doubles[doublesAt(full) + Time.half + (side ^ 1)]!;
  if (own === 0 || other === 0) {
    // Nobody knows how far away the sender is. A pause may be the way.
    if (isQuiet && nanoseconds <= UNKNOWN_RTO_NS) gap.share = Share.path;
    return;
  }
  if (nanoseconds <= own + Math.max(PACE_FLOOR_NS, (own + other) / PACE_PART)) return;
  if (!isQuiet && gap.share !== Share.pacing) return;
  setPace(gap, isQuiet, own + other, waits, full);
}

/** The sender did not wait for the ACK, so the time until the ACK was its own as well. */
function setPace(gap: Gap, isQuiet: boolean, roundTrip: number, waits: WaitRows, full: number): void {
  const { side, nanoseconds } = gap;
  const pending = waits.words[ownAt(full, side) + Own.pending]!;
  const isPaced = !isQuiet || pending + nanoseconds < PACED_ROUND_TRIPS * roundTrip;
  gap.trip = 0;
  gap.share = isPaced ? Share.pacing : thinking(side);
  const d = doublesAt(full);
  waits.doubles[d + Share.path]! -= pending;
  waits.doubles[d + gap.share]! += pending;
}

/** Time that went to the path while ACKs of the data of `side` came: it is settled by what that end does next. */
export function keepPending(waits: WaitRows, full: number, side: number, nanoseconds: number): void {
  const at = ownAt(full, side) + Own.pending;
  waits.words[at] = Math.min(MAX_PENDING_NS, waits.words[at]! + nanoseconds);
}

/** A segment without payload: an ACK of what is on its way, or nothing anybody waited for. */
function shareOfAck(
  side: number,
  state: number,
  words: Int32Array,
  own: number,
  peer: number,
  waits: WaitRows,
  full: number,
): number {
  const follows = lastSideOf(state) === side && (state & State.lastData) === 0;
  if (follows || flightOf(words, peer, own) <= 0) return betweenAcks(state, words, own, peer);
  const room = roomOf(words, peer, own);
  return room < waits.words[ownAt(full, side ^ 1) + Own.mss]! ? Share.receiverWindow : Share.path;
}

/** What goes by between ACKs of one end. */
export function betweenAcks(state: number, words: Int32Array, own: number, peer: number): number {
  if (flightOf(words, peer, own) > 0 || flightOf(words, own, peer) > 0) return Share.path;
  return (state & State.talked) === 0 ? Share.idle : thinking(talkerOf(state) ^ 1);
}

/**
 * What spaces between data segments of one end go to: the window where it is filled; the sender where the capture stands
 * beside it; else the path.
 */
export function spacing(state: number, waits: WaitRows, full: number, side: number): number {
  if ((state & (State.filledA << side)) !== 0) return Share.receiverWindow;
  const half = doublesAt(full) + Time.half;
  const own = waits.doubles[half + side]!;
  const other = waits.doubles[half + (side ^ 1)]!;
  if (own === 0 || other === 0) return Share.path;
  return own * NEARER <= other || own + other < NEAR_NS ? Share.pacing : Share.path;
}

/**
 * Data upon a segment of the other end. What arrives now was sent when the sender knew the window as it stood one way
 * there and back ago: once in that time it is asked whether what came since fills that window.
 */
function nextRound(
  { side, now, last }: Gap,
  state: number,
  words: Int32Array,
  own: number,
  peer: number,
  waits: WaitRows,
  full: number,
): number {
  const { doubles } = waits;
  const d = doublesAt(full);
  if (now - doubles[d + Time.roundAt + side]! < doubles[d + Time.half + side]!) return state;
  const row = ownAt(full, side);
  let next = state & ~((State.filledA | State.roundA) << side);
  if ((state & (State.roundA << side)) !== 0) {
    const left = seqDiff(waits.words[row + Own.roundEdge]!, words[own + Field.next]!);
    // Far beyond the edge, the round was longer: the sender knew of another one.
    const mss = waits.words[row + Own.mss]!;
    if (left < mss && left >= -2 * mss) {
      next |= State.filledA << side;
      waits.words[row + Own.filledFrame] = last;
    }
  }
  doubles[d + Time.roundAt + side] = now;
  if (!knowsWindow(words, peer)) return next;
  waits.words[row + Own.roundEdge] = windowEdge(words, peer);
  return next | (State.roundA << side);
}
