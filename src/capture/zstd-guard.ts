/**
 * Walks zstd frames, RFC 8878 section 3.1, without decompressing, because fzstd allocates whatever window a header asks
 * for (up to 2 GiB). Enters: any split of the compressed bytes. Leaves: the first window above the limit.
 */
import { MAX_ZSTD_WINDOW_BYTES } from './limits.ts';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a5;
const MAGIC_BYTES = 4;
const SKIPPABLE_HEADER = 8;
const MAX_FRAME_HEADER = 18;
const BLOCK_HEADER = 3;
const CHECKSUM = 4;
const MIN_WINDOW_LOG = 10;

const RLE_BLOCK = 1;

/** A block of 4 bytes may stand for 2 MiB, and fzstd decompresses all that it is given at once. */
const MAX_BLOCKS_AT_ONCE = 4;

/** Bytes of the dictionary id and content size fields by the values of their flags. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

export interface Verdict {
  /** The bytes up to here may be given to the decompressor. */
  readonly end: number;
  /** The window that the frame after `end` asks for, when that is too large. */
  readonly oversizedWindow: number | null;
}

export class ZstdGuard {
  /** The start of a header whose end has not come yet. */
  readonly #header = new Uint8Array(MAX_FRAME_HEADER);
  readonly #view = new DataView(this.#header.buffer);
  #have = 0;
  /** Bytes of content to pass over before the next header. */
  #skip = 0;
  #inFrame = false;
  #hasChecksum = false;
  #lost = false;
  /** Blocks begun since the last call. */
  #blocks = 0;

  /** Judges the bytes from `from` on: up to the end, a window that is too large, or as many blocks as go at once. */
  check(chunk: Uint8Array, from: number): Verdict {
    let at = from;
    this.#blocks = 0;
    while (at < chunk.length && !this.#lost && this.#blocks < MAX_BLOCKS_AT_ONCE) {
      const skipped = Math.min(this.#skip, chunk.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (at === chunk.length) break;
      this.#header[this.#have++] = chunk[at++]!;
      const window = this.#inFrame ? this.#readBlockHeader() : this.#readFrameHeader();
      // Without its last byte the header is still no header to the decompressor.
      if (window > MAX_ZSTD_WINDOW_BYTES) return { end: at - 1, oversizedWindow: window };
    }
    return { end: this.#lost ? chunk.length : at, oversizedWindow: null };
  }

  /** Acts when the header is whole; gives the window size of a frame that begins, else 0. */
  #readFrameHeader(): number {
    if (this.#have < MAGIC_BYTES) return 0;
    const magic = this.#view.getUint32(0, true);
    if (magic >>> 4 === SKIPPABLE_MAGIC) {
      if (this.#have === SKIPPABLE_HEADER) this.#pass(this.#view.getUint32(MAGIC_BYTES, true));
      return 0;
    }
    // What is no frame is left to the decompressor to refuse.
    this.#lost = magic !== MAGIC;
    if (this.#lost || this.#have === MAGIC_BYTES) return 0;
    const descriptor = this.#header[MAGIC_BYTES]!;
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const sizeFlag = descriptor >> 6;
    const contentSizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!;
    const windowBytes = isSingleSegment ? 0 : 1;
    const contentSizeAt = MAGIC_BYTES + 1 + windowBytes + DICTIONARY_ID_BYTES[descriptor & 3]!;
    if (this.#have < contentSizeAt + contentSizeBytes) return 0;
    this.#hasChecksum = (descriptor & 0x04) !== 0;
    this.#inFrame = true;
    this.#pass(0);
    return isSingleSegment ? this.#contentSize(contentSizeAt, contentSizeBytes) : this.#windowSize();
  }

  #windowSize(): number {
    const descriptor = this.#header[MAGIC_BYTES + 1]!;
    const base = 2 ** (MIN_WINDOW_LOG + (descriptor >> 3));
    return base + (base / 8) * (descriptor & 7);
  }

  #contentSize(at: number, bytes: number): number {
    let size = bytes === 2 ? 256 : 0;
    for (let i = 0; i < bytes; i++) size += this.#header[at + i]! * 256 ** i;
    return size;
  }

  #readBlockHeader(): number {
    if (this.#have < BLOCK_HEADER) return 0;
    const header = this.#header[0]! | (this.#header[1]! << 8) | (this.#header[2]! << 16);
    const isLast = (header & 1) !== 0;
    this.#blocks++;
    const content = ((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3;
    this.#inFrame = !isLast;
    this.#pass(content + (isLast && this.#hasChecksum ? CHECKSUM : 0));
    return 0;
  }

  #pass(bytes: number): void {
    this.#skip = bytes;
    this.#have = 0;
  }
}
