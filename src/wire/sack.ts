/** What a segment's selective acknowledgments cover (RFC 2018 section 3), read only when asked for. */
import { headerLength } from './tcp.ts';

const FIXED_HEADER = 20;
const END = 0;
const NOP = 1;
const SACK = 5;
const BLOCK = 8;

/** Numbers in all blocks, duplicate ones included (RFC 2883). `at` is the header's offset, `end` that of the captured bytes. */
export function sackedNumbers(view: DataView, bytes: Uint8Array, at: number, end: number): number {
  const stop = Math.min(at + headerLength(bytes, at), end);
  let i = at + FIXED_HEADER;
  let numbers = 0;
  while (i < stop) {
    const kind = bytes[i]!;
    if (kind === END) break;
    const length = kind === NOP ? 1 : i + 1 < stop ? bytes[i + 1]! : 0;
    if (length < 1 || (kind !== NOP && length < 2) || i + length > stop) break;
    if (kind === SACK) numbers += blocksOf(view, i + 2, i + length);
    i += length;
  }
  return numbers;
}

function blocksOf(view: DataView, first: number, end: number): number {
  let numbers = 0;
  for (let block = first; block + BLOCK <= end; block += BLOCK) {
    numbers += (view.getUint32(block + 4) - view.getUint32(block)) >>> 0;
  }
  return numbers;
}
