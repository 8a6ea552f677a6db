/**
 * What is remembered of an end whose segments were lost, resent or overtaken: 1,056 bytes, from its first duplicate ACK,
 * hole or old segment on. All other ends have none.
 */
import { Arena } from '../../bytes/arena.ts';
import { MAX_RECOVERING_ENDS } from '../limits.ts';
import { Events } from './events.ts';

/** Words of a row. Times are pairs: seconds, then nanoseconds. */
export const At = {
  /** See `State`. */
  state: 0,
  /** Duplicate ACKs in a row, the number that they acknowledge, and when the first, third and newest one came. */
  duplicates: 1,
  duplicateAck: 2,
  firstFrame: 3,
  firstTime: 4,
  thirdFrame: 6,
  thirdTime: 7,
  newestFrame: 9,
  newestTime: 10,
  /** When the peer last acknowledged something new, before those. */
  progressTime: 12,
  /** Behind the highest number in a SACK block. */
  highSack: 14,
  /** Behind the highest number sent when the recovery began: it ends when that is acknowledged. */
  recoverPoint: 15,
  startTime: 16,
  /** The newest segment that was sent again. */
  resentTime: 18,
  resentCause: 20,
  /** Timeouts in a row, and the number that waited to be acknowledged meanwhile. */
  step: 21,
  edge: 22,
  /** The highest number that was acknowledged, beyond all that the end was seen to send. */
  unseenAck: 23,
  /** Segments too large for the path, perhaps: see `stuck.ts`. */
  stuckSequence: 24,
  stuckLength: 25,
  stuckTimes: 26,
  stuckFrame: 27,
  stuckAnswers: 28,
  shrunkTo: 29,
  /** Kept events: the newest, and how many. */
  event: 30,
  events: 31,
  /** Counts, by cause from 1 on; see `causes.ts`. */
  count: 32,
  spurious: 43,
  /** Sent again, and never seen before. */
  beforeTap: 44,
  /** Sent again, seen before, and not spurious. Corrected when a proof comes. */
  afterTap: 45,
  networkDuplicates: 46,
  gaps: 47,
  /** Most segments and bytes that overtook one. */
  overtakenBy: 48,
  overtakenBytes: 49,
  /** Next place in the ring of resends; holes in use. */
  ringAt: 50,
  holes: 51,
  /** Doubles from here on. */
  doubles: 52,
  /**
   * Segments that others overtook behind the point of capture, as their receiver reports: how many, the most segments and bytes
   * that overtook one, and the first report.
   */
  behind: 256,
  behindSegments: 257,
  behindBytes: 258,
  behindFrame: 259,
} as const;

/** Offsets in doubles from `At.doubles`; nanoseconds and bytes. */
export const Sum = {
  resentBytes: 0,
  gapBytes: 1,
  recovery: 2,
  timeouts: 3,
  longest: 4,
  overtaken: 5,
  behind: 104,
} as const;

/** Bits of `At.state`. */
export const State = {
  /** A recovery is under way: it began at `startTime`. */
  open: 1,
  /** It is one of the retransmission timer. */
  timeout: 2,
  /** `highSack` is set. */
  sacked: 4,
  /** `resentTime` is set. */
  resent: 8,
  /** Holes were joined for want of room, with what was seen between them. */
  forgot: 16,
  /** `recoverPoint` is set. */
  point: 32,
  /** It began with a probe of the tail, and nothing was reported since. */
  probe: 64,
  /** The receiver sends SACK blocks. */
  sackSeen: 128,
  /** `unseenAck` is set. */
  unseen: 512,
  /** The first ACK of a segment that was sent again is still to come. */
  echoDue: 1024,
  /** All that the end sent had been captured in order when the first of its duplicate ACKs came. */
  ordered: 2048,
  /** Smaller segments came through where a large one did not. */
  shrunk: 256,
} as const;

/** Room behind the head for holes (`holes.ts`) and for segments that were sent again (`resends.ts`). */
export const HOLES_AT = 64;
export const MAX_HOLES = 16;
export const HOLE_WORDS = 5;
export const RING_AT = HOLES_AT + MAX_HOLES * HOLE_WORDS;
export const RING = 14;
export const RING_WORDS = 8;
/** Doubles stand at even places: `Sum.behind` is at word 260. */
const WORDS = 264;

export class RecoveryRows {
  readonly #store = new Arena(WORDS * 4 * 64);
  words: Int32Array = this.#store.i32;
  doubles: Float64Array = this.#store.f64;
  readonly events = new Events();
  #count = 0;
  limitReached = false;

  /** Number of a new row, counted from 1; 0 when there is no room. */
  add(): number {
    if (this.#count >= MAX_RECOVERING_ENDS || !this.#store.ensure((this.#count + 1) * WORDS * 4)) {
      this.limitReached = true;
      return 0;
    }
    this.words = this.#store.i32;
    this.doubles = this.#store.f64;
    return ++this.#count;
  }

  /** Adds to a sum of the row at `r`. */
  sum(r: number, which: number, amount: number): void {
    this.doubles[(r + At.doubles) / 2 + which]! += amount;
  }

  /** Keeps the greatest. */
  most(r: number, which: number, amount: number): void {
    const at = (r + At.doubles) / 2 + which;
    if (amount > this.doubles[at]!) this.doubles[at] = amount;
  }

  total(r: number, which: number): number {
    return this.doubles[(r + At.doubles) / 2 + which]!;
  }
}

/** Offset in `words` of a row; `row` is above 0. */
export const offsetOf = (row: number): number => (row - 1) * WORDS;
