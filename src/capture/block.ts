/**
 * The piece of the input that is in memory. Enters: a supply of bytes. Leaves: one reused block in which records are
 * found in place; a record that the block's end cuts is moved to the front before more is read.
 */
import { SUMMED_BYTES, borrow, giveBack } from '../bytes/summed-memory.ts';
import { MIN_BLOCK_BYTES, MIN_SUMMED_BYTES } from './limits.ts';
import type { ByteSupply } from './supply.ts';

export class Block implements ByteSupply {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  /** First byte that is not used yet. */
  position = 0;
  /** One past the last byte read. */
  end = 0;
  /** Offset of `bytes[0]` in the stream; a double, files may be larger than 4 GiB. */
  offset = 0;
  readonly supply: ByteSupply;

  constructor(supply: ByteSupply, capacity: number) {
    this.supply = supply;
    const size = Math.max(capacity, MIN_BLOCK_BYTES);
    const summed = size >= MIN_SUMMED_BYTES && size <= SUMMED_BYTES ? borrow() : null;
    this.bytes = summed === null ? new Uint8Array(size) : new Uint8Array(summed.buffer, 0, size);
    this.view = summed ?? new DataView(this.bytes.buffer);
  }

  /** Bytes at hand. */
  get available(): number {
    return this.end - this.position;
  }

  /** Offset in the stream of the first unused byte. */
  get streamPosition(): number {
    return this.offset + this.position;
  }

  /** Reads once; `needed` is the size of the record at `position`, so that it fits. False at the end of the supply. */
  async refill(needed: number): Promise<boolean> {
    this.#makeRoom(needed);
    const count = await this.supply.read(this.bytes, this.end, this.bytes.length);
    this.end += count;
    return count > 0;
  }

  /** Reads until `needed` bytes are at hand; false when the supply ends before. */
  async require(needed: number): Promise<boolean> {
    while (this.available < needed) if (!(await this.refill(needed))) return false;
    return true;
  }

  #makeRoom(needed: number): void {
    const { bytes, position, end } = this;
    if (needed > bytes.length) {
      const larger = new Uint8Array(needed);
      larger.set(bytes.subarray(position, end));
      giveBack(this.view);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    } else {
      bytes.copyWithin(0, position, end);
    }
    this.offset += position;
    this.position = 0;
    this.end = end - position;
  }

  /** As a supply: first what is at hand, then the supply behind. So a decompressor can follow a look at the magic. */
  read(target: Uint8Array, from: number, to: number): number | Promise<number> {
    const count = Math.min(this.available, to - from);
    if (count === 0) return this.supply.read(target, from, to);
    target.set(this.bytes.subarray(this.position, this.position + count), from);
    this.position += count;
    return count;
  }

  get trouble(): ByteSupply['trouble'] {
    return this.supply.trouble;
  }

  get consumed(): number {
    return this.supply.consumed;
  }

  get size(): number | null {
    return this.supply.size;
  }

  close(): void {
    giveBack(this.view);
    this.supply.close();
  }
}
