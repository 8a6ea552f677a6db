/** Reads length-prefixed fields of one message. Past its end everything reads as zero or empty, and `failed` says so. */
const NOTHING = new Uint8Array(0);

export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  /** Something was to be read that the message does not have. */
  failed = false;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** An unsigned number of `size` bytes, 1 to 4, big-endian. */
  uint(size: number): number {
    if (this.left < size) return this.#fail(0);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.bytes[this.at++]!;
    return value;
  }

  take(length: number): Uint8Array {
    if (this.left < length) return this.#fail(NOTHING);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** What a length of `size` bytes announces. */
  vector(size: number): Uint8Array {
    return this.take(this.uint(size));
  }

  /** The same as a cursor of its own. */
  inner(size: number): Cursor {
    const length = this.uint(size);
    if (this.left < length) return this.#fail(new Cursor(NOTHING));
    this.at += length;
    return new Cursor(this.bytes, this.at - length, this.at);
  }

  /** All numbers of `size` bytes up to the end. */
  list(size: number): number[] {
    const values: number[] = [];
    while (this.left >= size) values.push(this.uint(size));
    if (this.left > 0) this.#fail(0);
    return values;
  }

  #fail<T>(value: T): T {
    this.failed = true;
    this.at = this.end;
    return value;
  }
}

/** Bytes as characters, one each. Flat strings: those put together one by one keep all their pieces alive. */
export const latin1 = (bytes: Uint8Array): string => bufferOf(bytes).toString('latin1');

export const toHex = (bytes: Uint8Array): string => bufferOf(bytes).toString('hex');

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);
