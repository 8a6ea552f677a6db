/** Sorts 32-bit words as unsigned numbers: three passes of eleven bits, whatever the words are. */

const BITS = 11;
const BUCKETS = 1 << BITS;
const PASSES = 3;
/** Shorter lists are not worth the counting. */
const FEW = 4096;

/** In place. */
export function sortWords(words: Int32Array): void {
  if (words.length <= FEW) {
    new Uint32Array(words.buffer, words.byteOffset, words.length).sort();
    return;
  }
  const next = placesOf(words);
  let from: Int32Array = words;
  let to: Int32Array = new Int32Array(words.length);
  for (let pass = 0; pass < PASSES; pass++) {
    scatter(from, to, next[pass]!, pass * BITS);
    [from, to] = [to, from];
  }
  if (from !== words) words.set(from);
}

/** Words in order, and with each of them its companion; those of equal words stay in their order. Both arrays are used up. */
export function sortPairs(words: Int32Array, companions: Int32Array): [words: Int32Array, companions: Int32Array] {
  const next = placesOf(words);
  let from = words;
  let to: Int32Array = new Int32Array(words.length);
  let beside = companions;
  let spare: Int32Array = new Int32Array(words.length);
  for (let pass = 0; pass < PASSES; pass++) {
    scatterPairs(from, to, beside, spare, next[pass]!, pass * BITS);
    [from, to] = [to, from];
    [beside, spare] = [spare, beside];
  }
  return [from, beside];
}

/** For each pass: where the words of each bucket begin. One walk counts for all passes, since no pass changes the words. */
function placesOf(words: Int32Array): Int32Array[] {
  const counts = Array.from({ length: PASSES }, () => new Int32Array(BUCKETS));
  const [low, middle, high] = counts as [Int32Array, Int32Array, Int32Array];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    low[word & (BUCKETS - 1)]! += 1;
    middle[(word >>> BITS) & (BUCKETS - 1)]! += 1;
    high[word >>> (2 * BITS)]! += 1;
  }
  for (const next of counts) {
    let place = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = next[bucket]!;
      next[bucket] = place;
      place += count;
    }
  }
  return counts;
}

function scatter(from: Int32Array, to: Int32Array, next: Int32Array, shift: number): void {
  for (let i = 0; i < from.length; i++) {
    const word = from[i]!;
    const bucket = (word >>> shift) & (BUCKETS - 1);
    to[next[bucket]!] = word;
    next[bucket]! += 1;
  }
}

function scatterPairs(
  from: Int32Array,
  to: Int32Array,
  beside: Int32Array,
  spare: Int32Array,
  next: Int32Array,
  shift: number,
): void {
  for (let i = 0; i < from.length; i++) {
    const word = from[i]!;
    const bucket = (word >>> shift) & (BUCKETS - 1);
    const place = next[bucket]!;
    to[place] = word;
    spare[place] = beside[i]!;
    next[bucket] = place + 1;
  }
}
