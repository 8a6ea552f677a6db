/** Sorts 32-bit words as unsigned numbers, in place: three passes of eleven bits, whatever the words are. */

const BITS = 11;
const BUCKETS = 1 << BITS;
const PASSES = 3;
/** Shorter lists are not worth the counting. */
const FEW = 4096;

export function sortWords(words: Int32Array): void {
  if (words.length <= FEW) {
    new Uint32Array(words.buffer, words.byteOffset, words.length).sort();
    return;
  }
  let from: Int32Array = words;
  let to: Int32Array = new Int32Array(words.length);
  for (let pass = 0; pass < PASSES; pass++) {
    scatter(from, to, pass * BITS);
    [from, to] = [to, from];
  }
  if (from !== words) words.set(from);
}

function scatter(from: Int32Array, to: Int32Array, shift: number): void {
  const next = new Int32Array(BUCKETS);
  for (let i = 0; i < from.length; i++) next[(from[i]! >>> shift) & (BUCKETS - 1)]! += 1;
  let place = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = next[bucket]!;
    next[bucket] = place;
    place += count;
  }
  for (let i = 0; i < from.length; i++) {
    const word = from[i]!;
    const bucket = (word >>> shift) & (BUCKETS - 1);
    to[next[bucket]!] = word;
    next[bucket]! += 1;
  }
}
