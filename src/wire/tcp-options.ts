/** TCP options, read only when asked for (RFC 9293 section 3.2, RFC 7323, RFC 2018, RFC 7413, RFC 8684). */
import { u16be } from '../bytes/read.ts';
import { headerLength } from './tcp.ts';

const Option = {
  end: 0,
  nop: 1,
  mss: 2,
  windowScale: 3,
  sackPermitted: 4,
  timestamps: 8,
  mptcp: 30,
  fastOpen: 34,
} as const;

/** RFC 7323 section 2.3: larger shifts are used as 14. */
const MAX_WINDOW_SHIFT = 14;

/**
 * What a SYN offers, in one integer: see the accessors below. `at` is the header's offset, `end` the end of the captured
 * bytes. Options are walked once; a length below 2 or past the header ends the walk. Of repeated options the first counts.
 */
export function synOptions(view: DataView, bytes: Uint8Array, at: number, end: number): number {
  const behind = at + headerLength(bytes, at);
  const stop = Math.min(behind, end);
  let summary = behind > end ? SEEN | CUT : SEEN;
  let i = at + FIXED_HEADER;
  while (i < stop) {
    const kind = bytes[i]!;
    if (kind === Option.end) break;
    if (kind === Option.nop) {
      i++;
      continue;
    }
    const length = i + 1 < stop ? bytes[i + 1]! : 0;
    if (length < 2 || i + length > stop) break;
    summary = withOption(summary, view, kind, i, length);
    i += length;
  }
  return summary;
}

/** Larger kinds are all taken for this one. */
const MAX_KIND = 14;
const PACKED_KINDS = 8;

/** The kinds of the first eight options in their order, four bits each from the lowest on: kind + 1, and 0 behind the last. */
export function optionKinds(bytes: Uint8Array, at: number, end: number): number {
  let packed = 0;
  const stop = Math.min(at + headerLength(bytes, at), end);
  let i = at + FIXED_HEADER;
  for (let n = 0; n < PACKED_KINDS && i < stop; n++) {
    const kind = bytes[i]!;
    if (kind === Option.end) break;
    packed |= (Math.min(kind, MAX_KIND) + 1) << (4 * n);
    const length = kind === Option.nop ? 1 : i + 1 < stop ? bytes[i + 1]! : 0;
    if (length < 1 || (length < 2 && kind !== Option.nop)) break;
    i += length;
  }
  return packed;
}

function withOption(summary: number, view: DataView, kind: number, at: number, length: number): number {
  switch (kind) {
    case Option.mss:
      return length === 4 && (summary & HAS_MSS) === 0 ? summary | HAS_MSS | u16be(view, at + 2) : summary;
    case Option.windowScale: {
      if (length !== 3 || (summary & HAS_SHIFT) !== 0) return summary;
      return summary | HAS_SHIFT | (Math.min(view.getUint8(at + 2), MAX_WINDOW_SHIFT) << SHIFT_AT);
    }
    case Option.sackPermitted:
      return summary | HAS_SACK;
    case Option.timestamps:
      return summary | HAS_TIMESTAMPS;
    case Option.fastOpen:
      return summary | HAS_FAST_OPEN;
    case Option.mptcp:
      return summary | HAS_MPTCP;
    default:
      return summary;
  }
}

const FIXED_HEADER = 20;
const SHIFT_AT = 16;
const HAS_MSS = 1 << 20;
const HAS_SHIFT = 1 << 21;
const HAS_SACK = 1 << 22;
const HAS_TIMESTAMPS = 1 << 23;
const HAS_FAST_OPEN = 1 << 24;
const HAS_MPTCP = 1 << 25;
const SEEN = 1 << 26;
const CUT = 1 << 27;

/** A SYN was read, with or without options. */
export const synSeen = (summary: number): boolean => (summary & SEEN) !== 0;

/** The capture ends before the options do. */
export const wasCut = (summary: number): boolean => (summary & CUT) !== 0;

/** None of the options that a summary tells of. */
export const offersNothing = (summary: number): boolean =>
  (summary & (HAS_MSS | HAS_SACK | HAS_TIMESTAMPS | HAS_FAST_OPEN | HAS_MPTCP)) === 0;

export const offersScaleOrSack = (summary: number): boolean => (summary & (HAS_SHIFT | HAS_SACK)) !== 0;
export const offersTimestamps = (summary: number): boolean => (summary & HAS_TIMESTAMPS) !== 0;

/** Null when the option was absent. */
export const mssOf = (summary: number): number | null => ((summary & HAS_MSS) !== 0 ? summary & 0xffff : null);
export const windowShiftOf = (summary: number): number | null =>
  (summary & HAS_SHIFT) !== 0 ? (summary >> SHIFT_AT) & 15 : null;

export const offersSack = (summary: number): boolean => (summary & HAS_SACK) !== 0;

/** What a SYN offered besides size and scale, in the order of the bits. */
export const synOfferNames = ['sack', 'timestamps', 'fast-open', 'mptcp'] as const;
export type SynOffer = (typeof synOfferNames)[number];

export const hasSack = (summary: number): boolean => (summary & HAS_SACK) !== 0;

export const offersOf = (summary: number): SynOffer[] =>
  synOfferNames.filter((_, i) => (summary & (HAS_SACK << i)) !== 0);
