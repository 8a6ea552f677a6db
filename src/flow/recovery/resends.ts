/** The newest segments that an end sent again: what later ACKs prove of them is noted here. */
import { seqDiff } from '../../bytes/sequence.ts';
import { At, RING, RING_AT, RING_WORDS } from './rows.ts';

/** Words of an entry. */
export const Resend = {
  from: 0,
  to: 1,
  /** Cause in bits 0-7, proof in 8-15, timeouts in a row in 16-23, `Told`. */
  kind: 2,
  stamp: 3,
  frame: 4,
  /** Entry in `Events`, 0 for none. */
  event: 5,
  /** How long it waited, in milliseconds. */
  wait: 6,
  /** When it was seen: microseconds, of which the highest bits are left out. */
  time: 7,
} as const;

/** What `Resend.time` holds; differences are right up to half an hour. */
export const microsecondsOf = (seconds: number, nanoseconds: number): number =>
  (seconds * 1e6 + Math.trunc(nanoseconds / 1e3)) | 0;

/** Further bits of `kind`. */
export const Told = {
  /** It carried a timestamp, and the first ACK of it will say which transmission that answers. */
  stamped: 1 << 24,
  /** The capture saw it being sent before. */
  seen: 1 << 25,
  /** The entry is in use. */
  used: 1 << 26,
  /** It was all that was not acknowledged. */
  alone: 1 << 27,
  /** It counts as lost before or behind the point of capture. */
  placed: 1 << 28,
  /** Its receiver reported it as a duplicate. */
  reported: 1 << 29,
} as const;

export const causeOf = (kind: number): number => kind & 255;
export const proofOf = (kind: number): number => (kind >>> 8) & 255;
export const stepOf = (kind: number): number => (kind >>> 16) & 255;
export const withProof = (kind: number, proof: number): number => (kind & ~0xff00) | (proof << 8);

const placeOf = (r: number, i: number): number => r + RING_AT + i * RING_WORDS;

/** Offset of a place for one more, which the oldest has to leave. */
export function newResend(words: Int32Array, r: number): number {
  const i = words[r + At.ringAt]!;
  words[r + At.ringAt] = (i + 1) % RING;
  return placeOf(r, i);
}

/** Offset of the newest entry that overlaps the range and `suits`; -1 for none. */
export function findResend(
  words: Int32Array,
  r: number,
  from: number,
  to: number,
  suits: (kind: number) => boolean,
): number {
  for (let n = 1; n <= RING; n++) {
    const at = placeOf(r, (words[r + At.ringAt]! + RING - n) % RING);
    if ((words[at + Resend.kind]! & Told.used) === 0) return -1;
    const overlaps = seqDiff(from, words[at + Resend.to]!) < 0 && seqDiff(to, words[at + Resend.from]!) > 0;
    if (overlaps && suits(words[at + Resend.kind]!)) return at;
  }
  return -1;
}

/** Offsets of all entries in use, the newest first, for a loop: -1 behind the last. */
export function resendAt(words: Int32Array, r: number, n: number): number {
  if (n >= RING) return -1;
  const at = placeOf(r, (words[r + At.ringAt]! + RING - 1 - n) % RING);
  return (words[at + Resend.kind]! & Told.used) === 0 ? -1 : at;
}
