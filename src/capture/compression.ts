/** Which compression an input has, by its first bytes. */
import type { Block } from './block.ts';
import { MAX_SKIPPABLE_PREFIX_BYTES } from './limits.ts';
import { SKIPPABLE_HEADER_BYTES, isSkippable, skippableBytes } from './skippable.ts';
import type { Compression } from './source.ts';

interface Signature {
  readonly name: string;
  readonly bytes: readonly number[];
}

const SUPPORTED: readonly (Signature & { readonly name: Compression })[] = [
  { name: 'gzip', bytes: [0x1f, 0x8b] }, // RFC 1952 section 2.3.1
  { name: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] }, // RFC 8878 section 3.1.1
  { name: 'lz4', bytes: [0x04, 0x22, 0x4d, 0x18] }, // LZ4 Frame Format, "Magic Number"
];

/** Named in the error, so that the user knows which tool unpacks the file. */
const UNSUPPORTED: readonly Signature[] = [
  { name: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { name: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'compress', bytes: [0x1f, 0x9d] },
  { name: 'lzip', bytes: [0x4c, 0x5a, 0x49, 0x50] },
  { name: '7z', bytes: [0x37, 0x7a, 0xbc, 0xaf] },
  { name: 'legacy lz4', bytes: [0x02, 0x21, 0x4c, 0x18] },
];

/** `supported` and `unsupported` name what was recognised; both are null for anything else. */
export interface Recognition {
  readonly supported: Compression | null;
  readonly unsupported: string | null;
}

export async function recogniseCompression(block: Block): Promise<Recognition> {
  const skip = await skippablePrefix(block);
  const begins = ({ bytes }: Signature): boolean =>
    block.available - skip >= bytes.length && bytes.every((byte, i) => block.bytes[block.position + skip + i] === byte);
  return {
    supported: SUPPORTED.find(begins)?.name ?? null,
    unsupported: UNSUPPORTED.find(begins)?.name ?? null,
  };
}

/** Bytes of skippable frames in front, as pzstd writes one; 0 when there is none. */
async function skippablePrefix(block: Block): Promise<number> {
  let skip = 0;
  while (skip < MAX_SKIPPABLE_PREFIX_BYTES) {
    if (!(await block.require(skip + SKIPPABLE_HEADER_BYTES))) return skip;
    const at = block.position + skip;
    if (!isSkippable(block.view.getUint32(at, true))) return skip;
    const size = skippableBytes(block.view, at);
    if (size > MAX_SKIPPABLE_PREFIX_BYTES || !(await block.require(skip + size))) return skip;
    skip += size;
  }
  return skip;
}
