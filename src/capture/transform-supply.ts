/**
 * Bytes behind a Node decompressor (gzip, zstd). Enters: compressed bytes. Leaves: decompressed ones, a bounded amount
 * ahead of the reader. A stream that is cut or corrupt gives everything before that, then ends with `trouble`.
 */
import type { Transform } from 'node:stream';
import { ChunkList } from './chunk-list.ts';
import { COMPRESSED_CHUNK_BYTES, MAX_INFLATED_BYTES } from './limits.ts';
import type { ByteSupply, Trouble } from './supply.ts';

export interface TransformPlan {
  /** Name for messages. */
  readonly name: string;
  readonly create: () => Transform;
  /** The compressed bytes once more from the start, or null where that cannot be (a pipe). */
  readonly reopen: (() => ByteSupply) | null;
}

export class TransformSupply implements ByteSupply {
  trouble: Trouble | null = null;
  readonly #plan: TransformPlan;
  readonly #source: ByteSupply;
  /** From this compressed byte on, bytes are given one by one. */
  readonly #fineFrom: number;
  readonly #transform: Transform;
  readonly #input = new Uint8Array(COMPRESSED_CHUNK_BYTES);
  readonly #output = new ChunkList();
  /** Compressed bytes given to the decompressor before the chunk that it works on. */
  #given = 0;
  #chunkSize = 0;
  #delivered = 0;
  #working = false;
  #finishing = false;
  #ended = false;
  #wake: (() => void) | null = null;
  /** After an error: a second, careful pass over the same bytes. */
  #salvage: TransformSupply | null = null;

  constructor(plan: TransformPlan, source: ByteSupply, fineFrom = Number.POSITIVE_INFINITY) {
    this.#plan = plan;
    this.#source = source;
    this.#fineFrom = fineFrom;
    this.#transform = plan.create();
    this.#transform.on('data', (chunk: Uint8Array) => this.#add(chunk));
    this.#transform.on('end', () => this.#end(source.trouble));
    this.#transform.on('error', (error) => this.#fail(error));
  }

  get consumed(): number {
    return this.#source.consumed;
  }

  get size(): number | null {
    return this.#source.size;
  }

  async read(target: Uint8Array, from: number, to: number): Promise<number> {
    while (this.#output.length === 0 && !this.#ended) await this.#advance();
    if (this.#output.length === 0 && this.#salvage !== null) return this.#readSalvage(target, from, to);
    const count = this.#output.take(target, from, to);
    this.#delivered += count;
    if (this.#output.length < MAX_INFLATED_BYTES) this.#transform.resume();
    return count;
  }

  close(): void {
    this.#transform.destroy();
    this.#source.close();
    this.#salvage?.close();
    this.#end(this.trouble);
  }

  /** Gives the decompressor its next chunk, or waits for what it does with the last one. */
  async #advance(): Promise<void> {
    if (this.#working || this.#finishing) return this.#event();
    const count = await this.#source.read(this.#input, 0, this.#chunkLimit());
    if (this.#ended) return undefined;
    this.#given += this.#chunkSize;
    this.#chunkSize = count;
    if (count === 0) {
      this.#finishing = true;
      this.#transform.end();
      return undefined;
    }
    this.#working = true;
    this.#transform.write(this.#input.subarray(0, count), () => {
      this.#working = false;
      this.#wake?.();
    });
    return undefined;
  }

  #chunkLimit(): number {
    const before = this.#fineFrom - this.#given - this.#chunkSize;
    return Math.max(1, Math.min(this.#input.length, before));
  }

  #add(chunk: Uint8Array): void {
    this.#output.add(chunk);
    if (this.#output.length >= MAX_INFLATED_BYTES) this.#transform.pause();
    this.#wake?.();
  }

  #fail(error: Error): void {
    const { name, reopen } = this.#plan;
    // zlib reports an input that ends too early only when it is told that this was the end.
    if (this.#finishing) {
      const expected = `the end of the ${name} stream`;
      return this.#end(
        this.#source.trouble ?? { what: `${name} stream cut short`, expected, found: 'the end of the input' },
      );
    }
    // What was decompressed of the chunk with the error in it is lost. Byte by byte, it is not.
    if (reopen !== null && this.#fineFrom === Number.POSITIVE_INFINITY) {
      this.#salvage = new TransformSupply({ ...this.#plan, reopen: null }, reopen(), this.#given);
    }
    return this.#end({ what: `${name} stream corrupt`, expected: `valid ${name} data`, found: error.message });
  }

  #end(trouble: Trouble | null): void {
    this.trouble ??= trouble;
    this.#ended = true;
    this.#wake?.();
  }

  async #readSalvage(target: Uint8Array, from: number, to: number): Promise<number> {
    const salvage = this.#salvage!;
    const skipped = new Uint8Array(COMPRESSED_CHUNK_BYTES);
    while (this.#delivered > 0) {
      const count = await salvage.read(skipped, 0, Math.min(skipped.length, this.#delivered));
      if (count === 0) break;
      this.#delivered -= count;
    }
    return salvage.read(target, from, to);
  }

  #event(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }
}
