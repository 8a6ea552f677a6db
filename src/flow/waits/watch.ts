/**
 * A segment that is looked at by itself: what the time before it goes to, whether that was a stall, and what it says of
 * windows. Runs with the segment's marks known, before anything is remembered of it.
 */
import { hasSack } from '../../wire/tcp-options.ts';
import { FIN, RST, SYN } from '../../wire/tcp.ts';
import { Mark } from '../analysis/marks.ts';
import { Bit, Field } from '../analysis/rows.ts';
import { type Segment, hasAck, isMiddle } from '../analysis/segment.ts';
import { type Records, Word } from '../records.ts';
import { isBeyond, sinceEnd, sinceStart } from './begin.ts';
import { flightOf, shiftOf } from './flight.ts';
import { heldNs } from './held.ts';
import { settleLate, startsLate } from './late.ts';
import { Share } from './names.ts';
import { Common, Own, State, Time, type WaitRows, doublesAt, ownAt, wordsAt } from './rows.ts';
import { Gap, judge, keepPending, lastSideOf } from './share.ts';
import { MAX_PROBE_NS, MAX_SILENCE_NS, STALL_FLOOR_NS } from './limits.ts';
import { noteLostUpdate, noteStall, stallLimit } from './stall.ts';
import { passStep, seeWindow } from './windows.ts';

const gap = new Gap();

/** `own` and `peer`: the ends in the analysis' words. */
export function watch(
  records: Records,
  at: number,
  side: number,
  s: Segment,
  marks: number,
  own: number,
  peer: number,
  frame: number,
): void {
  const { w, waits } = records;
  const full = w[at + Word.full]!;
  if (!waits.has(full)) return;
  const { words } = records.analysis;
  const common = wordsAt(full);
  gap.side = side;
  gap.isData = s.payloadLength > 0;
  gap.judged = records.analysis.judged.cause;
  gap.nanoseconds = Math.max(0, sinceEnd(w, at, s.seconds, s.nanoseconds));
  // A segment that is stamped earlier than the one before it comes at the same time.
  gap.now = sinceStart(w, at, w[at + Word.endSeconds]!, w[at + Word.endNanoseconds]!) + gap.nanoseconds;
  if ((waits.words[common + Common.state]! & State.late) !== 0) settleLate(gap, s.payloadLength, waits, full, w, at);
  const before = waits.words[common + Common.state]!;
  const last = w[at + Word.lastFrame]!;
  gap.last = last;
  const judged = shareOf(s, marks, before, words, own, peer, waits, full);
  settleHeld(s, words, own, waits, full);
  add(waits.doubles, doublesAt(full));
  const sack = hasSack(w[at + Word.optionsA]!) && hasSack(w[at + Word.optionsB]!);
  const state = startsLate(gap, s, judged, words, own, peer, waits, full, last);
  if ((state & State.late) === 0) noteStall(gap, s, marks, before, words, own, peer, waits, full, last, frame, sack);
  if (!gap.isData && gap.share === Share.path)
    keepPending(waits, full, side ^ 1, gap.nanoseconds - lateOf(state, waits, full));
  measureHalf(waits, full, before, s, words, own, peer);
  waits.words[common + Common.state] = state;
  if (gap.nanoseconds > MAX_SILENCE_NS) passStep(waits, full, gap.nanoseconds);
  if (isOpened(before, side, s))
    noteLostUpdate(waits, full, side, s.window << shiftOf(words, own), last, gap.nanoseconds);
  seeWindow(waits, full, side, s, words, own, gap.now, frame);
  const seen = waits.words[common + Common.state]!;
  waits.words[common + Common.state] = nextState(seen, s, marks, words, own, peer, waits, full);
}

/** What of the gap the late ACK settles for itself. */
const lateOf = (state: number, waits: WaitRows, full: number): number =>
  (state & State.late) !== 0 ? waits.doubles[doublesAt(full) + Time.late]! : 0;

/** A closed window is open, and the peer was the last to send something: a probe. */
const isOpened = (state: number, side: number, s: Segment): boolean =>
  (state & (State.closedA << side)) !== 0 && s.window !== 0 && isMiddle(s) && lastSideOf(state) !== side;

const CLOSED = State.closedA | (State.closedA << 1);
const RECOVERING = State.recoveringA | (State.recoveringA << 1);

/** What came late by the path is not laid to its sender. */
function settleHeld(s: Segment, words: Int32Array, own: number, waits: WaitRows, full: number): void {
  gap.isHeld = false;
  const { share, nanoseconds } = gap;
  const isPath = share === Share.path;
  // ACKs without data are stamped with an old time now and then.
  if (!gap.isData) return;
  if (!isPath && share !== Share.server && share !== Share.client && share !== Share.pacing) return;
  if (nanoseconds < STALL_FLOOR_NS || nanoseconds > MAX_SILENCE_NS) return;
  if (nanoseconds < stallLimit(waits.doubles, doublesAt(full))) return;
  const held = heldNs(waits, full, gap.side, s, words, own, nanoseconds, gap.now);
  gap.isHeld = held > 0;
  if (held === 0 || isPath) return;
  gap.trip = Math.max(gap.tripShare === Share.path ? gap.trip : 0, held);
  gap.tripShare = Share.path;
}

function add(doubles: Float64Array, d: number): void {
  doubles[d + gap.tripShare]! += gap.trip;
  doubles[d + gap.share]! += gap.nanoseconds - gap.trip;
}

/** Fills in what the gap goes to. Returns the state as it is known now. */
function shareOf(
  s: Segment,
  marks: number,
  state: number,
  words: Int32Array,
  own: number,
  peer: number,
  waits: WaitRows,
  full: number,
): number {
  const share = plainShare(s, marks, state, words, own, peer);
  if (share < 0) return judge(gap, state, words, own, peer, waits, full);
  gap.share = gap.tripShare = share;
  gap.trip = 0;
  return state;
}

/** What needs no look at who said what; -1 for the rest. */
function plainShare(s: Segment, marks: number, state: number, words: Int32Array, own: number, peer: number): number {
  if (gap.nanoseconds > MAX_SILENCE_NS) return Share.idle;
  if ((s.flags & SYN) !== 0 || (state & State.opening) !== 0) return Share.handshake;
  if ((state & State.reset) !== 0) return Share.idle;
  if ((state & CLOSED) !== 0) return Share.receiverWindow;
  if (isLostUpdate(gap.side, s, marks, state, words, own)) return Share.receiverWindow;
  if ((marks & (Mark.keepAlive | Mark.keepAliveAck)) !== 0) return Share.idle;
  if ((marks & Mark.retransmission) !== 0 || (state & RECOVERING) !== 0) return Share.recovery;
  const isAwaited = flightOf(words, peer, own) > 0;
  if ((marks & Mark.duplicateAck) !== 0 && isAwaited) return Share.recovery;
  if (s.payloadLength > 0 || (s.flags & (FIN | RST)) === 0) return -1;
  // An end that gives up: it waited for what is missing, or for nothing.
  if (isAwaited) return words[peer + Field.unbroken] === words[peer + Field.next] ? -1 : Share.recovery;
  return flightOf(words, own, peer) <= 0 ? Share.idle : -1;
}

/** The peer's window was opened again, and its sender still asks whether it is: it was never told. */
function isLostUpdate(side: number, s: Segment, marks: number, state: number, words: Int32Array, own: number): boolean {
  // A keep-alive that comes later than any probe is one.
  if ((state & (State.reopenedA << (side ^ 1))) === 0 || gap.nanoseconds > MAX_PROBE_NS) return false;
  return (marks & Mark.keepAlive) !== 0 || (s.payloadLength === 1 && s.sequence === words[own + Field.next]);
}

/** The least time from data to an answer that acknowledges all of it. What was sent twice says nothing (Karn). */
function measureHalf(
  waits: WaitRows,
  full: number,
  state: number,
  s: Segment,
  words: Int32Array,
  own: number,
  peer: number,
): void {
  const { side, nanoseconds } = gap;
  const isAnswer = lastSideOf(state) !== side && (state & State.lastData) !== 0;
  if (
    !isAnswer ||
    !hasAck(s) ||
    nanoseconds === 0 ||
    nanoseconds > MAX_SILENCE_NS ||
    (state & (RECOVERING | CLOSED)) !== 0
  )
    return;
  if (s.acknowledgment !== words[peer + Field.next] || flightOf(words, peer, own) <= 0) return;
  shorten(waits.doubles, doublesAt(full) + Time.half + side, nanoseconds);
}

export function shorten(doubles: Float64Array, at: number, nanoseconds: number): void {
  if (doubles[at] === 0 || nanoseconds < doubles[at]!) doubles[at] = nanoseconds;
}

/** What the next segment has to know. */
function nextState(
  state: number,
  s: Segment,
  marks: number,
  words: Int32Array,
  own: number,
  peer: number,
  waits: WaitRows,
  full: number,
): number {
  const { side } = gap;
  let next = state & ~(State.lastSide | State.lastData);
  if (side === 1) next |= State.lastSide;
  if (s.payloadLength > 0 || (s.flags & FIN) !== 0) next |= State.lastData;
  if ((s.flags & RST) !== 0) next |= State.reset;
  if (hasAck(s)) {
    if ((s.flags & SYN) === 0) next &= ~State.opening;
    next = acknowledge(next, side, s.acknowledgment, words, peer, waits, full);
  }
  if ((marks & Mark.retransmission) !== 0) next = recover(next, words, own, peer, waits, full);
  if (s.payloadLength === 0) return next;
  const isStacked = lastSideOf(state) === side && (state & State.lastData) !== 0;
  if (isStacked) stack(waits.words, ownAt(full, side), 1, gap.last);
  return sendData(next, s, words, own, waits, full);
}

/** `count` segments came right behind others of the same end; `frame`: the first of those. */
export function stack(words: Int32Array, row: number, count: number, frame: number): void {
  if (words[row + Own.stacked] === 0) words[row + Own.stackedFrame] = frame;
  words[row + Own.stacked]! += count;
}

/** What was sent before is sent again: it is mended when all that was sent until now is acknowledged. */
function recover(state: number, words: Int32Array, own: number, peer: number, waits: WaitRows, full: number): number {
  if ((words[own + Field.bits]! & Bit.numbered) === 0 || flightOf(words, own, peer) <= 0) return state;
  waits.words[ownAt(full, gap.side) + Own.recoverEnd] = words[own + Field.next]!;
  return state | (State.recoveringA << gap.side);
}

/** The segment of `side` acknowledges what its peer sent. */
export function acknowledge(
  state: number,
  side: number,
  ack: number,
  words: Int32Array,
  peer: number,
  waits: WaitRows,
  full: number,
): number {
  const other = side ^ 1;
  let next = state;
  const row = ownAt(full, other);
  if ((state & (State.recoveringA << other)) !== 0 && !isBeyond(waits.words[row + Own.recoverEnd]!, ack)) {
    next &= ~(State.recoveringA << other);
  }
  if ((state & (State.firstA << other)) !== 0 && isBeyond(ack, waits.words[row + Own.firstStart]!)) {
    const sent = (words[peer + Field.next]! - waits.words[row + Own.firstStart]!) | 0;
    waits.words[row + Own.firstBytes] = Math.max(0, sent);
    waits.words[row + Own.firstSegments] = waits.words[row + Own.segments]!;
    next = (next & ~(State.firstA << other)) | (State.firstDoneA << other);
  }
  return next;
}

function sendData(state: number, s: Segment, words: Int32Array, own: number, waits: WaitRows, full: number): number {
  const { side } = gap;
  const row = ownAt(full, side);
  let next = state & ~State.talker;
  next |= State.talked | (side === 0 ? 0 : State.talker);
  const isProbe = s.payloadLength === 1 && s.sequence === words[own + Field.next];
  if (!isProbe) next &= ~(State.reopenedA << (side ^ 1));
  waits.words[row + Own.segments]!++;
  const isFirst = (next & ((State.firstA | State.firstDoneA) << side)) === 0 && (next & State.whole) !== 0;
  if (isFirst && (s.flags & SYN) === 0) {
    waits.words[row + Own.firstStart] = s.sequence;
    next |= State.firstA << side;
  }
  return next;
}
