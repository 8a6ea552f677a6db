/** Bytes of a regular file, read without waiting: `readSync` into the caller's memory measured faster than streams. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { ByteSupply, Trouble } from './supply.ts';

export class FileSupply implements ByteSupply {
  readonly size: number;
  trouble: Trouble | null = null;
  consumed = 0;
  readonly #path: string;
  /** False for one of very many files: the file is then open only while it is read. */
  readonly #keepOpen: boolean;
  #descriptor: number | null = null;

  /** Opens the file, so that a file that cannot be opened throws here. */
  constructor(path: string, size: number, keepOpen: boolean) {
    this.#path = path;
    this.size = size;
    this.#keepOpen = keepOpen;
    this.#descriptor = openSync(path, 'r');
  }

  read(target: Uint8Array, from: number, to: number): number {
    try {
      this.#descriptor ??= openSync(this.#path, 'r');
      const count = readSync(this.#descriptor, target, from, to - from, this.consumed);
      this.consumed += count;
      if (!this.#keepOpen) this.close();
      return count;
    } catch (error) {
      this.trouble = { what: 'file could not be read', expected: 'readable bytes', found: systemErrorCode(error) };
      return 0;
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

/** The operating system's name for an error, as in `EIO`. */
export function systemErrorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
