/** Zstandard, RFC 8878: by Node where it can (22.15 and later), else by the fzstd package. */
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { GeneratedSupply } from './generated-supply.ts';
import type { Chunks } from './generated-supply.ts';
import { COMPRESSED_CHUNK_BYTES, MAX_ZSTD_WINDOW_BYTES } from './limits.ts';
import type { ByteSupply, Trouble } from './supply.ts';
import { TransformSupply } from './transform-supply.ts';
import { ZstdGuard } from './zstd-guard.ts';

const UNEXPECTED_END = 5; // fzstd's ZstdErrorCode.UnexpectedEOF

/** Node 20's types do not know it, and Node 20 does not have it. */
const native: object & { createZstdDecompress?: () => Transform } = { ...zlib };

export function openZstd(source: ByteSupply, reopen: (() => ByteSupply) | null): ByteSupply {
  const create = native.createZstdDecompress;
  return create === undefined ? openFzstd(source) : new TransformSupply({ name: 'zstd', create, reopen }, source);
}

/** By the fzstd package. Exported for the tests, which run it on every version of Node. */
export const openFzstd = (source: ByteSupply): ByteSupply => new GeneratedSupply(source, decompressed(source));

async function* decompressed(source: ByteSupply): Chunks {
  const guard = new ZstdGuard();
  let output: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => output.push(chunk));
  const input = new Uint8Array(COMPRESSED_CHUNK_BYTES);
  for (;;) {
    const count = await source.read(input, 0, input.length);
    // fzstd keeps parts of what it is given, so it gets its own copy.
    const chunk = input.slice(0, count);
    let at = 0;
    do {
      const { end, oversizedWindow } = guard.check(chunk, at);
      const trouble = push(decompress, chunk.subarray(at, end), count === 0);
      yield* output;
      output = [];
      if (trouble !== null) return trouble;
      if (oversizedWindow !== null) return tooLarge(oversizedWindow);
      at = end;
    } while (at < count);
    if (count === 0) return source.trouble;
  }
}

/** What is decompressed before an error has reached the output by then. */
function push(decompress: Decompress, chunk: Uint8Array, isLast: boolean): Trouble | null {
  try {
    decompress.push(chunk, isLast);
    return null;
  } catch (error) {
    return troubleOf(error);
  }
}

function tooLarge(window: number): Trouble {
  const expected = `a window of at most ${MAX_ZSTD_WINDOW_BYTES} bytes`;
  return { what: 'zstd window too large', expected, found: String(window) };
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Error && 'code' in error && error.code === UNEXPECTED_END) {
    return { what: 'zstd stream cut short', expected: 'the end of the zstd stream', found: 'the end of the input' };
  }
  const found = error instanceof Error ? error.message : String(error);
  return { what: 'zstd stream corrupt', expected: 'valid zstd data', found };
}
