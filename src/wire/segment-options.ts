/** Options of segments behind the handshake: timestamps (RFC 7323 section 3.2) and selective acknowledgments (RFC 2018). */
import { i32be } from '../bytes/read.ts';
import { headerLength } from './tcp.ts';

const FIXED_HEADER = 20;
const END = 0;
const NOP = 1;
const SACK = 5;
const TIMESTAMPS = 8;
const TIMESTAMPS_LENGTH = 10;
/** NOP, NOP, timestamps and their length: how nearly everybody writes them (RFC 7323 appendix A). */
const USUAL = 0x0101080a;
const USUAL_HEADER = FIXED_HEADER + 12;
/** As many as the header has room for (RFC 2018 section 3). */
const MAX_BLOCKS = 4;

/** Filled again and again. Numbers are signed: compare them with `seqDiff`. */
export class SegmentOptions {
  /** There were timestamps. */
  stamped = false;
  stamp = 0;
  echo = 0;
  /** SACK blocks, and the left and right edge of each. */
  blocks = 0;
  readonly edges = new Int32Array(2 * MAX_BLOCKS);

  /** `at`: offset of the TCP header, `end`: of the end of the captured bytes. A length that makes no sense ends the walk. */
  read(view: DataView, bytes: Uint8Array, at: number, end: number): void {
    this.stamped = false;
    this.blocks = 0;
    const header = headerLength(bytes, at);
    if (header <= FIXED_HEADER) return;
    const stop = Math.min(at + header, end);
    if (header === USUAL_HEADER && stop === at + header && i32be(view, at + FIXED_HEADER) === USUAL) {
      this.#readStamps(view, at + FIXED_HEADER + 2);
    } else this.#walk(view, bytes, at + FIXED_HEADER, stop);
  }

  #walk(view: DataView, bytes: Uint8Array, from: number, stop: number): void {
    for (let i = from; i < stop && bytes[i] !== END;) {
      const kind = bytes[i]!;
      if (kind === NOP) {
        i++;
        continue;
      }
      const length = i + 1 < stop ? bytes[i + 1]! : 0;
      if (length < 2 || i + length > stop) return;
      if (kind === TIMESTAMPS && length === TIMESTAMPS_LENGTH) this.#readStamps(view, i);
      else if (kind === SACK) this.#readBlocks(view, i + 2, (length - 2) >> 3);
      i += length;
    }
  }

  #readStamps(view: DataView, at: number): void {
    this.stamped = true;
    this.stamp = i32be(view, at + 2);
    this.echo = i32be(view, at + 6);
  }

  #readBlocks(view: DataView, at: number, count: number): void {
    this.blocks = Math.min(count, MAX_BLOCKS);
    for (let i = 0; i < 2 * this.blocks; i++) this.edges[i] = i32be(view, at + 4 * i);
  }
}
