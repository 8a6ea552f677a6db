/** The descriptor of an LZ4 frame, "LZ4 Frame Format Description" 1.6, with the magic number in front. */
import { xxHash32 } from './xxhash32.ts';

/** Magic number, FLG, BD and header checksum; content size and dictionary id come between the last two. */
export const MIN_HEADER_BYTES = 7;
const FLAGS_AT = 4;
const BLOCK_DESCRIPTOR_AT = 5;
const CONTENT_SIZE_AT = 6;
const CONTENT_SIZE_BYTES = 8;
const DICTIONARY_ID_BYTES = 4;

const VERSION = 1;
const INDEPENDENT_BLOCKS = 0x20;
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
const DICTIONARY_ID = 0x01;
const RESERVED_FLAGS = 0x02;
const RESERVED_BLOCK_BITS = 0x8f;

export interface Lz4Header {
  readonly headerBytes: number;
  readonly maxBlockBytes: number;
  readonly linkedBlocks: boolean;
  readonly blockChecksum: boolean;
  readonly contentChecksum: boolean;
  /** Bytes of the whole content, where stated. */
  readonly contentSize: bigint | null;
}

/** Size of the header, by its flags. */
export function headerBytes(flags: number): number {
  const contentSize = (flags & CONTENT_SIZE) === 0 ? 0 : CONTENT_SIZE_BYTES;
  return MIN_HEADER_BYTES + contentSize + ((flags & DICTIONARY_ID) === 0 ? 0 : DICTIONARY_ID_BYTES);
}

export const flagsOf = (bytes: Uint8Array, at: number): number => bytes[at + FLAGS_AT]!;

/** The header at `at`, or what is wrong with it. It must lie whole in `bytes`. */
export function decodeLz4Header(bytes: Uint8Array, view: DataView, at: number): Lz4Header | string {
  const flags = flagsOf(bytes, at);
  const descriptor = bytes[at + BLOCK_DESCRIPTOR_AT]!;
  const sizeCode = descriptor >> 4;
  if (flags >> 6 !== VERSION) return `version ${flags >> 6}`;
  if ((flags & RESERVED_FLAGS) !== 0 || (descriptor & RESERVED_BLOCK_BITS) !== 0) return 'reserved bits that are set';
  if (sizeCode < 4) return `block size code ${sizeCode}`;
  if ((flags & DICTIONARY_ID) !== 0) return 'a frame that needs a dictionary';
  const length = headerBytes(flags);
  const checksum = (xxHash32(bytes.subarray(at + FLAGS_AT, at + length - 1)) >>> 8) & 0xff;
  if (checksum !== bytes[at + length - 1]) return 'a wrong header checksum';
  return {
    headerBytes: length,
    maxBlockBytes: 2 ** (8 + 2 * sizeCode), // 4: 64 KiB, 5: 256 KiB, 6: 1 MiB, 7: 4 MiB
    linkedBlocks: (flags & INDEPENDENT_BLOCKS) === 0,
    blockChecksum: (flags & BLOCK_CHECKSUM) !== 0,
    contentChecksum: (flags & CONTENT_CHECKSUM) !== 0,
    contentSize: (flags & CONTENT_SIZE) === 0 ? null : view.getBigUint64(at + CONTENT_SIZE_AT, true),
  };
}
