/** Words one behind the other, in memory that doubles. */
export class GrowingWords {
  #words = new Int32Array(256);
  length = 0;

  push(word: number): void {
    if (this.length === this.#words.length) {
      const more = new Int32Array(this.length * 2);
      more.set(this.#words);
      this.#words = more;
    }
    this.#words[this.length++] = word;
  }

  /** Valid until the next `push`. */
  get words(): Int32Array {
    return this.#words.subarray(0, this.length);
  }
}
