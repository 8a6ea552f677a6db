/**
 * When the application takes a connection from the accept queue, for the model of the listener: when it did in the
 * capture; and while nothing waited there, as fast as it ever did otherwise.
 */
import type { HalfOpen } from './half-open.ts';
import { MAX_TURNS } from './limits.ts';

/** Moments, in order, at which it takes one if one waits; seconds from the capture's beginning. */
export function turnsOf({ entries }: HalfOpen, end: number): Float64Array {
  const starts = entries.from.toSorted();
  const ends = entries.to.filter((at) => at < Infinity).toSorted();
  const pace = Math.max(paceOf(ends), end / MAX_TURNS);
  const turns: number[] = [];
  let [idleFrom, waiting, next] = [0, 0, 0];
  for (let i = 0; i <= starts.length; i++) {
    const moment = starts[i] ?? Infinity;
    for (; next < ends.length && ends[next]! <= moment; next++) {
      turns.push(ends[next]!);
      if (--waiting === 0) idleFrom = ends[next]!;
    }
    if (waiting === 0) idle(turns, idleFrom, Math.min(moment, end), pace);
    waiting++;
  }
  return Float64Array.from(turns);
}

function idle(turns: number[], from: number, until: number, pace: number): void {
  for (let at = from + pace; at < until && turns.length < 2 * MAX_TURNS; at += pace) turns.push(at);
}

/** The median pause between two that were taken; a second where there are too few. */
function paceOf(ends: Float64Array): number {
  const pauses: number[] = [];
  for (let i = 1; i < ends.length; i++) pauses.push(ends[i]! - ends[i - 1]!);
  pauses.sort((a, b) => a - b);
  return pauses[pauses.length >> 1] ?? USUAL_PACE;
}

const USUAL_PACE = 1;
