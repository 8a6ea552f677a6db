/** When something was seen: a frame and its time, kept. */
import type { Arrival } from '../stream/segment.ts';

/** A copy: what the stream hands over is filled in again. */
export const arrivalOf = ({ frame, seconds, nanoseconds }: Arrival): Arrival => ({ frame, seconds, nanoseconds });

/** Seconds from `a` to `b`, exact to the nanosecond up to 97 days; negative when `b` is earlier. */
export const between = (a: Arrival, b: Arrival): number =>
  ((b.seconds - a.seconds) * 1e9 + (b.nanoseconds - a.nanoseconds)) / 1e9;

/** Seconds from `a` to `b`; 0 when `b` is earlier. */
export const sinceThen = (a: Arrival, b: Arrival): number => Math.max(0, between(a, b));
