/**
 * pcapng, draft-ietf-opsawg-pcapng: sections of either byte order, interfaces, frames.
 * Enters: a block of memory. Leaves: rows of a batch, facts of the section, and the first block that breaks the format.
 */
import type { Batch } from './batch.ts';
import type { Block } from './block.ts';
import type { Facts } from './facts.ts';
import type { Broken, FrameReader } from './frame-reader.ts';
import { MAX_CAPTURED_BYTES, MAX_PCAPNG_BLOCK_BYTES } from './limits.ts';
import * as layout from './pcapng-blocks.ts';
import { TimeAhead } from './pcapng-time-ahead.ts';
import { PcapngSection } from './pcapng-section.ts';
import type { SectionInterface } from './pcapng-section.ts';
import type { CaptureFile } from './source.ts';
import { oversized } from './pcap-reader.ts';

export class PcapngReader implements FrameReader {
  needed = layout.MIN_BLOCK;
  broken: Broken | null = null;
  readonly #section: PcapngSection;
  readonly #file: CaptureFile;
  /** The frame that `ready` found: its block's size and what `#take` puts into a row. */
  #blockSize = 0;
  #blockType = 0;
  #frameAt = 0;
  #captured = 0;
  #original = 0;
  #interface: SectionInterface | null = null;
  /** A Simple Packet Block has no time: it takes that of the frame before it. */
  #lastSeconds = 0;
  #lastNanoseconds = 0;
  readonly #ahead = new TimeAhead();

  constructor(facts: Facts, file: number) {
    this.#section = new PcapngSection(facts, file);
    this.#file = facts.files[file]!;
  }

  /** Passes over blocks without a frame, up to one that has one. */
  ready(block: Block): boolean {
    while (this.broken === null && this.#findBlock(block)) {
      switch (this.#blockType) {
        case layout.ENHANCED_PACKET:
        case layout.PACKET:
          return this.#findFrame(block);
        case layout.SIMPLE_PACKET:
          return this.#hasTimeFor(block) && this.#findSimpleFrame(block);
        default:
          this.#readOther(block);
      }
    }
    return false;
  }

  fill(block: Block, batch: Batch): void {
    batch.bytes = block.bytes;
    batch.view = block.view;
    batch.count = 0;
    while (batch.count < batch.limit && this.ready(block)) this.#take(block, batch);
  }

  remainder(block: Block): Broken | null {
    const found = block.available;
    if (found === 0) return null;
    const inHeader = found < layout.MIN_BLOCK;
    return {
      byte: block.streamPosition,
      what: inHeader ? 'block header cut short' : 'block cut short',
      expected: `${this.needed} bytes`,
      found: `${found} bytes`,
    };
  }

  /** True when a whole block lies at the position; its type and size are then known. */
  #findBlock(block: Block): boolean {
    this.needed = layout.MIN_BLOCK;
    if (block.available < layout.MIN_BLOCK) return false;
    const { view, position } = block;
    if (view.getUint32(position, true) === layout.SECTION_HEADER && !this.#turnByteOrder(block)) return false;
    const { littleEndian } = this.#section;
    const length = view.getUint32(position + 4, littleEndian);
    if (length < layout.MIN_BLOCK || length > MAX_PCAPNG_BLOCK_BYTES) {
      const expected = `${layout.MIN_BLOCK} to ${MAX_PCAPNG_BLOCK_BYTES} bytes`;
      return this.#break(block, 'block length out of range', expected, String(length));
    }
    // A length must be a multiple of 4; where it is not, the padding was left out of it (so Wireshark reads it).
    const size = layout.padded(length);
    this.needed = size;
    if (block.available < size) return false;
    const trailer = view.getUint32(position + size - layout.TRAILER, littleEndian);
    if (trailer !== length) {
      return this.#break(block, 'the two lengths of a block differ', String(length), String(trailer));
    }
    this.#blockType = view.getUint32(position, littleEndian);
    this.#blockSize = size;
    return true;
  }

  /** A section header's length can be read only in its own byte order, so that comes first. */
  #turnByteOrder(block: Block): boolean {
    const order = layout.sectionByteOrder(block.view, block.position);
    if (order === null) {
      return this.#break(block, 'section header without byte-order magic', '1a2b3c4d', 'other bytes');
    }
    if (order.littleEndian !== this.#section.littleEndian) this.#section.begin(order.littleEndian);
    return true;
  }

  #readOther(block: Block): void {
    const { view, position } = block;
    const whole = { view, at: position, end: position + this.#blockSize };
    switch (this.#blockType) {
      case layout.SECTION_HEADER:
        this.#beginSection(block);
        break;
      case layout.INTERFACE_DESCRIPTION: {
        const fault = this.#section.addInterface(whole);
        if (fault !== null) this.#break(block, fault.what, fault.expected, fault.found);
        break;
      }
      case layout.INTERFACE_STATISTICS:
        this.#section.addStatistics(whole);
        break;
      case layout.DECRYPTION_SECRETS:
        this.#section.addSecrets(whole);
        break;
      default:
        this.#section.skip(this.#blockType);
    }
    if (this.broken === null) block.position += this.#blockSize;
  }

  #beginSection(block: Block): void {
    const { littleEndian } = this.#section;
    const fault = layout.sectionFault(block.view, block.position, this.#blockSize, littleEndian);
    if (fault !== null) this.#break(block, fault.what, fault.expected, fault.found);
    else this.#section.begin(littleEndian);
  }

  /** Enhanced Packet Block (section 4.3) and the obsolete Packet Block, which has a 16-bit interface id. */
  #findFrame(block: Block): boolean {
    const { view, position } = block;
    const { littleEndian, interfaces } = this.#section;
    const room = this.#blockSize - layout.PACKET_FIXED - layout.TRAILER;
    if (room < 0) return this.#break(block, 'packet block too short', '32 bytes', `${this.#blockSize} bytes`);
    const id =
      this.#blockType === layout.PACKET
        ? view.getUint16(position + 8, littleEndian)
        : view.getUint32(position + 8, littleEndian);
    const captured = view.getUint32(position + 20, littleEndian);
    if (id >= interfaces.length) return this.#breakInterface(block, id);
    if (captured > MAX_CAPTURED_BYTES) {
      this.broken = oversized(block.streamPosition, captured);
      return false;
    }
    if (captured > room)
      return this.#break(block, 'packet longer than its block', `at most ${room} bytes`, `${captured}`);
    this.#interface = interfaces[id]!;
    this.#frameAt = position + layout.PACKET_FIXED;
    this.#captured = captured;
    this.#original = view.getUint32(position + 24, littleEndian);
    return true;
  }

  /** Simple Packet Block, section 4.4: of interface 0, its captured length is to be derived. */
  #findSimpleFrame(block: Block): boolean {
    const { view, position } = block;
    const { littleEndian, interfaces } = this.#section;
    const first = interfaces[0];
    if (first === undefined) return this.#breakInterface(block, 0);
    const room = this.#blockSize - layout.SIMPLE_PACKET_FIXED - layout.TRAILER;
    if (room < 0) return this.#break(block, 'packet block too short', '16 bytes', `${this.#blockSize} bytes`);
    const original = view.getUint32(position + 8, littleEndian);
    const captured = first.snapLength === 0 ? original : Math.min(original, first.snapLength);
    if (captured > room)
      return this.#break(block, 'packet longer than its block', `at most ${room} bytes`, `${captured}`);
    if (captured > MAX_CAPTURED_BYTES) {
      this.broken = oversized(block.streamPosition, captured);
      return false;
    }
    this.#interface = first;
    this.#frameAt = position + layout.SIMPLE_PACKET_FIXED;
    this.#captured = captured;
    this.#original = original;
    return true;
  }

  #take(block: Block, batch: Batch): void {
    const row = batch.count++;
    const { view, position } = block;
    const { littleEndian } = this.#section;
    const { clock, index } = this.#interface!;
    if (this.#blockType === layout.SIMPLE_PACKET) {
      batch.seconds[row] = this.#lastSeconds;
      batch.nanoseconds[row] = this.#lastNanoseconds;
      this.#file.framesWithoutTime++;
    } else {
      clock.write(view.getUint32(position + 12, littleEndian), view.getUint32(position + 16, littleEndian), batch, row);
      this.#lastSeconds = batch.seconds[row]!;
      this.#lastNanoseconds = batch.nanoseconds[row]!;
      this.#ahead.isOver = true;
    }
    batch.start[row] = this.#frameAt;
    batch.capturedLength[row] = this.#captured;
    batch.originalLength[row] = this.#original;
    batch.interfaceIndex[row] = index;
    block.position += this.#blockSize;
  }

  /** Frames without a time in front of the first that has one take that. False where more has to be read to know it. */
  #hasTimeFor(block: Block): boolean {
    const ahead = this.#ahead;
    if (ahead.isOver) return true;
    if (ahead.look(block, this.#section)) {
      this.#lastSeconds = ahead.seconds[0]!;
      this.#lastNanoseconds = ahead.nanoseconds[0]!;
    }
    if (!ahead.isOver) this.needed = 2 * block.available;
    return ahead.isOver;
  }

  release(): boolean {
    return this.#ahead.giveUp();
  }

  #breakInterface(block: Block, id: number): false {
    const { length } = this.#section.interfaces;
    return this.#break(block, 'frame of an interface that is not described', `an id below ${length}`, String(id));
  }

  #break(block: Block, what: string, expected: string, found: string): false {
    this.broken = { byte: block.streamPosition, what, expected, found };
    return false;
  }
}
