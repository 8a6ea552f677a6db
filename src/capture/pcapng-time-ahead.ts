/**
 * The first time of a pcapng section, for Simple Packet Blocks in front of it: they have none. Blocks are looked at where
 * they lie, up to a limit, so that what is found does not depend on how much is read at once.
 */
import type { Block } from './block.ts';
import { MAX_PCAPNG_BLOCK_BYTES, MAX_UNTIMED_BYTES } from './limits.ts';
import * as layout from './pcapng-blocks.ts';
import type { PcapngSection } from './pcapng-section.ts';

export class TimeAhead {
  /** There is nothing to look for any more. */
  isOver = false;
  /** What was found, as a row of a batch. */
  readonly seconds = new Float64Array(1);
  readonly nanoseconds = new Int32Array(1);
  /** Offsets in the stream: the first block without a time, and the first that was not looked at. */
  #from = -1;
  #next = 0;

  /** True where the time is known now. The block's position is that of a Simple Packet Block. */
  look(block: Block, section: PcapngSection): boolean {
    if (this.#from < 0) this.#from = this.#next = block.streamPosition;
    while (!this.isOver) {
      const at = this.#next - block.offset;
      if (this.#next - this.#from > MAX_UNTIMED_BYTES) this.isOver = true;
      if (this.isOver || at + layout.MIN_BLOCK > block.end) return false;
      const type = block.view.getUint32(at, section.littleEndian);
      const length = block.view.getUint32(at + 4, section.littleEndian);
      // What is broken is told when it is read.
      const isOdd = length < layout.MIN_BLOCK || length > MAX_PCAPNG_BLOCK_BYTES;
      if (isOdd || type === layout.SECTION_HEADER) this.isOver = true;
      else if (type === layout.ENHANCED_PACKET || type === layout.PACKET) {
        if (at + layout.PACKET_FIXED > block.end) return false;
        this.isOver = true;
        return this.#read(block, at, type, section);
      }
      this.#next += layout.padded(length);
    }
    return false;
  }

  /** The input is at its end. True where this was waited for. */
  giveUp(): boolean {
    const waited = this.#from >= 0 && !this.isOver;
    this.isOver = true;
    return waited;
  }

  /** False for an interface that is described between here and there. */
  #read({ view }: Block, at: number, type: number, { littleEndian, interfaces }: PcapngSection): boolean {
    const id = type === layout.PACKET ? view.getUint16(at + 8, littleEndian) : view.getUint32(at + 8, littleEndian);
    const clock = interfaces[id]?.clock;
    clock?.write(view.getUint32(at + 12, littleEndian), view.getUint32(at + 16, littleEndian), this, 0);
    return clock !== undefined;
  }
}
