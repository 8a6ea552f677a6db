/**
 * Layout of pcapng blocks, draft-ietf-opsawg-pcapng sections 3 and 4: numbers, the section header and option lists.
 * Offsets are counted from the first byte of the block.
 */

export const SECTION_HEADER = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION = 1;
/** Obsolete, replaced by the Enhanced Packet Block; appendix A of the draft. */
export const PACKET = 2;
export const SIMPLE_PACKET = 3;
export const INTERFACE_STATISTICS = 5;
export const ENHANCED_PACKET = 6;
export const DECRYPTION_SECRETS = 10;

/** Type, total length, total length again. */
export const MIN_BLOCK = 12;
export const TRAILER = 4;
const MIN_SECTION_HEADER = 28;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SUPPORTED_MAJOR = 1;

/** Fixed part of each block that is read, without the trailer. */
export const INTERFACE_DESCRIPTION_FIXED = 16;
export const SIMPLE_PACKET_FIXED = 12;
export const INTERFACE_STATISTICS_FIXED = 20;
/** Both the enhanced and the obsolete packet block. */
export const PACKET_FIXED = 28;
export const DECRYPTION_SECRETS_FIXED = 16;

export const OPTION_IF_NAME = 2;
export const OPTION_IF_TSRESOL = 9;
export const OPTION_IF_FCSLEN = 13;
export const OPTION_IF_TSOFFSET = 14;
export const OPTION_ISB_IFRECV = 4;
export const OPTION_ISB_IFDROP = 5;
const OPTION_END = 0;
const OPTION_HEADER = 4;

/** Blocks and options are padded to 32 bits. */
export const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** Byte order of the section whose header lies at `at`, or null when that is no section header. Needs 12 bytes. */
export function sectionByteOrder(view: DataView, at: number): { littleEndian: boolean } | null {
  if (view.getUint32(at, false) !== SECTION_HEADER) return null;
  for (const littleEndian of [true, false]) {
    if (view.getUint32(at + 8, littleEndian) === BYTE_ORDER_MAGIC) return { littleEndian };
  }
  return null;
}

/** What is wrong with a whole section header block, or null when its section can be read. */
export function sectionFault(
  view: DataView,
  at: number,
  length: number,
  littleEndian: boolean,
): { what: string; expected: string; found: string } | null {
  if (length < MIN_SECTION_HEADER) {
    return { what: 'section header too short', expected: `${MIN_SECTION_HEADER} bytes`, found: `${length} bytes` };
  }
  const major = view.getUint16(at + 12, littleEndian);
  if (major === SUPPORTED_MAJOR) return null;
  const minor = view.getUint16(at + 14, littleEndian);
  return { what: 'unsupported pcapng version', expected: 'version 1.x', found: `version ${major}.${minor}` };
}

/** Calls `visit` with code, offset and length of each option in `[from, to)`; false when one runs past the end. */
export function eachOption(
  view: DataView,
  from: number,
  to: number,
  littleEndian: boolean,
  visit: (code: number, at: number, length: number) => void,
): boolean {
  let at = from;
  while (at + OPTION_HEADER <= to) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === OPTION_END) return true;
    if (at + OPTION_HEADER + length > to) return false;
    visit(code, at + OPTION_HEADER, length);
    at += OPTION_HEADER + padded(length);
  }
  return true;
}
