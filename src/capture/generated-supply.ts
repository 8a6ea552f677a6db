/** Bytes that a decompressor of ours produces: a generator of chunks, which returns why it stopped, as a supply. */
import type { ByteSupply, Trouble } from './supply.ts';

/** A chunk is used up before the next one is asked for, so its memory may be reused. */
export type Chunks = AsyncGenerator<Uint8Array, Trouble | null>;

export class GeneratedSupply implements ByteSupply {
  trouble: Trouble | null = null;
  readonly #source: ByteSupply;
  readonly #chunks: Chunks;
  #chunk: Uint8Array = new Uint8Array(0);
  #used = 0;
  #ended = false;

  constructor(source: ByteSupply, chunks: Chunks) {
    this.#source = source;
    this.#chunks = chunks;
  }

  get consumed(): number {
    return this.#source.consumed;
  }

  get size(): number | null {
    return this.#source.size;
  }

  async read(target: Uint8Array, from: number, to: number): Promise<number> {
    while (this.#used === this.#chunk.length && !this.#ended) await this.#advance();
    const count = Math.min(this.#chunk.length - this.#used, to - from);
    target.set(this.#chunk.subarray(this.#used, this.#used + count), from);
    this.#used += count;
    return count;
  }

  close(): void {
    this.#ended = true;
    this.#source.close();
  }

  async #advance(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.trouble = next.value;
      this.#ended = true;
      return;
    }
    this.#chunk = next.value;
    this.#used = 0;
  }
}
