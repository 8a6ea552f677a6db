const FILTER_BITS = 1 << 16;
const bitOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> 16;

/**
 * A set of 32-bit words that nobody can make slow by choosing them: sorted once, then searched. In front of the search is a
 * filter of bits, which most words that are not in the set do not pass.
 */
export class WordSet {
  readonly #words: Int32Array;
  readonly #filter = new Uint8Array(FILTER_BITS / 8);
  readonly size: number;

  constructor(words: Int32Array) {
    const sorted = words.toSorted();
    let size = 0;
    for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[size++] = sorted[i]!;
    for (let i = 0; i < size; i++) this.#filter[bitOf(sorted[i]!) >>> 3]! |= 1 << (bitOf(sorted[i]!) & 7);
    this.#words = sorted;
    this.size = size;
  }

  /** The word at a place among the sorted ones. */
  word(place: number): number {
    return this.#words[place]!;
  }

  has(word: number): boolean {
    return this.indexOf(word) >= 0;
  }

  /** Place among the sorted words, -1 for none. */
  indexOf(word: number): number {
    const bit = bitOf(word);
    if ((this.#filter[bit >>> 3]! & (1 << (bit & 7))) === 0) return -1;
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#words[middle]! < word) low = middle + 1;
      else high = middle;
    }
    return low < this.size && this.#words[low] === word ? low : -1;
  }
}
