/**
 * Runs of routine segments (see `analysis/routine.ts`): all of one end, all with payload or all without, none long after
 * the one before it. What is said of them is what `watch.ts` would say of each: a test holds the two together.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { Bit, Field, endAt } from '../analysis/rows.ts';
import { windowEdge } from '../analysis/checks.ts';
import { type Records, Word } from '../records.ts';
import { sinceEnd, sinceStart } from './begin.ts';
import { flightOf, knowsWindow, shiftOf } from './flight.ts';
import { STALL_FLOOR_NS } from './limits.ts';
import { Share } from './names.ts';
import { Common, Own, State, Time, doublesAt, ownAt, wordsAt } from './rows.ts';
import { Gap, judge, lastSideOf, spacing } from './share.ts';
import { acknowledge, shorten } from './watch.ts';
import { widen } from './windows.ts';

/** No gap of a run is longer. */
export const MAX_RUN_GAP_NS = STALL_FLOOR_NS - 1;
/** States in which every segment is looked at. */
const BUSY =
  State.opening |
  State.reset |
  State.late |
  State.closedA |
  (State.closedA << 1) |
  State.reopenedA |
  (State.reopenedA << 1);
/** Further back than an edge ever moves. */
const ANYWHERE = 0x7fffffff;

const gap = new Gap();

export class WaitRun {
  /** A segment with a smaller window field ends the run. */
  leastField = 1;
  /** How far the window reached before the run, by how many bits fields are shifted, how far back the edge may move. */
  edge = 0;
  shift = 0;
  slack = ANYWHERE;
  /** What whoever counts the run finds: window fields, data segments, tiny ones among them, its first segment's ACK and time. */
  least = 0;
  most = 0;
  segments = 0;
  tiny = 0;
  firstAck = 0;
  firstSeconds = 0;
  firstNanoseconds = 0;

  /** True when routine segments of `side` can be counted without a look at each. */
  begin(records: Records, at: number, side: number): boolean {
    const { w, waits, analysis } = records;
    const full = w[at + Word.full]!;
    this.leastField = 1;
    this.slack = ANYWHERE;
    this.shift = this.edge = 0;
    const row = w[at + Word.analysis]!;
    if (row <= 0 || !waits.has(full)) return true;
    const state = waits.words[wordsAt(full) + Common.state]!;
    if ((state & (BUSY | (State.recoveringA << (side ^ 1)))) !== 0) return false;
    const own = endAt(row, side);
    if ((analysis.words[own + Field.bits]! & Bit.opening) !== 0) return false;
    if (knowsWindow(analysis.words, own)) this.#seeScale(analysis.words, own, waits.words[ownAt(full, side ^ 1) + Own.mss]!);
    return true;
  }

  #seeScale(words: Int32Array, own: number, mss: number): void {
    this.shift = shiftOf(words, own);
    this.slack = (1 << this.shift) - 1;
    this.edge = windowEdge(words, own);
    this.leastField = Math.max(1, (mss + (1 << this.shift) - 1) >> this.shift);
  }

  /**
   * Takes the run in, before the record and the analysis know of it. It ends at the given moment with the given
   * acknowledgment number.
   */
  end(records: Records, at: number, side: number, lastAck: number, seconds: number, nanoseconds: number): void {
    const { w, waits, analysis } = records;
    const full = w[at + Word.full]!;
    const row = w[at + Word.analysis]!;
    if (row <= 0 || !waits.has(full)) return;
    const { words } = analysis;
    const own = endAt(row, side);
    const peer = endAt(row, side ^ 1);
    const common = wordsAt(full);
    const d = doublesAt(full);
    gap.side = side;
    gap.isData = this.segments > 0;
    gap.nanoseconds = sinceEnd(w, at, this.firstSeconds, this.firstNanoseconds);
    gap.now = sinceStart(w, at, this.firstSeconds, this.firstNanoseconds);
    let state = waits.words[common + Common.state]!;
    const rest = ((seconds >>> 0) - (this.firstSeconds >>> 0)) * 1e9 + (nanoseconds - this.firstNanoseconds);
    const { doubles } = waits;
    if ((state & (State.recoveringA << side)) !== 0) doubles[d + Share.recovery]! += gap.nanoseconds + rest;
    else {
      const before = state;
      state = judge(gap, state, words, own, peer, waits, full);
      doubles[d + gap.tripShare]! += gap.trip;
      doubles[d + gap.share]! += gap.nanoseconds - gap.trip;
      this.#measureHalf(records, full, before, own, peer);
      doubles[d + (gap.isData ? spacing(state, waits, full, side) : Share.path)]! += rest;
    }
    widen(waits.words, common, ownAt(full, side), side, this.least, this.most);
    state = (state & ~(State.lastSide | State.lastData)) | (waits.words[common + Common.state]! & WINDOW_SEEN);
    if (side === 1) state |= State.lastSide;
    state = acknowledge(state, side, lastAck, words, peer, waits, full);
    waits.words[common + Common.state] = gap.isData
      ? this.#sendData(state, waits.words, full, side, words[own + Field.next]!)
      : state;
  }

  #measureHalf(records: Records, full: number, state: number, own: number, peer: number): void {
    const { words } = records.analysis;
    if (lastSideOf(state) === gap.side || (state & State.lastData) === 0 || gap.nanoseconds === 0) return;
    if (this.firstAck !== words[peer + Field.next] || flightOf(words, peer, own) <= 0) return;
    shorten(records.waits.doubles, doublesAt(full) + Time.half + gap.side, gap.nanoseconds);
  }

  #sendData(state: number, rows: Int32Array, full: number, side: number, sequence: number): number {
    const row = ownAt(full, side);
    const isFirst = (state & ((State.firstA | State.firstDoneA) << side)) === 0 && (state & State.whole) !== 0;
    if (isFirst) rows[row + Own.firstStart] = sequence;
    rows[row + Own.segments]! += this.segments;
    rows[row + Own.tiny]! += this.tiny;
    const talker = side === 0 ? 0 : State.talker;
    const first = isFirst ? State.firstA << side : 0;
    return (state & ~State.talker) | State.talked | State.lastData | talker | first;
  }
}

const WINDOW_SEEN = State.windowA | (State.windowA << 1);

/** The edge moved back by more than scaling explains. */
export const isShrunk = (edge: number, before: number, slack: number): boolean => seqDiff(before, edge) > slack;
