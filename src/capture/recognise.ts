/**
 * Which format an input has, by its first bytes and never by its name. Enters: a block at its start.
 * Leaves: the reader of its records, or a CaptureError.
 */
import { Block } from './block.ts';
import { recogniseCompression } from './compression.ts';
import { CaptureError } from './errors.ts';
import type { Facts } from './facts.ts';
import type { FrameReader } from './frame-reader.ts';
import { PIPE_BLOCK_BYTES } from './limits.ts';
import { emptyError, openReader } from './open-reader.ts';
import type { Compression } from './source.ts';
import type { ByteSupply } from './supply.ts';

const MAGIC_BYTES = 4;
/** A small compressed file gets a block of so many times its size. */
const GUESSED_RATIO = 8;

/** What is to be recognised, and whom it belongs to. */
export interface Candidate {
  readonly path: string;
  /** Index into `facts.files`. */
  readonly index: number;
  readonly facts: Facts;
  /** A pipe: its frames are wanted as they arrive. */
  readonly piped: boolean;
  readonly blockBytes: number;
  /** The same bytes from the start, or null for a pipe. */
  readonly reopen: (() => ByteSupply) | null;
}

export interface Recognised {
  readonly reader: FrameReader;
  /** The block that the reader reads: behind a decompressor it is another one than was given. */
  readonly block: Block;
}

export async function recogniseFormat(candidate: Candidate, block: Block): Promise<Recognised> {
  await block.require(MAGIC_BYTES);
  if (block.end === 0) throw emptyError(candidate, block);
  const { supported, unsupported } = await recogniseCompression(block);
  if (unsupported !== null) {
    const expected = 'gzip, zstd, lz4 or no compression';
    throw new CaptureError(
      'unsupported-compression',
      candidate.path,
      0,
      'unsupported compression',
      expected,
      unsupported,
    );
  }
  if (supported === null) return { block, reader: await openReader(candidate, block, candidate.piped) };
  candidate.facts.files[candidate.index]!.compressed = supported;
  const size = Math.min(candidate.blockBytes, block.size === null ? PIPE_BLOCK_BYTES : block.size * GUESSED_RATIO);
  const inner = new Block(await decompressor(supported, block, candidate.reopen), size);
  try {
    return { block: inner, reader: await openReader(candidate, inner, false) };
  } catch (error) {
    inner.close();
    throw error;
  }
}

/** Loaded when needed: most captures are not compressed. */
async function decompressor(
  compression: Compression,
  source: ByteSupply,
  reopen: Candidate['reopen'],
): Promise<ByteSupply> {
  switch (compression) {
    case 'gzip':
      return (await import('./gzip.ts')).openGzip(source, reopen);
    case 'zstd':
      return (await import('./zstd.ts')).openZstd(source);
    case 'lz4':
      return (await import('./lz4.ts')).openLz4(source);
  }
}
