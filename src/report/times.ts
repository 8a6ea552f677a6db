/** Times and durations as documents write them: ISO 8601 in UTC with nanoseconds, and seconds as numbers. */

const NANO = 1_000_000_000;
/** Date's own range, ECMA-262 section 21.4.1.1: 8.64e12 seconds either side of 1970. */
const MAX_SECONDS = 8_640_000_000_000;

/** The second that was written last: rows of one second follow each other. */
let lastSeconds = NaN;
let lastText = '';

/** `2026-11-20T04:26:33.153913000Z`; null for a time outside what the calendar of Date can write. */
export function isoTime(seconds: number, nanoseconds: number): string | null {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > MAX_SECONDS) return null;
  if (seconds !== lastSeconds) {
    lastText = new Date(seconds * 1000).toISOString().slice(0, -5);
    lastSeconds = seconds;
  }
  return `${lastText}.${String(nanoseconds).padStart(9, '0')}Z`;
}

/** Seconds from the first to the second time, exact to the nanosecond up to 97 days. */
export function secondsBetween(s0: number, ns0: number, s1: number, ns1: number): number {
  return ((s1 - s0) * NANO + (ns1 - ns0)) / NANO;
}
