/** Chunks of bytes between what hands them out as it likes (a pipe, a decompressor) and a reader who wants so many bytes. */

export class ChunkList {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are gone. */
  #used = 0;
  /** Bytes that wait. */
  length = 0;

  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Copies what there is into `target[from, to)` and says how much. */
  take(target: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && this.#chunks.length > 0) {
      const chunk = this.#chunks[0]!;
      const count = Math.min(chunk.length - this.#used, to - at);
      target.set(chunk.subarray(this.#used, this.#used + count), at);
      at += count;
      this.#used += count;
      if (this.#used === chunk.length) {
        this.#chunks.shift();
        this.#used = 0;
      }
    }
    this.length -= at - from;
    return at - from;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#used = 0;
    this.length = 0;
  }
}
