/** Silences longer than the estimate of the retransmission timeout, and their causes. */
import { FIN, RST } from '../../wire/tcp.ts';
import { Mark } from '../analysis/marks.ts';
import { Field } from '../analysis/rows.ts';
import type { Segment } from '../analysis/segment.ts';
import { flightOf } from './flight.ts';
import { ANSWER_PART, MAX_SILENCE_NS, PROMPT_NS, RTO_ROUND_TRIPS, STALL_FLOOR_NS, UNKNOWN_RTO_NS } from './limits.ts';
import { Cause, Share } from './names.ts';
import { resendCause } from './resent.ts';
import { Common, Own, State, Time, type WaitRows, doublesAt, ownAt, wordsAt } from './rows.ts';
import { type Gap, lastSideOf } from './share.ts';

/** The least round trip that was seen, by its two halves; 0 while not known. */
export function roundTripOf(doubles: Float64Array, d: number): number {
  const [a, b] = [doubles[d + Time.half]!, doubles[d + Time.half + 1]!];
  return a === 0 || b === 0 ? 0 : a + b;
}

/** A longer silence is a stall: RFC 6298 section 2.2 with the least round trip that was seen. */
export function stallLimit(doubles: Float64Array, d: number): number {
  const roundTrip = roundTripOf(doubles, d);
  return roundTrip === 0 ? UNKNOWN_RTO_NS : Math.max(STALL_FLOOR_NS, RTO_ROUND_TRIPS * roundTrip);
}

/** Puts the gap that was judged into the ledger when it is a stall. `state`: of the connection before the segment. */
export function noteStall(
  gap: Gap,
  s: Segment,
  marks: number,
  state: number,
  words: Int32Array,
  own: number,
  peer: number,
  waits: WaitRows,
  full: number,
  before: number,
  after: number,
  sack: boolean,
): void {
  const { nanoseconds, side } = gap;
  if (nanoseconds < STALL_FLOOR_NS || nanoseconds < stallLimit(waits.doubles, doublesAt(full))) return;
  const kind = causeOf(gap, s, marks, state, words, own, peer, roundTripOf(waits.doubles, doublesAt(full)), sack);
  const gaveUp = kind === Cause.lossRecovery && (s.flags & (FIN | RST)) !== 0 && flightOf(words, peer, own) > 0;
  // An end that gives up had waited for what is missing.
  const who = gaveUp ? side ^ 1 : whoOf(kind, side, state);
  addStall(waits, full, kind, who, before, after, nanoseconds, gap.now - nanoseconds);
}

export function addStall(
  waits: WaitRows,
  full: number,
  kind: number,
  side: number,
  before: number,
  after: number,
  nanoseconds: number,
  at: number,
): void {
  const common = wordsAt(full);
  const { words, stalls } = waits;
  const seen = words[common + Common.stallCount]!++;
  const newest = words[common + Common.stalls]!;
  words[common + Common.stalls] = stalls.add(newest, seen, kind, side, before, after, nanoseconds, at);
  waits.doubles[doublesAt(full) + Time.stalled]! += nanoseconds;
}

function causeOf(
  gap: Gap,
  s: Segment,
  marks: number,
  state: number,
  words: Int32Array,
  own: number,
  peer: number,
  roundTrip: number,
  sack: boolean,
): number {
  const { side, nanoseconds, share } = gap;
  if (nanoseconds > MAX_SILENCE_NS) return Cause.clockStep;
  if (share === Share.handshake) return Cause.handshake;
  if (share === Share.receiverWindow) return windowCause(gap, state);
  if (share === Share.recovery) {
    if ((marks & Mark.retransmission) === 0) return Cause.lossRecovery;
    const isRepeat = (state & (State.recoveringA << side)) !== 0;
    return resendCause(gap.judged, s, words, own, peer, nanoseconds, isRepeat, roundTrip, sack);
  }
  if ((marks & Mark.ackedUnseenSegment) !== 0) return Cause.captureGap;
  if (gap.isHeld) return Cause.pathDelay;
  if (share === Share.idle) {
    // An end that gives up after a keep-alive without an answer waited for that.
    const isUnanswered = lastSideOf(state) === side && (words[own + Field.lastMarks]! & Mark.keepAlive) !== 0;
    return isUnanswered || (marks & (Mark.keepAlive | Mark.keepAliveAck)) !== 0 ? Cause.keepAlive : Cause.idle;
  }
  if (share === Share.server) return Cause.serverThinking;
  if (share === Share.client) return Cause.clientThinking;
  // A sender that pauses with room to spare, and nothing lost, had nothing to say.
  if (share === Share.pacing) return side === 0 ? Cause.clientThinking : Cause.serverThinking;
  return Cause.unknown;
}

/** A probe into a window that the capture knows to be open, a window that is closed, or one that is full. */
function windowCause({ side }: Gap, state: number): number {
  if ((state & (State.closedA | (State.closedA << 1))) !== 0) return Cause.zeroWindow;
  return (state & (State.reopenedA << (side ^ 1))) !== 0 ? Cause.lostWindowUpdate : Cause.windowFull;
}

/** Whom the silence waited for; `side` sent the segment that ended it. */
function whoOf(kind: number, side: number, state: number): number {
  switch (kind) {
    case Cause.serverThinking:
      return 1;
    case Cause.clientThinking:
      return 0;
    case Cause.zeroWindow:
      return (state & (State.closedA << 1)) !== 0 ? 1 : 0;
    case Cause.lostWindowUpdate:
      return side ^ 1;
    default:
      return side;
  }
}

/**
 * The window of `side` turns out to be open with the answer to a probe, so many nanoseconds after it. A receiver that has
 * room for two segments again says so by itself (RFC 9293 section 3.8.6.2.2): that was lost, and both ends waited. What
 * comes later than an answer does is no answer to the probe, which may have got none, but such an update.
 */
export function noteLostUpdate(
  waits: WaitRows,
  full: number,
  side: number,
  windowBytes: number,
  probeFrame: number,
  nanoseconds: number,
): void {
  if (windowBytes < 2 * waits.words[ownAt(full, side ^ 1) + Own.mss]!) return;
  const half = waits.doubles[doublesAt(full) + Time.half + side]!;
  if (nanoseconds > (half === 0 ? UNKNOWN_RTO_NS : ANSWER_PART * half + PROMPT_NS)) return;
  waits.stalls.rename(
    waits.words[wordsAt(full) + Common.stalls]!,
    probeFrame,
    Cause.zeroWindow,
    Cause.lostWindowUpdate,
    side,
  );
}
