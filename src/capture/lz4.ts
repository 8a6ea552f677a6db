/**
 * LZ4 frames, "LZ4 Frame Format Description" 1.6: linked and independent blocks, checksums verified, concatenated and
 * skippable frames. Enters: compressed bytes. Leaves: decompressed ones, one block (at most 4 MiB) at a time.
 */
import { Block } from './block.ts';
import { GeneratedSupply } from './generated-supply.ts';
import type { Chunks } from './generated-supply.ts';
import { COMPRESSED_CHUNK_BYTES } from './limits.ts';
import { decodeLz4Block } from './lz4-block.ts';
import { MIN_HEADER_BYTES, decodeLz4Header, flagsOf, headerBytes } from './lz4-header.ts';
import type { Lz4Header } from './lz4-header.ts';
import { isSkippable, passSkippable } from './skippable.ts';
import type { ByteSupply, Trouble } from './supply.ts';
import { XxHash32, xxHash32 } from './xxhash32.ts';

const FRAME_MAGIC = 0x184d2204;
/** Magic numbers, block sizes and checksums are 32 bits. */
const WORD = 4;
/** Matches reach back at most this far, also into the blocks before. */
const HISTORY_BYTES = 64 * 1024;
/** The highest bit of a block's size says that the block is not compressed. */
const UNCOMPRESSED_BIT = 0x8000_0000;

export function openLz4(source: ByteSupply): ByteSupply {
  return new GeneratedSupply(source, frames(new Block(source, COMPRESSED_CHUNK_BYTES)));
}

async function* frames(source: Block): Chunks {
  let window = new Uint8Array(0);
  for (;;) {
    if (!(await source.require(WORD))) return source.available === 0 ? source.trouble : cut(source);
    const magic = source.view.getUint32(source.position, true);
    if (isSkippable(magic)) {
      if (!(await passSkippable(source))) return cut(source);
    } else if (magic === FRAME_MAGIC) {
      const header = await readHeader(source);
      if (header === null) return cut(source);
      if (typeof header === 'string') return corrupt('a valid LZ4 frame header', header);
      const size = HISTORY_BYTES + header.maxBlockBytes;
      if (window.length < size) window = new Uint8Array(size);
      const trouble = yield* blocks(source, header, window);
      if (trouble !== null) return trouble;
    } else {
      return corrupt('an LZ4 frame', `magic number 0x${magic.toString(16).padStart(8, '0')}`);
    }
  }
}

/** The frame's header, what is wrong with it, or null when it is cut. */
async function readHeader(source: Block): Promise<Lz4Header | string | null> {
  if (!(await source.require(MIN_HEADER_BYTES))) return null;
  if (!(await source.require(headerBytes(flagsOf(source.bytes, source.position))))) return null;
  const header = decodeLz4Header(source.bytes, source.view, source.position);
  if (typeof header !== 'string') source.position += header.headerBytes;
  return header;
}

/** The content of one frame. Its blocks are decompressed behind the last 64 KiB of what came before. */
async function* blocks(source: Block, header: Lz4Header, window: Uint8Array): Chunks {
  const content = new XxHash32();
  let contentBytes = 0;
  let history = 0;
  for (;;) {
    const block = await readBlock(source, header);
    if (block === null) {
      const end = expandCut(source, header, window, history);
      if (end > history) yield window.subarray(history, end);
      return cut(source);
    }
    if (typeof block === 'string') return corrupt('a valid LZ4 block', block);
    if (block.bytes.length === 0) break;
    const end = expand(block, window, history, header.maxBlockBytes);
    if (end < 0) return corrupt('a valid LZ4 block', 'a sequence that leaves its block');
    const chunk = window.subarray(history, end);
    contentBytes += chunk.length;
    if (header.contentChecksum) content.update(chunk);
    yield chunk;
    history = header.linkedBlocks ? keepHistory(window, end) : 0;
  }
  return endOfFrame(source, header, content, contentBytes);
}

interface CompressedBlock {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
}

/** The next block, empty at the end mark; what is wrong with it; or null when it is cut. */
async function readBlock(source: Block, header: Lz4Header): Promise<CompressedBlock | string | null> {
  if (!(await source.require(WORD))) return null;
  const word = source.view.getUint32(source.position, true);
  const size = word % UNCOMPRESSED_BIT;
  if (size > header.maxBlockBytes) return `a block of ${size} bytes`;
  const checksumBytes = header.blockChecksum && word !== 0 ? WORD : 0;
  if (!(await source.require(WORD + size + checksumBytes))) return null;
  const at = source.position + WORD;
  const bytes = source.bytes.subarray(at, at + size);
  source.position = at + size + checksumBytes;
  if (checksumBytes > 0 && xxHash32(bytes) !== source.view.getUint32(at + size, true)) return 'a wrong block checksum';
  return { bytes, compressed: word < UNCOMPRESSED_BIT };
}

function expand(block: CompressedBlock, window: Uint8Array, at: number, maxBlockBytes: number): number {
  if (block.compressed) return decodeLz4Block(block.bytes, window, at, at + maxBlockBytes);
  window.set(block.bytes, at);
  return at + block.bytes.length;
}

/** What is there of a block that the end of the input cuts: a block holds up to 4 MiB, too much to lose. */
function expandCut(source: Block, header: Lz4Header, window: Uint8Array, at: number): number {
  if (source.available <= WORD) return at;
  const word = source.view.getUint32(source.position, true);
  const from = source.position + WORD;
  const bytes = source.bytes.subarray(from, Math.min(source.end, from + (word % UNCOMPRESSED_BIT)));
  const limit = at + header.maxBlockBytes;
  if (word < UNCOMPRESSED_BIT) return decodeLz4Block(bytes, window, at, limit, true);
  window.set(bytes, at);
  return at + bytes.length;
}

/** Moves the last 64 KiB to the front of the window and says how many there are. */
function keepHistory(window: Uint8Array, end: number): number {
  const kept = Math.min(end, HISTORY_BYTES);
  window.copyWithin(0, end - kept, end);
  return kept;
}

async function endOfFrame(
  source: Block,
  header: Lz4Header,
  content: XxHash32,
  contentBytes: number,
): Promise<Trouble | null> {
  if (header.contentSize !== null && header.contentSize !== BigInt(contentBytes)) {
    return corrupt(`${header.contentSize} bytes of content`, String(contentBytes));
  }
  if (!header.contentChecksum) return null;
  if (!(await source.require(WORD))) return cut(source);
  const stated = source.view.getUint32(source.position, true);
  source.position += WORD;
  return stated === content.digest() ? null : corrupt('the content checksum', 'another one');
}

const cut = (source: Block): Trouble =>
  source.trouble ?? {
    what: 'lz4 stream cut short',
    expected: 'the end of the lz4 stream',
    found: 'the end of the input',
  };

const corrupt = (expected: string, found: string): Trouble => ({ what: 'lz4 stream corrupt', expected, found });
