/**
 * Time between two moments, each of them whole seconds since 1970 as an unsigned 32-bit word in a signed integer, and
 * nanoseconds. In one place, and so that V8 knows at once that the result may be larger than its small integers: no
 * seconds times a negative number are -0, which is none of those. It would else throw optimised code away later.
 */
const NEGATIVE_SECOND = -1e9;

/** Nanoseconds from one moment to the next; negative where that one is earlier. Exact up to 104 days. */
export const nanosecondsTo = (from: number, fromNanoseconds: number, to: number, toNanoseconds: number): number =>
  toNanoseconds - fromNanoseconds - ((to >>> 0) - (from >>> 0)) * NEGATIVE_SECOND;

/** Unsigned seconds in signed words: flipping the sign bit orders them. */
export function isBefore(seconds: number, nanoseconds: number, thanSeconds: number, thanNanoseconds: number): boolean {
  const a = seconds ^ 0x80000000;
  const b = thanSeconds ^ 0x80000000;
  return a < b || (a === b && nanoseconds < thanNanoseconds);
}
