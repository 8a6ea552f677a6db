/** The chunked coding (RFC 9112 section 7.1), byte ranges in, ranges of data out. Any cut of the bytes gives the same. */
import { findLf, latin1 } from '../latin1.ts';
import { MAX_CHUNK_LINE_BYTES, MAX_HEAD_BYTES } from '../limits.ts';
import type { Anomaly } from './anomalies.ts';

export class Chunks {
  /** Data that is left of the current chunk. */
  #left = 0;
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' | 'broken' = 'size';
  /** The line in the making. */
  #line = '';
  count = 0;
  /** Lines of the trailer section, as they were sent. */
  trailer = '';
  readonly anomalies = new Set<Anomaly>();

  get isDone(): boolean {
    return this.#state === 'done';
  }

  get isBroken(): boolean {
    return this.#state === 'broken';
  }

  /** Takes bytes from `at` on; tells data to `tell`. Returns the index of the first byte that is not part of the body. */
  take(bytes: Uint8Array, start: number, end: number, tell: (from: number, to: number) => void): number {
    let at = start;
    while (at < end && this.#state !== 'done' && this.#state !== 'broken') {
      if (this.#state === 'data') {
        const to = Math.min(end, at + this.#left);
        tell(at, to);
        this.#left -= to - at;
        at = to;
        if (this.#left === 0) this.#state = 'data-end';
      } else at = this.#takeLine(bytes, at, end);
    }
    return at;
  }

  /** Bytes that the capture lacks. False where they may hold more than data of the current chunk. */
  skip(length: number): boolean {
    if (this.#state !== 'data' || length > this.#left) return false;
    this.#left -= length;
    if (this.#left === 0) this.#state = 'data-end';
    return true;
  }

  #takeLine(bytes: Uint8Array, start: number, end: number): number {
    const found = findLf(bytes, start, end);
    const isWhole = found >= 0;
    const stop = isWhole ? found : end;
    this.#line += latin1(bytes, start, stop);
    if (this.#line.length > MAX_CHUNK_LINE_BYTES || this.trailer.length > MAX_HEAD_BYTES) this.#break();
    else if (isWhole) this.#endLine();
    return isWhole ? stop + 1 : stop;
  }

  #endLine(): void {
    const hasCr = this.#line.endsWith('\r');
    const line = hasCr ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    if (!hasCr) this.anomalies.add('chunk-line-bare-lf');
    if (this.#state === 'size') this.#readSize(line);
    else if (this.#state === 'data-end') {
      if (line === '') this.#state = 'size';
      else this.#break();
    } else if (line === '') this.#state = 'done';
    else this.trailer += `${line}\r\n`;
  }

  /** Hexadecimal digits, then extensions. */
  #readSize(line: string): void {
    const [, digits] = /^([\dA-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line) ?? [];
    if (digits === undefined) return this.#break();
    this.#left = Number.parseInt(digits, 16);
    this.count++;
    this.#state = this.#left === 0 ? 'trailer' : 'data';
  }

  #break(): void {
    this.#state = 'broken';
    this.anomalies.add('chunk-invalid');
  }
}
