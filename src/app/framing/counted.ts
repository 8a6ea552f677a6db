/**
 * Framings that know a message's length before its end: a fixed length, or a header that says it. A header is gathered
 * byte by byte, the rest is counted.
 */
import type { Fields } from '../decoder.ts';
import { type Boundaries, type Framer, type FramerFactory, NO_FIELDS } from './framer.ts';

/** What a header says: a message of so many bytes (its own included), or so many bytes that are none. */
export interface Verdict {
  readonly length: number;
  readonly fields: Fields;
  readonly problem?: 'too-long' | 'corrupted';
  readonly text?: string;
}

/** Reads the header of which `bytes` are known so far; null when more are needed. */
type ReadHeader = (bytes: readonly number[]) => Verdict | null;

export const counted =
  (readHeader: ReadHeader): FramerFactory =>
  (found) =>
    new CountedFramer(found, readHeader);

export function fixed(length: number): FramerFactory {
  const verdict: Verdict = { length, fields: NO_FIELDS };
  return counted(() => verdict);
}

class CountedFramer implements Framer {
  readonly #found: Boundaries;
  readonly #readHeader: ReadHeader;
  readonly #header: number[] = [];
  /** Start of what is in the making, and where it ends once that is known. */
  #start = 0;
  #end = -1;
  #at = 0;
  #verdict: Verdict | null = null;
  /** The boundary was lost in a gap: nothing can be said of what follows. */
  #lost = false;

  constructor(found: Boundaries, readHeader: ReadHeader) {
    this.#found = found;
    this.#readHeader = readHeader;
  }

  /** What is discarded is no message. */
  get pending(): number | null {
    return !this.#lost && this.#at > this.#start && this.#verdict?.problem === undefined ? this.#start : null;
  }

  push(bytes: Uint8Array, offset: number): void {
    if (this.#lost) return;
    for (let i = 0; i < bytes.length;) {
      if (this.#verdict === null) {
        this.#header.push(bytes[i++]!);
        this.#at = offset + i;
        this.#judge();
      } else {
        i += Math.min(bytes.length - i, this.#end - this.#at);
        this.#at = offset + i;
        this.#close();
      }
    }
  }

  /** A gap inside of a message whose length is known takes nothing but its bytes. */
  gap(offset: number, length: number): void {
    if (this.#lost) return;
    const end = offset + length;
    if (this.#verdict !== null) {
      this.#at = Math.min(end, this.#end);
      this.#close();
    }
    if (this.#at === this.#start) this.#skip(end);
    this.#at = end;
    if (this.#verdict !== null || this.#start === end) return;
    this.#lost = true;
    this.#found.problem(this.#start, end, 'gap', 'the header of the next message is not in the capture');
  }

  /** Messages of a fixed length that are in a gap with all their bytes. */
  #skip(end: number): void {
    this.#judge();
    if (this.#verdict === null) return;
    const { length } = this.#verdict;
    const skipped = Math.floor((end - this.#start) / length) * length;
    if (skipped === 0) return;
    this.#found.problem(this.#start, this.#start + skipped, 'gap', 'whole messages are not in the capture');
    this.#start += skipped;
    this.#end = this.#start + length;
    if (this.#start === end) this.#verdict = null;
  }

  end(): void {}

  /** What Netty would throw is told where it would throw it, before the bytes that it discards have come. */
  #judge(): void {
    this.#verdict = this.#readHeader(this.#header);
    if (this.#verdict === null) return;
    const { length, problem, text = '' } = this.#verdict;
    this.#end = this.#start + length;
    if (problem !== undefined) this.#found.problem(this.#start, this.#end, problem, text);
    this.#close();
  }

  #close(): void {
    if (this.#verdict === null || this.#at < this.#end || this.#at === this.#start) return;
    const { fields, problem } = this.#verdict;
    if (problem === undefined) this.#found.message(this.#start, this.#end, fields);
    this.#start = this.#end;
    this.#header.length = 0;
    this.#verdict = null;
  }
}
