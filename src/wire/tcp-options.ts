/** TCP options, read only when asked for (RFC 9293 section 3.2, RFC 7323, RFC 2018, RFC 7413, RFC 8684). */
import { u16be } from '../bytes/read.ts';
import { headerLength } from './tcp.ts';

const Option = {
  end: 0,
  nop: 1,
  mss: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
  mptcp: 30,
  fastOpen: 34,
} as const;

/** RFC 7323 section 2.3: larger shifts are used as 14. */
const MAX_WINDOW_SHIFT = 14;

/**
 * Offset of the first option of `kind` in the header at `at`, or -1. `end` is the end of the captured bytes.
 * An option whose length is below 2 or past the header ends the search.
 */
function findOption(bytes: Uint8Array, at: number, end: number, kind: number): number {
  const stop = Math.min(at + headerLength(bytes, at), end);
  let i = at + 20;
  while (i < stop) {
    const found = bytes[i]!;
    if (found === Option.end) return -1;
    if (found === Option.nop) {
      i++;
      continue;
    }
    const length = i + 1 < stop ? bytes[i + 1]! : 0;
    if (length < 2 || i + length > stop) return -1;
    if (found === kind) return i;
    i += length;
  }
  return -1;
}

/** What a SYN offers, in one integer: see the accessors below. 0 when the header holds no options. */
export function synOptions(view: DataView, bytes: Uint8Array, at: number, end: number): number {
  let summary = 0;
  const mss = findOption(bytes, at, end, Option.mss);
  if (mss >= 0 && bytes[mss + 1] === 4) summary |= u16be(view, mss + 2) | HAS_MSS;
  const shift = findOption(bytes, at, end, Option.windowScale);
  if (shift >= 0 && bytes[shift + 1] === 3) {
    summary |= HAS_SHIFT | (Math.min(bytes[shift + 2]!, MAX_WINDOW_SHIFT) << SHIFT_AT);
  }
  if (findOption(bytes, at, end, Option.sackPermitted) >= 0) summary |= HAS_SACK;
  if (findOption(bytes, at, end, Option.timestamps) >= 0) summary |= HAS_TIMESTAMPS;
  if (findOption(bytes, at, end, Option.fastOpen) >= 0) summary |= HAS_FAST_OPEN;
  if (findOption(bytes, at, end, Option.mptcp) >= 0) summary |= HAS_MPTCP;
  return summary | SEEN;
}

const SHIFT_AT = 16;
const HAS_MSS = 1 << 20;
const HAS_SHIFT = 1 << 21;
const HAS_SACK = 1 << 22;
const HAS_TIMESTAMPS = 1 << 23;
const HAS_FAST_OPEN = 1 << 24;
const HAS_MPTCP = 1 << 25;
const SEEN = 1 << 26;

/** A SYN was read, with or without options. */
export const synSeen = (summary: number): boolean => (summary & SEEN) !== 0;

/** Null when the option was absent. */
export const mssOf = (summary: number): number | null => ((summary & HAS_MSS) !== 0 ? summary & 0xffff : null);
export const windowShiftOf = (summary: number): number | null =>
  (summary & HAS_SHIFT) !== 0 ? (summary >> SHIFT_AT) & 15 : null;
