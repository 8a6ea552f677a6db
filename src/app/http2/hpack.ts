/** HPACK (RFC 7541): header blocks -> fields, with the dynamic table of one direction. */
import type { Field } from '../http1/head.ts';
import { latin1 } from '../latin1.ts';
import { MAX_FIELDS, MAX_HEADER_LIST_BYTES, MAX_HPACK_TABLE } from '../limits.ts';
import { huffmanText } from './huffman.ts';

// prettier-ignore
const STATIC: readonly (readonly [name: string, value?: string])[] = [
  [':authority'], [':method', 'GET'], [':method', 'POST'], [':path', '/'], [':path', '/index.html'], [':scheme', 'http'],
  [':scheme', 'https'], [':status', '200'], [':status', '204'], [':status', '206'], [':status', '304'], [':status', '400'],
  [':status', '404'], [':status', '500'], ['accept-charset'], ['accept-encoding', 'gzip, deflate'], ['accept-language'],
  ['accept-ranges'], ['accept'], ['access-control-allow-origin'], ['age'], ['allow'], ['authorization'], ['cache-control'],
  ['content-disposition'], ['content-encoding'], ['content-language'], ['content-length'], ['content-location'],
  ['content-range'], ['content-type'], ['cookie'], ['date'], ['etag'], ['expect'], ['expires'], ['from'], ['host'],
  ['if-match'], ['if-modified-since'], ['if-none-match'], ['if-range'], ['if-unmodified-since'], ['last-modified'], ['link'],
  ['location'], ['max-forwards'], ['proxy-authenticate'], ['proxy-authorization'], ['range'], ['referer'], ['refresh'],
  ['retry-after'], ['server'], ['set-cookie'], ['strict-transport-security'], ['transfer-encoding'], ['user-agent'], ['vary'],
  ['via'], ['www-authenticate'],
];
const statics: readonly Field[] = STATIC.map(([name, value = '']) => ({ name, value }));

const NO_FIELD: Field = { name: '', value: '' };

/** RFC 7541 section 4.1. */
const sizeOf = ({ name, value }: Field): number => name.length + value.length + 32;

type Literal = (name: string, value: string, from: number, to: number) => void;

export class Hpack {
  /** The oldest first, from `#oldest` on: what stands before is evicted. */
  #table: Field[] = [];
  #oldest = 0;
  #size = 0;
  #limit = 4096;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #told: Literal | null = null;
  /** Where the last string stood, behind its length. */
  #stringStart = 0;
  /** Something could not be decoded: the table is not what the sender's is any more. */
  isBroken = false;

  /**
   * Fields of a whole header block; null where it, or one before it, makes no sense. `literal` is told which bytes of the
   * block spell out a value.
   */
  decode(block: Uint8Array, literal: Literal | null = null): Field[] | null {
    if (this.isBroken) return null;
    this.#bytes = block;
    this.#at = 0;
    this.#told = literal;
    const fields: Field[] = [];
    let total = 0;
    while (this.#at < block.length && !this.isBroken) {
      const field = this.#next();
      if (field === null) continue;
      total += sizeOf(field);
      // The table has to be kept in step, so the rest is decoded all the same.
      if (fields.length < MAX_FIELDS && total <= MAX_HEADER_LIST_BYTES) fields.push(field);
    }
    return this.isBroken ? null : fields;
  }

  /** One representation (section 6); null for a change of the table's size. */
  #next(): Field | null {
    const first = this.#bytes[this.#at]!;
    if (first >= 0x80) return this.#field(this.#integer(7));
    if (first >= 0x40) return this.#add(this.#literal(6));
    if (first >= 0x20) {
      this.#resize(this.#integer(5));
      return null;
    }
    return this.#literal(4);
  }

  #literal(prefix: number): Field {
    const index = this.#integer(prefix);
    const name = index === 0 ? this.#string() : this.#field(index).name;
    const value = this.#string();
    this.#told?.(name, value, this.#stringStart, this.#at);
    return { name, value };
  }

  #field(index: number): Field {
    // The newest entry comes first behind the static table (section 2.3.3).
    const place = this.#table.length - (index - statics.length);
    const field = index <= statics.length ? statics[index - 1] : place >= this.#oldest ? this.#table[place] : undefined;
    if (field === undefined) this.isBroken = true;
    return field ?? NO_FIELD;
  }

  #add(field: Field): Field {
    this.#table.push(field);
    this.#size += sizeOf(field);
    this.#evict();
    return field;
  }

  #resize(limit: number): void {
    if (limit > MAX_HPACK_TABLE) this.isBroken = true;
    this.#limit = limit;
    this.#evict();
  }

  #evict(): void {
    while (this.#size > this.#limit && this.#oldest < this.#table.length) {
      this.#size -= sizeOf(this.#table[this.#oldest]!);
      this.#table[this.#oldest++] = NO_FIELD;
    }
    if (2 * this.#oldest <= this.#table.length) return;
    this.#table = this.#table.slice(this.#oldest);
    this.#oldest = 0;
  }

  /** Section 5.1. */
  #integer(prefix: number): number {
    const mask = 2 ** prefix - 1;
    let value = this.#bytes[this.#at++]! & mask;
    if (value < mask) return value;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale > 2 ** 28) {
        this.isBroken = true;
        return 0;
      }
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** Section 5.2. */
  #string(): string {
    const isCoded = (this.#bytes[this.#at] ?? 0) >= 0x80;
    const length = this.#at < this.#bytes.length ? this.#integer(7) : Infinity;
    const end = this.#at + length;
    this.#stringStart = this.#at;
    if (end > this.#bytes.length) {
      this.isBroken = true;
      return '';
    }
    const text = isCoded ? huffmanText(this.#bytes, this.#at, end) : latin1(this.#bytes, this.#at, end);
    if (text === null) this.isBroken = true;
    this.#at = end;
    return text ?? '';
  }
}
