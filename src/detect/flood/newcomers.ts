/** Which attempts are the first of their source: of a flood with made-up sources nearly all, of one by bots few after a while. */
import { MAX_NEWCOMERS } from './limits.ts';

const BITS = 11;
const BUCKETS = 1 << BITS;

export const Newcomer = {
  /** The source's first attempt. */
  first: 1,
  /** Its only one. */
  only: 2,
} as const;

export interface Newcomers {
  /** By place in the rows: see `Newcomer`. */
  readonly marks: Uint8Array;
  /** Only one source in so many was looked at; numbers of them are to be multiplied by it. */
  readonly step: number;
}

/** `rows` are in order of number. Beyond the limit sources are chosen by their address, all attempts of each or none. */
export function newcomersOf(source: Int32Array, rows: Int32Array, limit: number = MAX_NEWCOMERS): Newcomers {
  let step = 1;
  while (rows.length / step > limit) step *= 2;
  const order = sortedBySource(source, rows, chosen(source, rows, step));
  const wordAt = (place: number): number => source[rows[place]!]!;
  const marks = new Uint8Array(rows.length);
  for (let from = 0; from < order.length;) {
    const word = wordAt(order[from]!);
    let to = from + 1;
    while (to < order.length && wordAt(order[to]!) === word) to++;
    marks[order[from]!] = to === from + 1 ? Newcomer.first | Newcomer.only : Newcomer.first;
    from = to;
  }
  return { marks, step };
}

/** Places in the rows; `step` is a power of two. */
function chosen(source: Int32Array, rows: Int32Array, step: number): Int32Array {
  const places = new Int32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    if (step > 1 && (Math.imul(source[rows[i]!]!, 0x9e3779b1) >>> 12) % step !== 0) continue;
    places[count++] = i;
  }
  return places.subarray(0, count);
}

/** Three passes of eleven bits, whatever the words are; those of one source stay in their order. */
function sortedBySource(source: Int32Array, rows: Int32Array, places: Int32Array): Int32Array {
  let from = places;
  let to: Int32Array = new Int32Array(places.length);
  for (let shift = 0; shift < 32; shift += BITS) {
    const next = new Int32Array(BUCKETS + 1);
    for (let i = 0; i < from.length; i++) next[((source[rows[from[i]!]!]! >>> shift) & (BUCKETS - 1)) + 1]! += 1;
    for (let bucket = 0; bucket < BUCKETS; bucket++) next[bucket + 1]! += next[bucket]!;
    for (let i = 0; i < from.length; i++) {
      const bucket = (source[rows[from[i]!]!]! >>> shift) & (BUCKETS - 1);
      to[next[bucket]!] = from[i]!;
      next[bucket]! += 1;
    }
    [from, to] = [to, from];
  }
  return from;
}
