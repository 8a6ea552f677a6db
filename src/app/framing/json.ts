/**
 * JSON values by their brackets, as Netty's JsonObjectDecoder: white space between values is skipped, and what is neither
 * that nor an opening bracket ends all: nothing can be told from there on.
 */
import { type Boundaries, type Framer, type FramerFactory, NO_FIELDS } from './framer.ts';

export const json =
  (max: number): FramerFactory =>
  (found) =>
    new JsonFramer(found, max);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
/** Character.isWhitespace of one byte. */
const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 9 && byte <= 13) || (byte >= 0x1c && byte <= 0x1f);

class JsonFramer implements Framer {
  readonly #found: Boundaries;
  readonly #max: number;
  #start = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #dead = false;

  constructor(found: Boundaries, max: number) {
    this.#found = found;
    this.#max = max;
  }

  get pending(): number | null {
    return this.#depth > 0 ? this.#start : null;
  }

  push(bytes: Uint8Array, offset: number): void {
    for (let i = 0; i < bytes.length && !this.#dead; i++) {
      const byte = bytes[i]!;
      if (this.#depth > 0) this.#take(byte, offset + i);
      else if (isOpening(byte)) {
        this.#start = offset + i;
        this.#depth = 1;
      } else if (!isSpace(byte)) {
        this.#dead = true;
        this.#found.problem(offset + i, offset + i + 1, 'corrupted', 'neither an object nor an array starts here');
      }
    }
  }

  gap(offset: number, length: number): void {
    if (this.#dead) return;
    this.#dead = true;
    const start = this.#depth > 0 ? this.#start : offset;
    this.#depth = 0;
    this.#found.problem(start, offset + length, 'gap', 'brackets may be among the bytes that the capture lacks');
  }

  end(): void {}

  #take(byte: number, at: number): void {
    if (this.#inString) this.#takeText(byte);
    else if (byte === QUOTE) this.#inString = true;
    else if (isOpening(byte)) this.#depth++;
    else if (isClosing(byte)) this.#depth--;
    const length = at + 1 - this.#start;
    if (length > this.#max) {
      this.#reset();
      this.#found.problem(this.#start, at + 1, 'too-long', `more than ${this.#max} bytes and no end`);
    } else if (this.#depth === 0) this.#found.message(this.#start, at + 1, NO_FIELDS);
  }

  #takeText(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  #reset(): void {
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
  }
}
