/**
 * ACKs that come late although the path is short. A receiver may hold one back and wait for more data, or for an answer to
 * carry it (RFC 9293 section 3.8.6.3). Whether anybody waited for it is told by the next segment: data that are let go
 * upon it were held back by the sender (Nagle, RFC 9293 section 3.7.4).
 */
import { flightOf } from './flight.ts';
import { Field } from '../analysis/rows.ts';
import { type Segment, hasAck } from '../analysis/segment.ts';
import { Word } from '../records.ts';
import { sinceStart } from './begin.ts';
import { MAX_DELAYED_ACK_NS, PROMPT_NS, STALL_FLOOR_NS } from './limits.ts';
import { Cause, Share } from './names.ts';
import { Common, Own, State, Time, type WaitRows, doublesAt, ownAt, wordsAt } from './rows.ts';
import { type Gap, lastSideOf, thinking } from './share.ts';
import { addStall, stallLimit } from './stall.ts';

/** The segment is such an ACK: its gap is kept until the next segment. Returns the state with that noted. */
export function startsLate(
  gap: Gap,
  s: Segment,
  state: number,
  words: Int32Array,
  own: number,
  peer: number,
  waits: WaitRows,
  full: number,
  before: number,
): number {
  const { side, nanoseconds, share } = gap;
  if (nanoseconds < STALL_FLOOR_NS || share !== Share.path || gap.isData || !hasAck(s)) return state;
  if (lastSideOf(state) === side || (state & State.lastData) === 0) return state;
  const d = doublesAt(full);
  const half = waits.doubles[d + Time.half + side]!;
  const late = nanoseconds - half;
  if (half === 0 || late < STALL_FLOOR_NS || late > MAX_DELAYED_ACK_NS) return state;
  const flight = flightOf(words, peer, own);
  if (s.acknowledgment !== words[peer + Field.next] || flight > waits.words[ownAt(full, side ^ 1) + Own.mss]!) {
    return state;
  }
  waits.doubles[d + Time.late] = late;
  waits.doubles[d + Time.lateGap] = nanoseconds;
  waits.words[wordsAt(full) + Common.lateFrame] = before;
  return (state & ~State.lateSide) | State.late | (side === 0 ? 0 : State.lateSide);
}

/** The segment after a late ACK. `w`, `at`: the connection's record, which knows the ACK as its last segment. */
export function settleLate(
  gap: Gap,
  payloadLength: number,
  waits: WaitRows,
  full: number,
  w: Int32Array,
  at: number,
): void {
  const { words, doubles } = waits;
  const d = doublesAt(full);
  const common = wordsAt(full);
  const side = (words[common + Common.state]! & State.lateSide) !== 0 ? 1 : 0;
  words[common + Common.state]! &= ~State.late;
  const late = doubles[d + Time.late]!;
  const silence = doubles[d + Time.lateGap]!;
  const isPrompt = gap.isData && gap.side !== side && gap.nanoseconds <= doubles[d + Time.half + gap.side]! + PROMPT_NS;
  if (isPrompt) {
    // A full segment is not held back by Nagle's algorithm: the congestion window was as small as that. Its options take
    // from the MSS (RFC 9293 section 3.7.1).
    if (payloadLength < words[ownAt(full, gap.side) + Own.mss]! - MAX_OPTIONS)
      count(words, common, late, w[at + Word.lastFrame]!);
  } else {
    // Nobody waited for the ACK, but for whoever speaks next.
    doubles[d + Share.path]! -= late;
    doubles[d + (gap.isData ? thinking(gap.side) : Share.idle)]! += late;
    if (silence < stallLimit(doubles, d)) return;
  }
  const kind = isPrompt
    ? Cause.delayedAck
    : !gap.isData
      ? Cause.idle
      : gap.side === 0
        ? Cause.clientThinking
        : Cause.serverThinking;
  const who = isPrompt ? side : gap.side;
  const start = sinceStart(w, at, w[at + Word.endSeconds]!, w[at + Word.endNanoseconds]!) - silence;
  addStall(waits, full, kind, who, words[common + Common.lateFrame]!, w[at + Word.lastFrame]!, silence, start);
}

/** Bytes of options that a TCP header has room for (RFC 9293 section 3.1). */
const MAX_OPTIONS = 40;

function count(words: Int32Array, common: number, late: number, frame: number): void {
  if (words[common + Common.delayedCount]!++ === 0) words[common + Common.delayedFrame] = frame;
  const sum = words[common + Common.delayedMicroseconds]! + Math.round(late / 1000);
  words[common + Common.delayedMicroseconds] = Math.min(MAX_MICROSECONDS, sum);
}

/** What a signed word holds: 35 minutes. */
const MAX_MICROSECONDS = 0x7fffffff;
