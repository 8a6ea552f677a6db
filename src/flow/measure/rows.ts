/**
 * What is measured of an end that sent payload: one row of 136 bytes. Times are in nanoseconds; numbers are as on the wire,
 * signed.
 */
import { Arena } from '../../bytes/arena.ts';
import { MAX_MEASURED_ENDS } from '../limits.ts';

/** Words of a row, behind its doubles. */
export const Field = {
  /** Behind the highest number sent. */
  next: 18,
  /** The highest number that the peer acknowledged. */
  acked: 19,
  /** Round trips measured. */
  samples: 20,
  /** The most bytes in flight. */
  maxFlight: 21,
  /** Segments whose round trip is being measured: see `timed.ts`. Offset of the first + 1; 0 for none. */
  ring: 22,
  /** How many there is room for; 0 before there was one. */
  capacity: 23,
  head: 24,
  count: 25,
  /** Payload that the capture lacks: see `gaps.ts`. Offset + 1; 0 for none. */
  gaps: 26,
  /** See `Bit`. */
  bits: 27,
  /** Initial sequence number that the row goes with. */
  origin: 28,
  /** Segments that could not be timed, for want of room. */
  untimed: 29,
  /** `next` when the last pair was taken, and how many pairs there are: see `Sum.flight`. */
  paired: 30,
  pairs: 31,
  /** Frames of the ACKs that measured the least and the most. */
  leastFrame: 32,
  mostFrame: 33,
} as const;
const ROW_WORDS = 34;

/** Doubles of a row. */
export const Sum = {
  total: 0,
  least: 1,
  most: 2,
  resent: 3,
  /** Of round trips and what was on its way at their end, one pair for each time that something new was sent. */
  flight: 4,
  roundTrip: 5,
  product: 6,
  flightSquared: 7,
  roundTripSquared: 8,
} as const;

export const Bit = {
  /** The peer acknowledged something that this end sent. */
  answered: 1,
  /** Bytes in flight are not known: some were not captured, and no ACK came since. */
  blind: 2,
  /** Segments that wait are not all in the order of their times. */
  resends: 4,
} as const;

export class MeasuredRows {
  readonly #store = new Arena(ROW_WORDS * 4 * 256);
  words: Int32Array = this.#store.i32;
  doubles: Float64Array = this.#store.f64;
  #count = 0;
  limitReached = false;

  /** Offset in `words` of a new row; -1 when there is no room. */
  add(start: number, origin: number): number {
    if (this.#count >= MAX_MEASURED_ENDS || !this.#store.ensure((this.#count + 1) * ROW_WORDS * 4)) {
      this.limitReached = true;
      return -1;
    }
    this.words = this.#store.i32;
    this.doubles = this.#store.f64;
    const row = this.#count++ * ROW_WORDS;
    this.words[row + Field.next] = this.words[row + Field.acked] = start;
    this.words[row + Field.origin] = origin;
    return row;
  }
}

/** Offset in `doubles` of a row. */
export const sumsOf = (row: number): number => row >> 1;
