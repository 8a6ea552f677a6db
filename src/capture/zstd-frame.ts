/**
 * One zstd frame in pieces, RFC 8878 section 3.1.1: its header, each block, its checksum; not decompressed.
 * The decompressors need it: fzstd allocates whatever window a header asks for and expands all blocks it is given at
 * once; Node's own stops after the first frame and (22.23) takes a cut frame for a whole one.
 */
import type { Block } from './block.ts';
import type { Chunks } from './generated-supply.ts';
import { MAX_ZSTD_WINDOW_BYTES } from './limits.ts';
import type { Trouble } from './supply.ts';

export const FRAME_MAGIC = 0xfd2fb528;
const DESCRIPTOR_AT = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const MAX_BLOCK_BYTES = 128 * 1024;
const MIN_WINDOW_LOG = 10;

const SINGLE_SEGMENT = 0x20;
const CONTENT_CHECKSUM = 0x04;
const DICTIONARY_FLAG = 0x03;
const RLE_BLOCK = 1;

/** Bytes of the dictionary id and content size fields by the values of their flags. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

/** The pieces of the frame at the position. Each is to be used up, or copied, before the next is asked for. */
export async function* framePieces(source: Block): Chunks {
  if (!(await source.require(DESCRIPTOR_AT + 1))) return cutZstd(source);
  const descriptor = source.bytes[source.position + DESCRIPTOR_AT]!;
  const headerBytes = contentSizeAt(descriptor) + contentSizeBytes(descriptor);
  if (!(await source.require(headerBytes))) return cutZstd(source);
  const window = windowBytes(source, descriptor);
  if (window > MAX_ZSTD_WINDOW_BYTES) return tooLarge(window);
  yield take(source, headerBytes);
  for (let isLast = false; !isLast;) {
    if (!(await source.require(BLOCK_HEADER_BYTES))) return cutZstd(source);
    const header = source.view.getUint16(source.position, true) | (source.bytes[source.position + 2]! << 16);
    isLast = (header & 1) !== 0;
    const size = header >> 3;
    if (size > MAX_BLOCK_BYTES) return corruptZstd(`a block of ${size} bytes`);
    const blockBytes = BLOCK_HEADER_BYTES + (((header >> 1) & 3) === RLE_BLOCK ? 1 : size);
    if (!(await source.require(blockBytes))) return cutZstd(source);
    yield take(source, blockBytes);
  }
  if ((descriptor & CONTENT_CHECKSUM) === 0) return null;
  if (!(await source.require(CHECKSUM_BYTES))) return cutZstd(source);
  yield take(source, CHECKSUM_BYTES);
  return null;
}

function take(source: Block, bytes: number): Uint8Array {
  const from = source.position;
  source.position += bytes;
  return source.bytes.subarray(from, source.position);
}

/** Where the content size stands: behind the descriptor, the window (unless all is one segment), the dictionary id. */
function contentSizeAt(descriptor: number): number {
  const window = (descriptor & SINGLE_SEGMENT) === 0 ? 1 : 0;
  return DESCRIPTOR_AT + 1 + window + DICTIONARY_ID_BYTES[descriptor & DICTIONARY_FLAG]!;
}

function contentSizeBytes(descriptor: number): number {
  const flag = descriptor >> 6;
  return flag === 0 && (descriptor & SINGLE_SEGMENT) !== 0 ? 1 : CONTENT_SIZE_BYTES[flag]!;
}

function windowBytes(source: Block, descriptor: number): number {
  if ((descriptor & SINGLE_SEGMENT) !== 0) return contentSize(source, descriptor);
  const window = source.bytes[source.position + DESCRIPTOR_AT + 1]!;
  const base = 2 ** (MIN_WINDOW_LOG + (window >> 3));
  return base + (base / 8) * (window & 7);
}

/** A field of 2 bytes counts from 256. */
function contentSize(source: Block, descriptor: number): number {
  const at = source.position + contentSizeAt(descriptor);
  const bytes = contentSizeBytes(descriptor);
  let size = bytes === 2 ? 256 : 0;
  for (let i = 0; i < bytes; i++) size += source.bytes[at + i]! * 256 ** i;
  return size;
}

export const cutZstd = (source: Block): Trouble =>
  source.trouble ?? {
    what: 'zstd stream cut short',
    expected: 'the end of the zstd stream',
    found: 'the end of the input',
  };

export const corruptZstd = (found: string): Trouble => ({
  what: 'zstd stream corrupt',
  expected: 'valid zstd data',
  found,
});

function tooLarge(window: number): Trouble {
  const expected = `a window of at most ${MAX_ZSTD_WINDOW_BYTES} bytes`;
  return { what: 'zstd window too large', expected, found: String(window) };
}
