/**
 * Classic pcap from a pipe, by the pcap-parser package behind a guard of ours. The package believes every length it
 * reads, copies its buffer at every chunk, knows one magic number and drops a cut tail. So it is given whole records
 * only, whose headers our own reader has checked, in the one variant that it knows.
 */
import { EventEmitter } from 'node:events';
import { parse } from 'pcap-parser';
import type { Packet } from 'pcap-parser';
import type { Batch } from './batch.ts';
import type { Block } from './block.ts';
import type { Broken, FrameReader } from './frame-reader.ts';
import { NANOSECONDS } from './pcap-reader.ts';
import type { PcapReader } from './pcap-reader.ts';
import { withMicrosecondMagic } from './pcap-header.ts';
import type { PcapHeader } from './pcap-header.ts';

/** The package's input: it is pushed to, and cannot be paused because it is never given more than one batch. */
class Tap extends EventEmitter {
  pause(): this {
    return this;
  }

  resume(): this {
    return this;
  }
}

export class PcapParserReader implements FrameReader {
  readonly #guard: PcapReader;
  readonly #tap = new Tap();
  readonly #nanosecondsPerUnit: number;
  readonly #interfaceIndex: number;
  #batch: Batch | null = null;

  constructor(guard: PcapReader, header: PcapHeader, fileHeader: Uint8Array, interfaceIndex: number) {
    this.#guard = guard;
    this.#nanosecondsPerUnit = header.format === 'pcap-ns' ? 1 : 1000;
    this.#interfaceIndex = interfaceIndex;
    parse(this.#tap).on('packet', (packet) => this.#add(packet));
    this.#tap.emit('data', Buffer.from(withMicrosecondMagic(fileHeader, header.littleEndian)));
  }

  get needed(): number {
    return this.#guard.needed;
  }

  get broken(): Broken | null {
    return this.#guard.broken;
  }

  ready(block: Block): boolean {
    return this.#guard.ready(block);
  }

  remainder(block: Block): Broken | null {
    return this.#guard.remainder(block);
  }

  fill(block: Block, batch: Batch): void {
    const from = block.position;
    for (let records = 0; records < batch.limit && this.#guard.ready(block); records++) {
      this.#guard.orderLengths(block.view, block.position);
      block.position += this.#guard.needed;
    }
    batch.count = 0;
    if (block.position === from) return;
    this.#batch = batch;
    this.#tap.emit('data', Buffer.from(block.bytes.buffer, from, block.position - from));
  }

  /** One row. All packets of one push lie in one buffer of the package, which becomes the batch's block. */
  #add({ header, data }: Packet): void {
    const batch = this.#batch!;
    if (batch.bytes.buffer !== data.buffer) {
      batch.bytes = new Uint8Array(data.buffer);
      batch.view = new DataView(data.buffer);
    }
    const row = batch.count++;
    const unitsPerSecond = NANOSECONDS / this.#nanosecondsPerUnit;
    const carry = Math.floor(header.timestampMicroseconds / unitsPerSecond);
    batch.seconds[row] = header.timestampSeconds + carry;
    batch.nanoseconds[row] = (header.timestampMicroseconds - carry * unitsPerSecond) * this.#nanosecondsPerUnit;
    batch.start[row] = data.byteOffset;
    batch.capturedLength[row] = header.capturedLength;
    batch.originalLength[row] = header.originalLength;
    batch.interfaceIndex[row] = this.#interfaceIndex;
  }
}
