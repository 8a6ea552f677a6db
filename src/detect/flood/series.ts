/** Attempts by the time at which they began, and the rates read off them. */
import { type Clock, isFailed } from './attempts.ts';
import { MAX_SERIES_SECONDS, type Series, widthFor } from './change-point.ts';
import type { Columns } from './columns.ts';

/** Seconds of an interval of a sample, at least: in shorter ones a single SYN would stand out. */
export const SAMPLED_WIDTH = 1;

/** `leastWidth`: seconds that an interval has at least. */
export function seriesOf(clock: Clock, columns: Columns, leastWidth = 0): Series {
  const { at, kind } = columns;
  const { from, seconds } = windowOf(clock, columns);
  const width = Math.max(leastWidth, widthFor(seconds));
  const length = Math.max(1, Math.floor(seconds / width) + 1);
  const failed = new Float64Array(length);
  const completed = new Float64Array(length);
  for (let i = 0; i < at.length; i++) {
    const slot = Math.floor((at[i]! - from) / width);
    if (slot < 0 || slot >= length) continue;
    if (isFailed(kind[i]!)) failed[slot]! += 1;
    else completed[slot]! += 1;
  }
  return { width, from, failed, completed };
}

/**
 * The capture; of one that is longer than a series can be the stretch with the most failed attempts. A single frame with a
 * wrong time makes a capture of many years, and must not hide what happened in a minute of it.
 */
function windowOf(clock: Clock, { at, kind }: Columns): { from: number; seconds: number } {
  if (clock.end <= MAX_SERIES_SECONDS) return { from: 0, seconds: clock.end };
  // Stretches that overlap by half, so that what lies across the border of two is whole in another.
  const half = MAX_SERIES_SECONDS / 2;
  const counts = new Uint32Array(Math.floor(clock.end / half) + 2);
  for (let i = 0; i < at.length; i++) if (isFailed(kind[i]!)) counts[Math.max(0, Math.floor(at[i]! / half))]! += 1;
  let best = 0;
  const inBoth = (place: number): number => counts[place]! + counts[place + 1]!;
  for (let place = 1; place + 1 < counts.length; place++) if (inBoth(place) > inBoth(best)) best = place;
  return { from: best * half, seconds: Math.min(MAX_SERIES_SECONDS, clock.end - best * half) };
}

/** Failed ones a second, in the fullest stretch of so many seconds, or interval where those are longer. */
export function peakOf({ failed, width }: Series, first: number, last: number, seconds: number): number {
  const span = Math.max(1, Math.round(seconds / width));
  let sum = 0;
  let most = 0;
  for (let i = first; i <= last; i++) {
    sum += failed[i]! - (i - span >= first ? failed[i - span]! : 0);
    most = Math.max(most, sum);
  }
  return most / (Math.min(span, last - first + 1) * width);
}

export const completedIn = ({ completed }: Series): number => completed.reduce((sum, n) => sum + n, 0);

/** Of a sample: SYNs beyond those of connections that were used, of which it has more frames than SYNs. */
export const beyondUse = ({ failed, completed, ...rest }: Series): Series => ({
  ...rest,
  failed: failed.map((syns, i) => Math.max(0, syns - completed[i]!)),
  completed,
});
