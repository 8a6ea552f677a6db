/**
 * What is remembered of the time of a connection of the full tier: a row of 344 bytes, by the number of its full record.
 * Times are nanoseconds; numbers and window fields are as on the wire.
 */
import { Arena } from '../../bytes/arena.ts';
import { Ledger } from './ledger.ts';
import { MAX_WAIT_ROWS } from './limits.ts';

const DOUBLES = 43;
const WORDS = 2 * DOUBLES;

/** Doubles of a row; those of the responder stand one behind the originator's. */
export const Time = {
  /** Eight shares, see `Share`. */
  shares: 0,
  /** Least time from a segment to this end until its answer, at the capture; 0 while not known. */
  half: 8,
  /** An ACK came late, and the next segment tells why: what it was late by, and the silence before it. */
  late: 10,
  lateGap: 11,
  /** Since the connection's start: when the window was closed. And for how long it was, in all. */
  closedAt: 12,
  closed: 14,
  /** When the round began that tells whether this end fills the window. */
  roundAt: 16,
  /** All stalls together. */
  stalled: 18,
} as const;

/** Words of a row that both ends share. */
export const Common = {
  /** See `State`. */
  state: 38,
  /** Newest entry in `WaitRows.stalls`, and how many stalls there were. */
  stalls: 39,
  stallCount: 40,
  /** Frame before the silence that `Time.lateGap` tells of. */
  lateFrame: 41,
  /** Newest entry in `WaitRows.closings`, and how many windows were closed and opened. */
  closings: 42,
  closingCount: 43,
  /** Late ACKs that small data were waiting for, what they cost in all, in microseconds, and the frame of the first. */
  delayedCount: 44,
  delayedMicroseconds: 45,
  delayedFrame: 46,
} as const;

/** Words of each end. */
export const Own = {
  /** Least and greatest window field that it sent after its SYN. */
  least: 0,
  most: 1,
  /** Segments with payload. */
  segments: 2,
  /** Behind what it had sent when it last sent something again. */
  recoverEnd: 3,
  /** How far the peer's window reached when the round began. */
  roundEdge: 4,
  /** The first flight: where it starts, its bytes and segments. */
  firstStart: 5,
  firstBytes: 6,
  firstSegments: 7,
  /** Segments whose window reached less far than that of the one before, and those with a window below one MSS. */
  shrunk: 8,
  silly: 9,
  /** The largest segment that it may send, by its peer's SYN. */
  mss: 10,
  /** How often it closed its window, and the frame that did it last. */
  closings: 11,
  closedFrame: 12,
  /** Nanoseconds that went to the path since its last data while ACKs of them came; two seconds at most. */
  pending: 13,
  /** Segments with payload right behind another one of the same end. */
  stacked: 14,
  /** The first of them that another one came right behind. */
  stackedFrame: 15,
  /** The newest ACK that let the next data go after a round in which the end filled its peer's window. */
  filledFrame: 16,
  /** A timestamp of the end, and when it came: milliseconds since the connection's start, and one; 0 for none. */
  clock: 17,
  clockAt: 18,
} as const;
const OWN_AT = 48;
const OWN_WORDS = 19;

/** Bits of `Common.state`; those of the responder stand one above the originator's. */
export const State = {
  /** The row is in use. */
  begun: 1,
  /** The last segment came from the responder; it carried payload. */
  lastSide: 1 << 1,
  lastData: 1 << 2,
  /** Somebody has sent payload; the responder was the last one. */
  talked: 1 << 3,
  talker: 1 << 4,
  /** Before the handshake is done. */
  opening: 1 << 5,
  /** A RST was sent. */
  reset: 1 << 6,
  /** See `Time.late`; it was the responder's ACK. */
  late: 1 << 7,
  lateSide: 1 << 8,
  /** This end sent something again, and waits for the ACK of what it had sent until then. */
  recoveringA: 1 << 9,
  /** This end sends as much as its peer's window takes. */
  filledA: 1 << 11,
  /** `Own.roundEdge` is set. */
  roundA: 1 << 13,
  /** Its window is closed; it was opened again, and the peer has sent no data since. */
  closedA: 1 << 15,
  reopenedA: 1 << 17,
  /** `Own.least` and `Own.most` are set. */
  windowA: 1 << 19,
  /** The first flight is on its way; it was acknowledged. */
  firstA: 1 << 21,
  firstDoneA: 1 << 23,
  /** The SYN is in the capture. */
  whole: 1 << 25,
} as const;

export class WaitRows {
  readonly #store = new Arena(DOUBLES * 8 * 128);
  doubles: Float64Array = this.#store.f64;
  words: Int32Array = this.#store.i32;
  readonly stalls = new Ledger();
  readonly closings = new Ledger();
  #rows = 0;
  #limited = false;

  get limitReached(): boolean {
    return this.#limited || this.stalls.limitReached || this.closings.limitReached;
  }

  /** Makes room for the row of full record `full`; false when there is none. */
  add(full: number): boolean {
    if (full > MAX_WAIT_ROWS || !this.#store.ensure(full * DOUBLES * 8)) {
      this.#limited = true;
      return false;
    }
    this.doubles = this.#store.f64;
    this.words = this.#store.i32;
    this.#rows = full;
    return true;
  }

  /** The row of full record `full` is there and begun. */
  has(full: number): boolean {
    return full !== 0 && full <= this.#rows && (this.words[wordsAt(full) + Common.state]! & State.begun) !== 0;
  }
}

/** Offset of a row in `WaitRows.doubles`; `full` is the connection's `Word.full`, not 0. */
export const doublesAt = (full: number): number => (full - 1) * DOUBLES;
/** The same in `WaitRows.words`. */
export const wordsAt = (full: number): number => (full - 1) * WORDS;
/** Offset in `words` of what an end has, for `Own`. */
export const ownAt = (full: number, side: number): number => wordsAt(full) + OWN_AT + side * OWN_WORDS;
