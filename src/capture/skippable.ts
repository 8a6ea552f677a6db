/** Skippable frames, which zstd (RFC 8878 section 3.1.2) and LZ4 have in common: magic number, size, that many bytes. */
import type { Block } from './block.ts';

export const SKIPPABLE_HEADER_BYTES = 8;
const SIZE_AT = 4;
/** 0x184d2a50 to 0x184d2a5f. */
const MAGIC_WITHOUT_LAST_DIGIT = 0x184d2a5;

export const isSkippable = (magic: number): boolean => magic >>> 4 === MAGIC_WITHOUT_LAST_DIGIT;

/** Bytes of the skippable frame at `at`, header included. */
export const skippableBytes = (view: DataView, at: number): number =>
  SKIPPABLE_HEADER_BYTES + view.getUint32(at + SIZE_AT, true);

/** Passes over the skippable frame at the position, however long it is; false when it is cut. */
export async function passSkippable(source: Block): Promise<boolean> {
  if (!(await source.require(SKIPPABLE_HEADER_BYTES))) return false;
  let remaining = skippableBytes(source.view, source.position);
  while (remaining > 0) {
    if (source.available === 0 && !(await source.refill(1))) return false;
    const count = Math.min(remaining, source.available);
    source.position += count;
    remaining -= count;
  }
  return true;
}
