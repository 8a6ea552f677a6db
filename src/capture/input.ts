/**
 * One input: opened, recognised by its first bytes, read record by record up to its end or its first damage.
 * Enters: a path. Leaves: frames in batches, and what was learnt in the shared facts.
 */
import type { Readable } from 'node:stream';
import type { Batch } from './batch.ts';
import { Block } from './block.ts';
import type { Facts } from './facts.ts';
import type { Broken, FrameReader } from './frame-reader.ts';
import { PIPE_BLOCK_BYTES } from './limits.ts';
import { openSupply } from './open-supply.ts';
import { recogniseFormat } from './recognise.ts';
import type { CaptureFile } from './source.ts';
import type { ByteSupply } from './supply.ts';

export interface InputPlace {
  readonly path: string;
  /** Index into `facts.files`. */
  readonly index: number;
  /** What `-` stands for. */
  readonly standardInput: () => Readable;
  /** Upper bound of the block; a smaller file gets a smaller block. */
  readonly blockBytes: number;
  /** False when so many files are open that descriptors must be saved. */
  readonly keepOpen: boolean;
}

export class Input {
  readonly file: CaptureFile;
  readonly #index: number;
  readonly #facts: Facts;
  readonly #block: Block;
  readonly #reader: FrameReader;
  #ended = false;

  constructor(place: InputPlace, facts: Facts, block: Block, reader: FrameReader) {
    this.file = facts.files[place.index]!;
    this.#index = place.index;
    this.#facts = facts;
    this.#block = block;
    this.#reader = reader;
    this.#countBytes();
  }

  /** Makes at least one frame available to `next`; false at the end of this input. */
  async load(): Promise<boolean> {
    while (!this.#ended) {
      if (this.#reader.ready(this.#block)) return true;
      if (this.#reader.broken !== null) this.#end(this.#reader.broken);
      else await this.#loadMore();
    }
    return false;
  }

  /** Fills the batch from what is in memory; false when that is used up. */
  next(batch: Batch): boolean {
    batch.count = 0;
    if (this.#ended) return false;
    this.#reader.fill(this.#block, batch);
    this.file.frames += batch.count;
    return batch.count > 0;
  }

  get consumed(): number {
    return this.#block.consumed;
  }

  get size(): number | null {
    return this.#block.size;
  }

  close(): void {
    this.#ended = true;
    this.#block.close();
  }

  async #loadMore(): Promise<void> {
    const more = await this.#block.refill(this.#reader.needed);
    // Closed while it waited: that is no damage.
    if (this.#ended) return;
    this.#countBytes();
    if (more) await eventLoopTurn();
    else if (this.#reader.release?.() !== true) this.#end(this.#missing());
  }

  #countBytes(): void {
    this.file.bytes = this.#block.offset + this.#block.end;
  }

  /** What is wrong with the end of the input, or null when it ends between two records. */
  #missing(): Broken | null {
    const { trouble, streamPosition } = this.#block;
    return trouble === null ? this.#reader.remainder(this.#block) : { byte: streamPosition, ...trouble };
  }

  #end(broken: Broken | null): void {
    if (broken !== null) this.#facts.damage.push({ file: this.#index, frame: this.file.frames + 1, ...broken });
    this.close();
  }
}

/** Opens an input up to its first record. */
export async function openInput(place: InputPlace, facts: Facts): Promise<Input> {
  const { path, index, standardInput, keepOpen } = place;
  const { supply, piped } = openSupply(path, standardInput, keepOpen);
  const blockBytes = Math.min(place.blockBytes, supply.size ?? PIPE_BLOCK_BYTES);
  const reopen = piped ? null : (): ByteSupply => openSupply(path, standardInput, keepOpen).supply;
  try {
    const candidate = { path, index, facts, piped, blockBytes: place.blockBytes, reopen };
    const { reader, block } = await recogniseFormat(candidate, new Block(supply, blockBytes));
    return new Input(place, facts, block, reader);
  } catch (error) {
    supply.close();
    throw error;
  }
}

/** Lets signals and timers in between two blocks, since the blocks of a file are read without waiting. */
const eventLoopTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
