/**
 * The file header of classic pcap and its variants, draft-ietf-opsawg-pcap section 4 and pcap-savefile(5).
 * Enters: the first 24 bytes. Leaves: everything that the records depend on.
 */
import type { CaptureFormat } from './source.ts';

export const FILE_HEADER_BYTES = 24;

const MICROSECOND_MAGIC = 0xa1b2c3d4;
const NANOSECOND_MAGIC = 0xa1b23c4d;
/** Alexey Kuznetsov's patched libpcap: the same file header, records with 8 more bytes. */
const MODIFIED_MAGIC = 0xa1b2cd34;

const VERSION_AT = 4;
const LINK_TYPE_AT = 20;

const SUPPORTED_MAJOR = 2;
/** Versions before this one have the two lengths of a record the other way round ... */
const FIRST_MINOR_WITH_ORDERED_LENGTHS = 4;
/** ... this one only in some files, which show it by a captured length above the original length. */
const MINOR_WITH_EITHER_ORDER = 3;

/** The upper half of the link type field: FCS length, reserved, "FCS length present", reserved. */
const FCS_LENGTH_PRESENT = 0x0400_0000;
const RESERVED_BITS = 0x03ff_0000;
const LINK_TYPE_MASK = 0xffff;
/** The FCS length is counted in units of 16 bits. */
const FCS_UNIT_BYTES = 2;

/** How the two lengths of a record are ordered: as specified, reversed, or the smaller first. */
export type LengthOrder = 'captured-first' | 'original-first' | 'smaller-first';

export interface PcapHeader {
  readonly format: Exclude<CaptureFormat, 'pcapng'>;
  readonly littleEndian: boolean;
  readonly major: number;
  readonly minor: number;
  readonly snapLength: number;
  readonly linkType: number;
  readonly fcsLength: number;
  /** Bits that must be zero; a file that sets them means something that is not specified. */
  readonly reservedBits: number;
  readonly lengthOrder: LengthOrder;
}

export interface HeaderFault {
  /** Offset in the header of the field in question. */
  readonly at: number;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

const FORMATS = new Map<number, PcapHeader['format']>([
  [MICROSECOND_MAGIC, 'pcap'],
  [NANOSECOND_MAGIC, 'pcap-ns'],
  [MODIFIED_MAGIC, 'pcap-modified'],
]);

/** The variant and byte order that four bytes stand for, or null when they are no pcap magic. */
export function recognisePcap(
  view: DataView,
  at: number,
): { format: PcapHeader['format']; littleEndian: boolean } | null {
  for (const littleEndian of [true, false]) {
    const format = FORMATS.get(view.getUint32(at, littleEndian));
    if (format !== undefined) return { format, littleEndian };
  }
  return null;
}

/** Decodes a file header whose magic is known to be there. */
export function decodePcapHeader(view: DataView, at: number): PcapHeader | null {
  const known = recognisePcap(view, at);
  if (known === null) return null;
  const { littleEndian } = known;
  const minor = view.getUint16(at + VERSION_AT + 2, littleEndian);
  const link = view.getUint32(at + LINK_TYPE_AT, littleEndian);
  return {
    ...known,
    major: view.getUint16(at + VERSION_AT, littleEndian),
    minor,
    snapLength: view.getUint32(at + 16, littleEndian),
    linkType: link & LINK_TYPE_MASK,
    fcsLength: (link & FCS_LENGTH_PRESENT) === 0 ? 0 : (link >>> 28) * FCS_UNIT_BYTES,
    reservedBits: link & RESERVED_BITS,
    lengthOrder: lengthOrder(minor),
  };
}

/** What makes a header unusable, or null. */
export function pcapHeaderFault(header: PcapHeader): HeaderFault | null {
  if (header.major !== SUPPORTED_MAJOR) {
    const found = `version ${header.major}.${header.minor}`;
    return { at: VERSION_AT, what: 'unsupported pcap version', expected: 'version 2.4', found };
  }
  if (header.reservedBits !== 0) {
    const found = `0x${header.reservedBits.toString(16).padStart(8, '0')}`;
    return { at: LINK_TYPE_AT, what: 'unsupported link type field', expected: 'reserved bits that are zero', found };
  }
  return null;
}

/** The same header with the magic number of the variant that everything reads. */
export function withMicrosecondMagic(fileHeader: Uint8Array, littleEndian: boolean): Uint8Array {
  const header = fileHeader.slice();
  new DataView(header.buffer).setUint32(0, MICROSECOND_MAGIC, littleEndian);
  return header;
}

function lengthOrder(minor: number): LengthOrder {
  if (minor >= FIRST_MINOR_WITH_ORDERED_LENGTHS) return 'captured-first';
  return minor === MINOR_WITH_EITHER_ORDER ? 'smaller-first' : 'original-first';
}
