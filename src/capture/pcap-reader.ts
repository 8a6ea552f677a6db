/**
 * Records of classic pcap, draft-ietf-opsawg-pcap section 5: seconds, fraction, captured length, original length,
 * then the frame. Enters: a block. Leaves: rows of a batch, and the first record that breaks the format.
 */
import type { Batch } from './batch.ts';
import type { Block } from './block.ts';
import type { Broken, FrameReader } from './frame-reader.ts';
import { MAX_CAPTURED_BYTES } from './limits.ts';
import type { LengthOrder, PcapHeader } from './pcap-header.ts';

const RECORD_HEADER_BYTES = 16;
/** The modified format adds an interface index, a protocol, a packet type and padding. */
const MODIFIED_RECORD_HEADER_BYTES = 24;
const FRACTION_AT = 4;
const CAPTURED_AT = 8;
const ORIGINAL_AT = 12;

export const NANOSECONDS = 1_000_000_000;

export class PcapReader implements FrameReader {
  needed = 0;
  broken: Broken | null = null;
  readonly #littleEndian: boolean;
  readonly #headerBytes: number;
  readonly #nanosecondsPerUnit: number;
  readonly #lengthOrder: LengthOrder;
  readonly #interfaceIndex: number;

  constructor(header: PcapHeader, interfaceIndex: number) {
    this.#littleEndian = header.littleEndian;
    this.#headerBytes = header.format === 'pcap-modified' ? MODIFIED_RECORD_HEADER_BYTES : RECORD_HEADER_BYTES;
    this.#nanosecondsPerUnit = header.format === 'pcap-ns' ? 1 : 1000;
    this.#lengthOrder = header.lengthOrder;
    this.#interfaceIndex = interfaceIndex;
  }

  ready(block: Block): boolean {
    this.needed = this.#headerBytes;
    if (block.available < this.#headerBytes) return false;
    const captured = this.capturedLength(block.view, block.position);
    if (captured > MAX_CAPTURED_BYTES) {
      this.broken = oversized(block.streamPosition, captured);
      return false;
    }
    this.needed = this.#headerBytes + captured;
    return block.available >= this.needed;
  }

  get #isOrdinary(): boolean {
    return this.#littleEndian && this.#headerBytes === RECORD_HEADER_BYTES && this.#lengthOrder === 'captured-first';
  }

  /** The captured length of the record at `at`, whichever of the two fields it is in. */
  capturedLength(view: DataView, at: number): number {
    const first = view.getUint32(at + CAPTURED_AT, this.#littleEndian);
    if (this.#lengthOrder === 'captured-first') return first;
    const second = view.getUint32(at + ORIGINAL_AT, this.#littleEndian);
    return this.#lengthOrder === 'original-first' ? second : Math.min(first, second);
  }

  /** Puts the two lengths of the record at `at` into the order that version 2.4 has them in. */
  orderLengths(view: DataView, at: number): void {
    if (this.#lengthOrder === 'captured-first') return;
    const captured = this.capturedLength(view, at);
    const original = this.#originalLength(view, at);
    view.setUint32(at + CAPTURED_AT, captured, this.#littleEndian);
    view.setUint32(at + ORIGINAL_AT, original, this.#littleEndian);
  }

  #originalLength(view: DataView, at: number): number {
    const first = view.getUint32(at + CAPTURED_AT, this.#littleEndian);
    const second = view.getUint32(at + ORIGINAL_AT, this.#littleEndian);
    if (this.#lengthOrder === 'captured-first') return second;
    return this.#lengthOrder === 'original-first' ? first : Math.max(first, second);
  }

  fill(block: Block, batch: Batch): void {
    batch.bytes = block.bytes;
    batch.view = block.view;
    batch.count = 0;
    if (this.#isOrdinary) fillOrdinary(block, batch, this.#nanosecondsPerUnit, this.#interfaceIndex);
    this.#fillAny(block, batch);
  }

  /** Every variant, at half the speed; also what the ordinary loop leaves: a fraction of a second or more. */
  #fillAny(block: Block, batch: Batch): void {
    const { view, end } = block;
    const littleEndian = this.#littleEndian;
    const scale = this.#nanosecondsPerUnit;
    const unitsPerSecond = NANOSECONDS / scale;
    while (batch.count < batch.limit) {
      const at = block.position;
      const frame = at + this.#headerBytes;
      if (frame > end) return;
      const captured = this.capturedLength(view, at);
      if (captured > MAX_CAPTURED_BYTES || captured > end - frame) return;
      const fraction = view.getUint32(at + FRACTION_AT, littleEndian);
      const carry = Math.floor(fraction / unitsPerSecond);
      const row = batch.count++;
      batch.seconds[row] = view.getUint32(at, littleEndian) + carry;
      batch.nanoseconds[row] = (fraction - carry * unitsPerSecond) * scale;
      batch.start[row] = frame;
      batch.capturedLength[row] = captured;
      batch.originalLength[row] = this.#originalLength(view, at);
      batch.interfaceIndex[row] = this.#interfaceIndex;
      block.position = frame + captured;
    }
  }

  remainder(block: Block): Broken | null {
    const found = block.available;
    if (found === 0) return null;
    const inHeader = found < this.#headerBytes;
    return {
      byte: block.streamPosition,
      what: inHeader ? 'record header cut short' : 'record cut short',
      expected: inHeader ? `${this.#headerBytes} bytes` : `${this.needed} bytes`,
      found: `${found} bytes`,
    };
  }
}

/**
 * The hot loop, for what nearly every file is: little-endian, 16-byte headers. Nothing is called, nothing is allocated,
 * lengths stay 32-bit integers. Stops at anything unusual, which `#fillAny` and `ready` then judge.
 */
function fillOrdinary(block: Block, batch: Batch, nanosecondsPerUnit: number, index: number): void {
  const { view, end } = block;
  const { limit, start, capturedLength, originalLength, seconds, nanoseconds, interfaceIndex } = batch;
  const unitsPerSecond = NANOSECONDS / nanosecondsPerUnit;
  const lastHeader = end - RECORD_HEADER_BYTES;
  let at = block.position;
  let row = 0;
  for (; row < limit && at <= lastHeader; row++) {
    const frame = at + RECORD_HEADER_BYTES;
    const captured = view.getInt32(at + CAPTURED_AT, true);
    if (captured < 0 || captured > MAX_CAPTURED_BYTES || captured > end - frame) break;
    const fraction = view.getInt32(at + FRACTION_AT, true);
    if (fraction < 0 || fraction >= unitsPerSecond) break;
    seconds[row] = view.getUint32(at, true);
    nanoseconds[row] = Math.imul(fraction, nanosecondsPerUnit);
    start[row] = frame;
    capturedLength[row] = captured;
    originalLength[row] = view.getUint32(at + ORIGINAL_AT, true);
    interfaceIndex[row] = index;
    at = (frame + captured) | 0;
  }
  block.position = at;
  batch.count = row;
}

/** What is said of a record whose captured length no reader accepts. */
export function oversized(byte: number, captured: number): Broken {
  return {
    byte,
    what: 'record length out of range',
    expected: `a record of at most ${MAX_CAPTURED_BYTES} bytes`,
    found: String(captured),
  };
}
