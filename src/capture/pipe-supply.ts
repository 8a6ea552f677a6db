/**
 * Bytes of a pipe. Enters: a Node stream. Leaves: its chunks as a supply that waits only when nothing has arrived, so
 * that live frames are seen at once; the writer waits when too much is queued.
 */
import type { Readable } from 'node:stream';
import { ChunkList } from './chunk-list.ts';
import { systemErrorCode } from './file-supply.ts';
import { MAX_QUEUED_BYTES } from './limits.ts';
import type { ByteSupply, Trouble } from './supply.ts';

export class PipeSupply implements ByteSupply {
  readonly size = null;
  trouble: Trouble | null = null;
  consumed = 0;
  readonly #stream: Readable;
  readonly #chunks = new ChunkList();
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(stream: Readable) {
    this.#stream = stream;
    // Neither says so again to a listener who comes late.
    this.#ended = stream.readableEnded || stream.destroyed;
    stream.on('data', (chunk: Uint8Array | string) => this.#add(chunk));
    stream.on('end', () => this.#end());
    stream.on('close', () => this.#end());
    stream.on('error', (error) => {
      this.trouble = { what: 'pipe could not be read', expected: 'readable bytes', found: systemErrorCode(error) };
      this.#end();
    });
  }

  read(target: Uint8Array, from: number, to: number): number | Promise<number> {
    if (this.#chunks.length > 0) return this.#take(target, from, to);
    if (this.#ended) return 0;
    return this.#arrival().then(() => this.#take(target, from, to));
  }

  close(): void {
    this.#chunks.clear();
    this.#stream.destroy();
    this.#end();
  }

  #take(target: Uint8Array, from: number, to: number): number {
    const count = this.#chunks.take(target, from, to);
    this.consumed += count;
    if (this.#chunks.length < MAX_QUEUED_BYTES && this.#stream.isPaused()) this.#stream.resume();
    return count;
  }

  #add(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk;
    if (this.#ended) return;
    this.#chunks.add(bytes);
    if (this.#chunks.length >= MAX_QUEUED_BYTES) this.#stream.pause();
    this.#wake?.();
  }

  #end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }
}
