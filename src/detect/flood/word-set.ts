/** A set of 32-bit words that nobody can make slow by choosing them: sorted once, then searched. */
export class WordSet {
  readonly #words: Int32Array;
  readonly size: number;

  constructor(words: Int32Array) {
    const sorted = words.toSorted();
    let size = 0;
    for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[size++] = sorted[i]!;
    this.#words = sorted;
    this.size = size;
  }

  has(word: number): boolean {
    return this.indexOf(word) >= 0;
  }

  /** Place among the sorted words, -1 for none. */
  indexOf(word: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#words[middle]! < word) low = middle + 1;
      else high = middle;
    }
    return low < this.size && this.#words[low] === word ? low : -1;
  }
}
