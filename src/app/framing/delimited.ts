/**
 * Framings that know a message's end when they see it: Netty's DelimiterBasedFrameDecoder and LineBasedFrameDecoder. Of
 * several delimiters the one that gives the shortest message counts; where two start at the same byte, the first named.
 */
import { type Boundaries, type Framer, type FramerFactory, NO_FIELDS } from './framer.ts';

export const delimited =
  (delimiters: readonly Uint8Array[], max: number): FramerFactory =>
  (found) =>
    new DelimitedFramer(found, delimiters, max);

const LF = Uint8Array.of(10);
const CRLF = Uint8Array.of(13, 10);

/** A carriage return alone belongs to the line. */
export const line = (max: number): FramerFactory => delimited([CRLF, LF], max);

class DelimitedFramer implements Framer {
  readonly #found: Boundaries;
  readonly #delimiters: readonly Uint8Array[];
  readonly #max: number;
  #start = 0;
  /** Bytes at the end of what came that may be the first ones of a delimiter. */
  #tail: Uint8Array = new Uint8Array(0);
  /** Offset behind the last byte. */
  #at = 0;
  /** Behind a gap: what comes up to the next delimiter is the rest of something. */
  #resuming = false;

  constructor(found: Boundaries, delimiters: readonly Uint8Array[], max: number) {
    this.#found = found;
    this.#delimiters = delimiters;
    this.#max = max;
  }

  get pending(): number | null {
    return this.#at > this.#start ? this.#start : null;
  }

  push(bytes: Uint8Array, offset: number): void {
    const from = offset - this.#tail.length;
    const all = this.#tail.length === 0 ? bytes : joined(this.#tail, bytes);
    this.#at = offset + bytes.length;
    this.#tail = all.slice(this.#scan(all, from, false));
  }

  gap(offset: number, length: number): void {
    this.#flush();
    this.#found.problem(this.#start, offset + length, 'gap', 'bytes of this message are not in the capture');
    this.#start = this.#at = offset + length;
    this.#resuming = true;
  }

  end(): void {
    this.#flush();
  }

  /** No byte more can make a longer delimiter of what came. */
  #flush(): void {
    this.#scan(this.#tail, this.#at - this.#tail.length, true);
    this.#tail = new Uint8Array(0);
  }

  /** Looks for delimiters; returns the index from which one may start that is not whole yet. */
  #scan(bytes: Uint8Array, offset: number, isAll: boolean): number {
    let at = 0;
    while (at < bytes.length) {
      const length = this.#match(bytes, at, isAll);
      if (length < 0) return at;
      if (length > 0) this.#close(offset + at, offset + at + length);
      at += Math.max(1, length);
    }
    return at;
  }

  /** Length of the delimiter at `at`; 0 where there is none, -1 where more bytes are needed to tell. */
  #match(bytes: Uint8Array, at: number, isAll: boolean): number {
    for (const delimiter of this.#delimiters) {
      let i = 0;
      while (i < delimiter.length && at + i < bytes.length && bytes[at + i] === delimiter[i]) i++;
      if (i === delimiter.length) return i;
      if (at + i === bytes.length && !isAll) return -1;
    }
    return 0;
  }

  #close(delimiterAt: number, end: number): void {
    const length = delimiterAt - this.#start;
    if (this.#resuming) this.#found.problem(this.#start, end, 'gap', 'the start of this message is not in the capture');
    else if (length <= this.#max) this.#found.message(this.#start, end, NO_FIELDS);
    else this.#found.problem(this.#start, end, 'too-long', `a message of ${length} bytes, more than ${this.#max}`);
    this.#start = end;
    this.#resuming = false;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
