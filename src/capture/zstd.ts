/** Zstandard, RFC 8878, frame by frame: by Node where it can (22.15 and later), else by the fzstd package. */
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { Block } from './block.ts';
import { GeneratedSupply } from './generated-supply.ts';
import type { Chunks } from './generated-supply.ts';
import { COMPRESSED_CHUNK_BYTES, INFLATED_CHUNK_BYTES } from './limits.ts';
import { isSkippable, passSkippable } from './skippable.ts';
import type { ByteSupply } from './supply.ts';
import { TransformSupply } from './transform-supply.ts';
import { FRAME_MAGIC, corruptZstd, cutZstd, framePieces } from './zstd-frame.ts';

const MAGIC_BYTES = 4;

/** Node 20's types do not know it, and Node 20 does not have it. */
const { createZstdDecompress }: object & { createZstdDecompress?: () => Transform } = { ...zlib };

type FrameDecoder = (source: Block) => Chunks;

export function openZstd(source: ByteSupply): ByteSupply {
  return createZstdDecompress === undefined ? openFzstd(source) : open(source, nativeFrame(createZstdDecompress));
}

/** Exported for the tests, which run it on every version of Node. */
export const openFzstd = (source: ByteSupply): ByteSupply => open(source, fzstdFrame);

function open(source: ByteSupply, decode: FrameDecoder): ByteSupply {
  return new GeneratedSupply(source, frames(new Block(source, COMPRESSED_CHUNK_BYTES), decode));
}

async function* frames(source: Block, decode: FrameDecoder): Chunks {
  for (;;) {
    if (!(await source.require(MAGIC_BYTES))) return source.available === 0 ? source.trouble : cutZstd(source);
    const magic = source.view.getUint32(source.position, true);
    if (isSkippable(magic)) {
      if (!(await passSkippable(source))) return cutZstd(source);
    } else if (magic === FRAME_MAGIC) {
      const trouble = yield* decode(source);
      if (trouble !== null) return trouble;
    } else {
      return corruptZstd(`magic number 0x${magic.toString(16).padStart(8, '0')}`);
    }
  }
}

const nativeFrame = (create: () => Transform): FrameDecoder =>
  async function* decode(source) {
    const pieces = new GeneratedSupply(source, framePieces(source));
    const transform = new TransformSupply({ name: 'zstd', create, reopen: null }, pieces);
    const chunk = new Uint8Array(INFLATED_CHUNK_BYTES);
    for (;;) {
      const count = await transform.read(chunk, 0, chunk.length);
      if (count === 0) return transform.trouble;
      yield chunk.subarray(0, count);
    }
  };

async function* fzstdFrame(source: Block): Chunks {
  const output: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => output.push(chunk));
  const pieces = framePieces(source);
  for (;;) {
    const piece = await pieces.next();
    if (piece.done === true && piece.value !== null) return piece.value;
    try {
      // fzstd keeps parts of what it is given, so it gets its own copy.
      decompress.push(piece.done === true ? new Uint8Array(0) : piece.value.slice(), piece.done === true);
    } catch (error) {
      return corruptZstd(error instanceof Error ? error.message : String(error));
    }
    yield* output.splice(0);
    if (piece.done === true) return null;
  }
}
