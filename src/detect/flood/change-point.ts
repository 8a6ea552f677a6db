/**
 * When an attack began and ended: a one-sided CUSUM (Page 1954) over failed handshakes per interval. The expected number is
 * the capture's own: the lower quartile of the intervals, and no more than complete there, since where nothing ever
 * completes nothing is usual.
 */
import { type Thresholds, leastOf } from './thresholds.ts';

/** Attempts by the time at which they began. */
export interface Series {
  /** Seconds of one interval. */
  readonly width: number;
  /** Of the first one's beginning, seconds from the capture's. */
  readonly from: number;
  readonly failed: Float64Array;
  readonly completed: Float64Array;
}

/** An interval of excess, as indexes into the series, both inclusive. */
interface Phase {
  readonly first: number;
  readonly last: number;
}

export interface Change {
  readonly phases: readonly Phase[];
  /** Failed handshakes an interval that are usual, and those that are let pass. */
  readonly usual: number;
  readonly slack: number;
  /** The greatest sum, in handshakes beyond the slack. */
  readonly peakSum: number;
}

/** Widths of an interval in seconds; the finest that makes at most so many of the capture. The last one always does. */
const WIDTHS = [0.1, 0.2, 0.5];
const WIDEST = 1;
const MAX_INTERVALS = 6000;
/** Seconds that a series covers at most, eleven days: an onset is told to the second however long the capture is. */
export const MAX_SERIES_SECONDS = 1_000_000;

/** `seconds` are not more than a series covers. */
export const widthFor = (seconds: number): number => WIDTHS.find((width) => seconds / width <= MAX_INTERVALS) ?? WIDEST;

export function findChange(series: Series, thresholds: Thresholds): Change {
  const { failed, width } = series;
  const { ratePerSecond, quietSeconds, sampling } = thresholds;
  const handshakes = leastOf(thresholds);
  const usual = usualOf(series);
  // A single SYN of a sample is nothing yet.
  const least = sampling === 1 ? ratePerSecond * width : Math.max(1, (ratePerSecond * width) / sampling);
  const slack = usual + 3 * Math.sqrt(usual) + least;
  const phases: Phase[] = [];
  let sum = 0;
  let peakSum = 0;
  let first = -1;
  let last = -1;
  let alarmed = false;
  const close = (): void => {
    if (alarmed) phases.push({ first, last });
    sum = 0;
    alarmed = false;
  };
  for (let i = 0; i < failed.length; i++) {
    if (sum > 0 && (i - last) * width > quietSeconds) close();
    const excess = failed[i]! - slack;
    if (sum === 0 && excess > 0) first = i;
    if (excess > 0) last = i;
    // Once alarmed, only silence ends it: a sum that falls slowly would hide the end.
    sum = alarmed ? Math.max(sum + excess, Number.MIN_VALUE) : Math.max(0, sum + excess);
    peakSum = Math.max(peakSum, sum);
    if (sum >= handshakes) alarmed = true;
  }
  close();
  return { phases, usual, slack, peakSum };
}

function usualOf({ failed, completed }: Series): number {
  const sorted = failed.toSorted();
  const quartile = sorted[Math.floor(sorted.length / 4)] ?? 0;
  const mean = completed.reduce((total, n) => total + n, 0) / Math.max(1, completed.length);
  return Math.min(quartile, mean);
}
