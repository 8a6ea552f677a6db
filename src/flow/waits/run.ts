/**
 * Runs of routine segments (see `analysis/routine.ts`): all of one end, all with payload or all without, none long after
 * the one before it. What is said of them is what `watch.ts` would say of each: a test holds the two together.
 */
import { nanosecondsTo } from '../../bytes/interval.ts';
import { seqDiff } from '../../bytes/sequence.ts';
import { Bit, Field, endAt } from '../analysis/rows.ts';
import { type Records, Word } from '../records.ts';
import { sinceEnd, sinceStart } from './begin.ts';
import { flightOf } from './flight.ts';
import { STALL_FLOOR_NS } from './limits.ts';
import { Share } from './names.ts';
import { Common, Own, State, Time, doublesAt, ownAt, wordsAt } from './rows.ts';
import { Gap, betweenAcks, judge, keepPending, lastSideOf, spacing } from './share.ts';
import { acknowledge, shorten, stack } from './watch.ts';
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
  /** What whoever counts the run finds: window fields, data segments, its first segment's frame, ACK and time. */
  least = 0;
  most = 0;
  segments = 0;
  firstFrame = 0;
  firstAck = 0;
  firstSeconds = 0;
  firstNanoseconds = 0;
  /** The full record; 0 where nothing is remembered of the connection. */
  #full = 0;
  #side = 0;
  #own = 0;
  #peer = 0;

  /** True when routine segments of `side` can be counted without a look at each. */
  begin(records: Records, at: number, side: number): boolean {
    const { w, waits } = records;
    const full = w[at + Word.full]!;
    const row = w[at + Word.analysis]!;
    this.leastField = 1;
    this.slack = ANYWHERE;
    this.shift = this.edge = this.#full = 0;
    if (row <= 0 || !waits.has(full)) return true;
    const state = waits.words[wordsAt(full) + Common.state]!;
    if ((state & (BUSY | (State.recoveringA << (side ^ 1)))) !== 0) return false;
    const { words } = records.analysis;
    const own = endAt(row, side);
    const bits = words[own + Field.bits]!;
    if ((bits & Bit.opening) !== 0) return false;
    this.#full = full;
    this.#side = side;
    this.#own = own;
    this.#peer = endAt(row, side ^ 1);
    if ((bits & (Bit.scaled | Bit.unscaled)) === 0 || (bits & Bit.acked) === 0) return true;
    const shift = (bits & Bit.unscaled) !== 0 ? 0 : (bits >>> Bit.shiftAt) & Bit.shiftMask;
    const mss = waits.words[ownAt(full, side ^ 1) + Own.mss]!;
    this.shift = shift;
    this.slack = (1 << shift) - 1;
    this.edge = (words[own + Field.lastAck]! + (words[own + Field.window]! << shift)) | 0;
    this.leastField = Math.max(1, (mss + (1 << shift) - 1) >> shift);
    return true;
  }

  /**
   * Takes the run in, before the record and the analysis know of it. It ends at the given moment with the given
   * acknowledgment number.
   */
  end(records: Records, at: number, lastAck: number, seconds: number, nanoseconds: number): void {
    const full = this.#full;
    if (full === 0) return;
    const { w, waits } = records;
    const side = this.#side;
    const common = wordsAt(full);
    const isData = this.segments > 0;
    const before = waits.words[common + Common.state]!;
    const follows = lastSideOf(before) === side && ((before & State.lastData) !== 0) === isData;
    const state = follows ? before : this.#turn(records, at, before, isData);
    const first = follows ? sinceEnd(w, at, seconds, nanoseconds) : this.#length(seconds, nanoseconds);
    if (first > 0) this.#addRest(records, state, isData, first);
    widen(waits.words, common, ownAt(full, side), side, this.least, this.most);
    const seen = (state & ~LAST) | (waits.words[common + Common.state]! & WINDOW_SEEN);
    const next = this.#acknowledge(seen | (side === 0 ? 0 : State.lastSide), lastAck, records);
    waits.words[common + Common.state] = isData
      ? this.#sendData(next, records, follows, w[at + Word.lastFrame]!)
      : next;
  }

  #addRest(records: Records, state: number, isData: boolean, nanoseconds: number): void {
    const { waits } = records;
    const share = this.#shareOfRest(state, records, isData);
    waits.doubles[doublesAt(this.#full) + share]! += nanoseconds;
    if (!isData && share === Share.path) keepPending(waits, this.#full, this.#side ^ 1, nanoseconds);
  }

  #length(seconds: number, nanoseconds: number): number {
    return nanosecondsTo(this.firstSeconds, this.firstNanoseconds, seconds, nanoseconds);
  }

  /** The first segment is of another end or kind than the one before it. Returns the state with what that tells. */
  #turn(records: Records, at: number, before: number, isData: boolean): number {
    const { w, waits } = records;
    const full = this.#full;
    const d = doublesAt(full);
    gap.side = this.#side;
    gap.last = w[at + Word.lastFrame]!;
    gap.isData = isData;
    gap.nanoseconds = sinceEnd(w, at, this.firstSeconds, this.firstNanoseconds);
    if ((before & (State.recoveringA << gap.side)) !== 0) {
      waits.doubles[d + Share.recovery]! += gap.nanoseconds;
      return before;
    }
    if (isData) gap.now = sinceStart(w, at, this.firstSeconds, this.firstNanoseconds);
    const state = judge(gap, before, records.analysis.words, this.#own, this.#peer, waits, full);
    waits.doubles[d + gap.tripShare]! += gap.trip;
    waits.doubles[d + gap.share]! += gap.nanoseconds - gap.trip;
    if (!isData && gap.share === Share.path) keepPending(waits, full, gap.side ^ 1, gap.nanoseconds);
    this.#measureHalf(records, before);
    return state;
  }

  #measureHalf(records: Records, before: number): void {
    const { words } = records.analysis;
    if (lastSideOf(before) === gap.side || (before & State.lastData) === 0 || gap.nanoseconds === 0) return;
    if (this.firstAck !== words[this.#peer + Field.next] || flightOf(words, this.#peer, this.#own) <= 0) return;
    shorten(records.waits.doubles, doublesAt(this.#full) + Time.half + gap.side, gap.nanoseconds);
  }

  /** What goes by between segments of one end and kind. */
  #shareOfRest(state: number, { waits, analysis }: Records, isData: boolean): number {
    if ((state & (State.recoveringA << this.#side)) !== 0) return Share.recovery;
    if (isData) return spacing(state, waits, this.#full, this.#side);
    return betweenAcks(state, analysis.words, this.#own, this.#peer);
  }

  #acknowledge(state: number, lastAck: number, { waits, analysis }: Records): number {
    const side = this.#side;
    if ((state & (State.firstA << (side ^ 1))) === 0) return state;
    return acknowledge(state, side, lastAck, analysis.words, this.#peer, waits, this.#full);
  }

  /** `last`: the frame before the run. */
  #sendData(state: number, { waits, analysis }: Records, follows: boolean, last: number): number {
    const side = this.#side;
    const row = ownAt(this.#full, side);
    waits.words[row + Own.segments]! += this.segments;
    const isFirst = (state & ((State.firstA | State.firstDoneA) << side)) === 0 && (state & State.whole) !== 0;
    if (isFirst) waits.words[row + Own.firstStart] = analysis.words[this.#own + Field.next]!;
    const talker = side === 0 ? 0 : State.talker;
    const stacked = this.segments - (follows ? 0 : 1);
    if (stacked > 0) stack(waits.words, row, stacked, follows ? last : this.firstFrame);
    return (state & ~State.talker) | State.talked | State.lastData | talker | (isFirst ? State.firstA << side : 0);
  }
}

const LAST = State.lastSide | State.lastData;
const WINDOW_SEEN = State.windowA | (State.windowA << 1);

/** The edge moved back by more than scaling explains. */
export const isShrunk = (edge: number, before: number, slack: number): boolean => seqDiff(before, edge) > slack;
