/** What an end says of its window: least and greatest, closed and opened again, drawn back, silly. */
import { seqDiff } from '../../bytes/sequence.ts';
import { windowEdge } from '../analysis/checks.ts';
import { Bit, Field } from '../analysis/rows.ts';
import { type Segment, isMiddle } from '../analysis/segment.ts';
import { knowsWindow, shiftOf } from './flight.ts';
import { Common, Own, State, Time, type WaitRows, doublesAt, ownAt, wordsAt } from './rows.ts';

/** Takes in the window of a segment of `side`. `own`: the end in the analysis' `words`, before the segment; `now`: since the connection's start. */
export function seeWindow(
  waits: WaitRows,
  full: number,
  side: number,
  s: Segment,
  words: Int32Array,
  own: number,
  now: number,
  frame: number,
): void {
  if (!isMiddle(s)) return;
  const row = ownAt(full, side);
  const common = wordsAt(full);
  widen(waits.words, common, row, side, s.window, s.window);
  // The window of the SYN before it is not scaled, and says nothing.
  const isOpen = (words[own + Field.bits]! & Bit.opening) === 0;
  if (isOpen && knowsWindow(words, own)) seeEdge(waits.words, full, side, s, words, own);
  const isClosed = (waits.words[common + Common.state]! & (State.closedA << side)) !== 0;
  if (s.window === 0) {
    if (!isClosed) close(waits, full, side, now, frame);
  } else if (isClosed) open(waits, full, side, now, frame);
}

/** `least` and `most`: the range of window fields of some segments. */
export function widen(words: Int32Array, common: number, row: number, side: number, least: number, most: number): void {
  if ((words[common + Common.state]! & (State.windowA << side)) === 0) {
    words[common + Common.state]! |= State.windowA << side;
    words[row + Own.least] = least;
    words[row + Own.most] = most;
    return;
  }
  if (least < words[row + Own.least]!) words[row + Own.least] = least;
  if (most > words[row + Own.most]!) words[row + Own.most] = most;
}

function seeEdge(rows: Int32Array, full: number, side: number, s: Segment, words: Int32Array, own: number): void {
  const shift = shiftOf(words, own);
  const edge = (s.acknowledgment + (s.window << shift)) | 0;
  const row = ownAt(full, side);
  // Scaling rounds down: an edge that moves back by less than a step is none (RFC 7323 section 2.4).
  const back = seqDiff(windowEdge(words, own), edge);
  const isOld = seqDiff(s.acknowledgment, words[own + Field.lastAck]!) < 0;
  if (back >= 1 << shift && !isOld) rows[row + Own.shrunk]!++;
  // RFC 9293 section 3.8.6.2.2: a receiver offers a segment or half of its buffer, or else none. Where segments are as large
  // as the buffer, as on a loopback, the half counts; the most that it ever offered stands for the buffer.
  const isSilly =
    s.window > 0 && s.window << shift < rows[ownAt(full, side ^ 1) + Own.mss]! && 2 * s.window < rows[row + Own.most]!;
  if (isSilly) rows[row + Own.silly]!++;
}

/** The window of `side` is closed, at `now` since the connection's start. */
export function close(waits: WaitRows, full: number, side: number, now: number, frame: number): void {
  const row = ownAt(full, side);
  waits.words[wordsAt(full) + Common.state]! |= State.closedA << side;
  waits.words[row + Own.closings]!++;
  waits.words[row + Own.closedFrame] = frame;
  waits.doubles[doublesAt(full) + Time.closedAt + side] = now;
}

/** The clock was set on by so much: nothing was closed meanwhile. */
export function passStep({ doubles }: WaitRows, full: number, nanoseconds: number): void {
  const at = doublesAt(full) + Time.closedAt;
  doubles[at]! += nanoseconds;
  doubles[at + 1]! += nanoseconds;
}

function open(waits: WaitRows, full: number, side: number, now: number, frame: number): void {
  const { words, doubles } = waits;
  const common = wordsAt(full);
  const from = doubles[doublesAt(full) + Time.closedAt + side]!;
  const lasted = Math.max(0, now - from);
  const closedFrame = words[ownAt(full, side) + Own.closedFrame]!;
  words[common + Common.state]! &= ~(State.closedA << side);
  words[common + Common.state]! |= State.reopenedA << side;
  doubles[doublesAt(full) + Time.closed + side]! += lasted;
  const { closings } = waits;
  const seen = words[common + Common.closingCount]!++;
  const newest = words[common + Common.closings]!;
  words[common + Common.closings] = closings.add(newest, seen, 0, side, closedFrame, frame, lasted, from);
}
