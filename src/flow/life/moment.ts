/** A frame's time as two integers; differences are floating-point seconds. */

export interface Moment {
  /** Since 1970, unsigned. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

const NANO = 1_000_000_000;

/** Seconds from `a` to `b`, exact to the nanosecond up to 97 days; negative when `b` is earlier. */
export const elapsed = (a: Moment, b: Moment): number =>
  ((b.seconds - a.seconds) * NANO + (b.nanoseconds - a.nanoseconds)) / NANO;

export const isBefore = (a: Moment, b: Moment): boolean =>
  a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);

/** `moment` and so many seconds. */
export function later(moment: Moment, seconds: number): Moment {
  const nanoseconds = moment.nanoseconds + Math.round((seconds % 1) * 1e9);
  const carry = Math.floor(nanoseconds / 1e9);
  return { seconds: moment.seconds + Math.trunc(seconds) + carry, nanoseconds: nanoseconds - carry * 1e9 };
}

export const earlier = (a: Moment, b: Moment): Moment => (isBefore(b, a) ? b : a);
