/** First in, first out, in constant time each. */

/** Entries that are out, after which their room is given back. */
const COMPACT_EVERY = 4096;

export class Queue<Each> {
  #all: Each[] = [];
  /** Those before it are out. */
  #head = 0;

  get size(): number {
    return this.#all.length - this.#head;
  }

  get first(): Each | undefined {
    return this.#all[this.#head];
  }

  push(each: Each): void {
    this.#all.push(each);
  }

  /** Of a queue that is not empty. */
  shift(): Each {
    const first = this.#all[this.#head++]!;
    if (this.#head >= COMPACT_EVERY && 2 * this.#head >= this.#all.length) {
      this.#all = this.#all.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }
}
