/**
 * Bytes that are written once and read again at the end of a run: the first few megabytes stay in memory, the rest goes to
 * a file in the folder for temporary files, which has no name any more as soon as it is open and is readable for nobody else.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PAGE = 65_536;
/** Pages that stay in memory, and pages of the file that are kept when they were read. */
const MEMORY_PAGES = 64;
const CACHED_PAGES = 64;
/** The same where no file can be written. */
const MAX_MEMORY_PAGES = 4096;
/** 64 GiB. */
const MAX_PAGES = 1_048_576;

export class Spool {
  /** Those in memory, by number: the first ones, the one that is written, and all that the file did not take. */
  readonly #pages = new Map<number, Buffer>();
  #page: Buffer = Buffer.allocUnsafe(PAGE);
  #count = 0;
  #used = 0;
  /** Null before there is one. */
  #file: number | null = null;
  #hasFile = true;
  readonly #cached = new Map<number, Buffer>();
  limitReached = false;

  /** Where the bytes begin; -1 where there was no room for them. */
  append(bytes: Uint8Array, length: number): number {
    const pages = Math.ceil((this.#used + length) / PAGE);
    const inMemory = this.#hasFile ? 0 : this.#pages.size + pages;
    if (this.#count + pages > MAX_PAGES || inMemory > MAX_MEMORY_PAGES) {
      this.limitReached = true;
      return -1;
    }
    const start = this.#count * PAGE + this.#used;
    for (let at = 0; at < length;) {
      const step = Math.min(length - at, PAGE - this.#used);
      this.#page.set(bytes.subarray(at, at + step), this.#used);
      at += step;
      this.#used += step;
      if (this.#used === PAGE) this.#turn();
    }
    return start;
  }

  /** `length` bytes from `start` on, into `target`. */
  read(start: number, length: number, target: Uint8Array): void {
    for (let at = 0; at < length;) {
      const page = Math.floor((start + at) / PAGE);
      const from = start + at - page * PAGE;
      const step = Math.min(length - at, PAGE - from);
      target.set(this.#pageOf(page).subarray(from, from + step), at);
      at += step;
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** The page is full. */
  #turn(): void {
    const number = this.#count++;
    this.#used = 0;
    if (number >= MEMORY_PAGES && this.#write(number)) return;
    this.#pages.set(number, this.#page);
    this.#page = Buffer.allocUnsafe(PAGE);
  }

  #write(number: number): boolean {
    if (!this.#hasFile) return false;
    try {
      this.#file ??= openNameless();
      for (let at = 0; at < PAGE;) at += writeSync(this.#file, this.#page, at, PAGE - at, number * PAGE + at);
    } catch {
      // No room, or no folder: memory has to do.
      this.#hasFile = false;
    }
    return this.#hasFile;
  }

  #pageOf(number: number): Buffer {
    if (number === this.#count) return this.#page;
    const known = this.#pages.get(number) ?? this.#cached.get(number);
    if (known !== undefined) return known;
    let page: Buffer | null = null;
    if (this.#cached.size >= CACHED_PAGES) {
      for (const [oldest, each] of this.#cached) {
        this.#cached.delete(oldest);
        page = each;
        break;
      }
    }
    page ??= Buffer.allocUnsafe(PAGE);
    for (let at = 0; at < PAGE;) {
      const read = readSync(this.#file!, page, at, PAGE - at, number * PAGE + at);
      if (read === 0) throw new Error('the temporary file is shorter than what was written to it');
      at += read;
    }
    this.#cached.set(number, page);
    return page;
  }
}

/** In a folder of its own, so that nobody can have put anything in its place. */
function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'synoptic-'));
  try {
    return openSync(join(folder, 'rows'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
