/**
 * The reader for an input that is not, or no longer, compressed. Enters: a block at the start of the stream.
 * Leaves: the reader of its format, past a file header that was checked, or a CaptureError that says what is there.
 */
import type { Block } from './block.ts';
import { CaptureError } from './errors.ts';
import type { CaptureErrorCode } from './errors.ts';
import { addInterface } from './facts.ts';
import type { FrameReader } from './frame-reader.ts';
import { MAX_PCAPNG_BLOCK_BYTES } from './limits.ts';
import { FILE_HEADER_BYTES, decodePcapHeader, pcapHeaderFault, recognisePcap } from './pcap-header.ts';
import { PcapReader } from './pcap-reader.ts';
import { MIN_BLOCK, SECTION_HEADER, padded, sectionByteOrder, sectionFault } from './pcapng-blocks.ts';
import type { Candidate } from './recognise.ts';

const MAGIC_BYTES = 4;
/** So many bytes of what is no capture are shown. */
const SHOWN_BYTES = 4;

/** `live` says that classic pcap is to go through the pcap-parser package. */
export async function openReader(candidate: Candidate, block: Block, live: boolean): Promise<FrameReader> {
  await block.require(MAGIC_BYTES);
  if (block.end === 0) throw emptyError(candidate, block);
  if (block.end < MAGIC_BYTES) throw notACapture(candidate, block);
  if (recognisePcap(block.view, 0) !== null) return openPcap(candidate, block, live);
  if (block.view.getUint32(0, false) === SECTION_HEADER) return openPcapng(candidate, block);
  throw notACapture(candidate, block);
}

async function openPcap(candidate: Candidate, block: Block, live: boolean): Promise<FrameReader> {
  if (!(await block.require(FILE_HEADER_BYTES))) throw cutHeader(candidate, block, FILE_HEADER_BYTES);
  const header = decodePcapHeader(block.view, 0)!;
  const fault = pcapHeaderFault(header);
  if (fault !== null) throw failure(candidate, 'unsupported-version', fault.at, fault);
  const { facts, index } = candidate;
  const { linkType, fcsLength, snapLength, format } = header;
  facts.files[index]!.format = format;
  const interfaceIndex = addInterface(facts, index, { linkType, fcsLength, snapLength, name: null });
  const fileHeader = block.bytes.slice(0, FILE_HEADER_BYTES);
  block.position = FILE_HEADER_BYTES;
  const reader = new PcapReader(header, interfaceIndex);
  // The package knows two variants; the third one has records of another size.
  if (!live || format === 'pcap-modified') return reader;
  const { PcapParserReader } = await import('./pcap-parser.ts');
  return new PcapParserReader(reader, header, fileHeader, interfaceIndex);
}

/** The first section header must be whole and sound; the reader then reads it again, as it does every later one. */
async function openPcapng(candidate: Candidate, block: Block): Promise<FrameReader> {
  if (!(await block.require(MIN_BLOCK))) throw cutHeader(candidate, block, MIN_BLOCK);
  const order = sectionByteOrder(block.view, 0);
  if (order === null) throw notACapture(candidate, block);
  const length = block.view.getUint32(4, order.littleEndian);
  if (length < MIN_BLOCK || length > MAX_PCAPNG_BLOCK_BYTES) {
    const expected = `${MIN_BLOCK} to ${MAX_PCAPNG_BLOCK_BYTES} bytes`;
    throw failure(candidate, 'not-a-capture', 4, {
      what: 'section header of no size',
      expected,
      found: String(length),
    });
  }
  if (!(await block.require(padded(length)))) throw cutHeader(candidate, block, padded(length));
  const fault = sectionFault(block.view, 0, length, order.littleEndian);
  if (fault !== null) throw failure(candidate, 'unsupported-version', MIN_BLOCK, fault);
  candidate.facts.files[candidate.index]!.format = 'pcapng';
  const { PcapngReader } = await import('./pcapng-reader.ts');
  return new PcapngReader(candidate.facts, candidate.index);
}

interface Fault {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

function failure({ path }: Candidate, code: CaptureErrorCode, offset: number, fault: Fault): CaptureError {
  return new CaptureError(code, path, offset, fault.what, fault.expected, fault.found);
}

/** For an input without a single byte, because there is none or because it could not be had. */
export function emptyError(candidate: Candidate, block: Block): CaptureError {
  if (block.trouble === null) {
    return failure(candidate, 'empty', 0, { what: 'empty input', expected: 'a capture', found: '0 bytes' });
  }
  const isCompressed = candidate.facts.files[candidate.index]!.compressed !== null;
  return failure(candidate, isCompressed ? 'truncated-header' : 'unreadable', 0, block.trouble);
}

function cutHeader(candidate: Candidate, block: Block, expected: number): CaptureError {
  return failure(candidate, 'truncated-header', block.end, {
    what: 'file header cut short',
    expected: `${expected} bytes`,
    found: `${block.end} bytes`,
  });
}

function notACapture(candidate: Candidate, block: Block): CaptureError {
  // Hexadecimal, since these bytes may be anything, terminal control characters included.
  const shown = [...block.bytes.subarray(0, Math.min(block.end, SHOWN_BYTES))];
  return failure(candidate, 'not-a-capture', 0, {
    what: 'not a capture file',
    expected: 'the magic number of pcap or pcapng',
    found: `the bytes ${shown.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`,
  });
}
