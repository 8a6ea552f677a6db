/** What reads the records of one format out of a block. */
import type { Batch } from './batch.ts';
import type { Block } from './block.ts';

/** A broken record, without the file and the frame number that only the input knows. */
export interface Broken {
  /** Offset in the stream of the record or block. */
  readonly byte: number;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export interface FrameReader {
  /** True when a whole frame lies at the block's position. When false, look at `broken` and `needed`. */
  ready(block: Block): boolean;
  /** Puts the frames at the block's position into the batch, as many as are whole, and moves the position. */
  fill(block: Block, batch: Batch): void;
  /** After `ready` said no: the bytes that the record at the position needs. */
  readonly needed: number;
  /** At the end of the input: true where frames are at hand after all that waited for what does not come. */
  release?(): boolean;
  /** Set by `ready` or `fill` at a record that breaks the format; nothing after it can be read. */
  readonly broken: Broken | null;
  /** At the end of the input: what the unused bytes at the position are, or null when there are none. */
  remainder(block: Block): Broken | null;
}
