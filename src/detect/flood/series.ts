/** Attempts by the time at which they began, and the rates read off them. */
import { type Clock, isFailed } from './attempts.ts';
import { type Series, widthFor } from './change-point.ts';
import type { Columns } from './columns.ts';

/** Seconds of an interval of a sample, at least: in shorter ones a single SYN would stand out. */
export const SAMPLED_WIDTH = 1;

/** `leastWidth`: seconds that an interval has at least. */
export function seriesOf(clock: Clock, { at, kind }: Columns, leastWidth = 0): Series {
  const width = Math.max(leastWidth, widthFor(clock.end));
  const length = Math.max(1, Math.floor(clock.end / width) + 1);
  const failed = new Float64Array(length);
  const completed = new Float64Array(length);
  for (let i = 0; i < at.length; i++) {
    const slot = Math.min(length - 1, Math.max(0, Math.floor(at[i]! / width)));
    if (isFailed(kind[i]!)) failed[slot]! += 1;
    else completed[slot]! += 1;
  }
  return { width, failed, completed };
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
export const beyondUse = ({ width, failed, completed }: Series): Series => ({
  width,
  failed: failed.map((syns, i) => Math.max(0, syns - completed[i]!)),
  completed,
});
