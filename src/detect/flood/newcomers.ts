/** Which attempts are the first of their source: of a flood with made-up sources nearly all, of one by bots few after a while. */
import { MAX_NEWCOMERS } from './limits.ts';
import { sortPairs } from './radix-sort.ts';

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
  const places = chosen(source, rows, step);
  const [words, order] = sortPairs(wordsAt(source, rows, places), places);
  const marks = new Uint8Array(rows.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && words[to] === words[from]) to++;
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

function wordsAt(source: Int32Array, rows: Int32Array, places: Int32Array): Int32Array {
  const words = new Int32Array(places.length);
  for (let i = 0; i < places.length; i++) words[i] = source[rows[places[i]!]!]!;
  return words;
}
