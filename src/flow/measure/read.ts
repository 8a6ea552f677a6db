/** Where the measures of an end are, and what they say. */
import { type Records, RowWord, WORDS, Word, rowWordsOf } from '../records.ts';
import { Field, Sum, sumsOf } from './rows.ts';

/** The row of an end of the connection whose record is at `at`; -1 for none. */
export function rowOf(records: Records, at: number, side: number): number {
  const full = records.w[at + Word.full]!;
  return full === 0 ? -1 : records.rows[rowWordsOf(full, side) + RowWord.measured]! - 1;
}

/** What was measured of an end. */
export interface Measured {
  /** Bytes of payload that had been captured before. */
  readonly resentBytes: number;
  readonly maxBytesInFlight: number;
  readonly samples: number;
  /** Segments that could not be timed. */
  readonly untimed: number;
  /** Nanoseconds; 0 without samples. */
  readonly least: number;
  readonly total: number;
  readonly most: number;
  /** Frames of the ACKs that measured the least and the most; 0 without samples. */
  readonly leastFrame: number;
  readonly mostFrame: number;
  /** How closely round trips go with what was on its way (Pearson), of how many pairs. */
  readonly correlation: number;
  readonly pairs: number;
}

/** Null for an end that sent no payload, and for UDP. */
export function measuredOf(records: Records, id: number, side: number): Measured | null {
  const row = rowOf(records, id * WORDS, side);
  if (row < 0) return null;
  const { words, doubles } = records.measured.rows;
  const sums = sumsOf(row);
  return {
    resentBytes: doubles[sums + Sum.resent]!,
    maxBytesInFlight: words[row + Field.maxFlight]!,
    samples: words[row + Field.samples]! >>> 0,
    untimed: words[row + Field.untimed]! >>> 0,
    least: doubles[sums + Sum.least]!,
    total: doubles[sums + Sum.total]!,
    most: doubles[sums + Sum.most]!,
    leastFrame: words[row + Field.leastFrame]! >>> 0,
    mostFrame: words[row + Field.mostFrame]! >>> 0,
    correlation: correlationOf(doubles, sums, words[row + Field.pairs]! >>> 0),
    pairs: words[row + Field.pairs]! >>> 0,
  };
}

/** 0 where either never changes. */
function correlationOf(doubles: Float64Array, sums: number, pairs: number): number {
  const flight = doubles[sums + Sum.flight]!;
  const roundTrip = doubles[sums + Sum.roundTrip]!;
  const together = pairs * doubles[sums + Sum.product]! - flight * roundTrip;
  const flights = pairs * doubles[sums + Sum.flightSquared]! - flight * flight;
  const roundTrips = pairs * doubles[sums + Sum.roundTripSquared]! - roundTrip * roundTrip;
  return flights > 0 && roundTrips > 0 ? together / Math.sqrt(flights * roundTrips) : 0;
}
