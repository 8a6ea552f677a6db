/** Numbers that an end passed over as far as the capture shows: lost before it, still to come, or missed by it. */
import { seqDiff } from '../../bytes/sequence.ts';
import { At, HOLES_AT, HOLE_WORDS, MAX_HOLES, State } from './rows.ts';

/** Words of a hole: its ends, when it was seen, and how many frames the end had sent by then. */
export const Hole = { from: 0, to: 1, time: 2, frames: 4 } as const;

const placeOf = (r: number, i: number): number => r + HOLES_AT + i * HOLE_WORDS;

/** In place of the frames of a hole: it was counted as a gap; it takes in what was seen, so nobody knows its gaps. */
const COUNTED = -1;
const JOINED = -2;

/**
 * Remembers a hole. With too many of them it is joined to the next one below, with what was seen between them: what fills
 * a hole is sent again, and what was seen hardly is.
 */
export function addHole(
  words: Int32Array,
  r: number,
  from: number,
  to: number,
  seconds: number,
  nanoseconds: number,
  frames: number,
): void {
  if (words[r + At.holes]! >= MAX_HOLES) {
    join(words, r, from, to);
    return;
  }
  const at = placeOf(r, words[r + At.holes]!++);
  words[at + Hole.from] = from;
  words[at + Hole.to] = to;
  words[at + Hole.time] = seconds;
  words[at + Hole.time + 1] = nanoseconds;
  words[at + Hole.frames] = frames;
}

function join(words: Int32Array, r: number, from: number, to: number): void {
  let near = placeOf(r, 0);
  for (let i = 1; i < words[r + At.holes]!; i++) {
    const at = placeOf(r, i);
    if (distance(words[at + Hole.from]!, from) < distance(words[near + Hole.from]!, from)) near = at;
  }
  if (seqDiff(from, words[near + Hole.from]!) < 0) words[near + Hole.from] = from;
  if (seqDiff(to, words[near + Hole.to]!) > 0) words[near + Hole.to] = to;
  words[near + Hole.frames] = JOINED;
  words[r + At.state]! |= State.forgot;
}

/** How far a hole that begins at `from` is below `to`; those above it are farther. */
function distance(from: number, to: number): number {
  const ahead = seqDiff(to, from);
  return ahead >= 0 ? ahead : FAR - ahead;
}
const FAR = 0x80000000;

function removeHole(words: Int32Array, r: number, i: number): void {
  words.copyWithin(placeOf(r, i), placeOf(r, i + 1), placeOf(r, words[r + At.holes]!));
  words[r + At.holes]!--;
}

/** Offset of the first hole that the range from `from` to `to` lies in, in part at least; -1 for none. */
export function holeAt(words: Int32Array, r: number, from: number, to: number): number {
  for (let i = 0; i < words[r + At.holes]!; i++) {
    const at = placeOf(r, i);
    if (seqDiff(from, words[at + Hole.to]!) < 0 && seqDiff(to, words[at + Hole.from]!) > 0) return at;
  }
  return -1;
}

/** Takes a range out of the holes: it was seen. */
export function fillHoles(words: Int32Array, r: number, from: number, to: number): void {
  for (let i = words[r + At.holes]! - 1; i >= 0; i--) {
    const at = placeOf(r, i);
    const [start, end] = [words[at + Hole.from]!, words[at + Hole.to]!];
    if (seqDiff(from, end) >= 0 || seqDiff(to, start) <= 0) continue;
    const keepsStart = seqDiff(from, start) > 0;
    const keepsEnd = seqDiff(to, end) < 0;
    if (!keepsStart && !keepsEnd) removeHole(words, r, i);
    else if (!keepsStart) words[at + Hole.from] = to;
    else {
      words[at + Hole.to] = from;
      const [seconds, nanoseconds] = [words[at + Hole.time]!, words[at + Hole.time + 1]!];
      if (keepsEnd) addHole(words, r, to, end, seconds, nanoseconds, words[at + Hole.frames]!);
    }
  }
}

/** Forgets what is acknowledged: it arrived, and the capture missed it. Returns how many bytes; counts the gaps. */
export function giveUpHoles(words: Int32Array, r: number, acknowledged: number): number {
  let bytes = 0;
  for (let i = words[r + At.holes]! - 1; i >= 0; i--) {
    const at = placeOf(r, i);
    const [start, end] = [words[at + Hole.from]!, words[at + Hole.to]!];
    if (seqDiff(acknowledged, start) <= 0) continue;
    const whole = seqDiff(acknowledged, end) >= 0;
    if (words[at + Hole.frames] !== JOINED) {
      bytes += seqDiff(whole ? end : acknowledged, start);
      if (words[at + Hole.frames] !== COUNTED) words[r + At.gaps]!++;
      words[at + Hole.frames] = COUNTED;
    }
    if (whole) removeHole(words, r, i);
    else words[at + Hole.from] = acknowledged;
  }
  return bytes;
}
