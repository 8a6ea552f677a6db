/**
 * A batch of frames: columns over one shared block of bytes, reused for the whole run.
 * Enters: records of a capture. Leaves: offsets and lengths, nothing copied, nothing allocated per frame.
 */

/** Frames decoded together before the flow table is touched: 64 to 512 measured alike, below 32 slower. */
export const BATCH_FRAMES = 128;

export class Batch {
  /** The block that `start` points into. Valid until the next `FrameSource.load()` or `next()`. */
  bytes: Uint8Array = new Uint8Array(0);
  /** The same memory as `bytes`, with the same zero offset. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Rows in use. */
  count = 0;
  /** Rows that may be filled; fewer where only so many frames are wanted. */
  limit = BATCH_FRAMES;
  /** Frame number of row 0: 1-based over the merged input. */
  firstNumber = 1;
  /** Offset of the frame's first byte in `bytes`. */
  readonly start = new Int32Array(BATCH_FRAMES);
  /** Bytes kept by the capture. */
  readonly capturedLength = new Int32Array(BATCH_FRAMES);
  /** Bytes on the wire; up to 2^32 - 1. */
  readonly originalLength = new Float64Array(BATCH_FRAMES);
  /** Seconds since 1970, an integer, possibly beyond 2^32. */
  readonly seconds = new Float64Array(BATCH_FRAMES);
  /** 0 to 999,999,999. */
  readonly nanoseconds = new Int32Array(BATCH_FRAMES);
  /** Index into `FrameSource.interfaces`. */
  readonly interfaceIndex = new Int32Array(BATCH_FRAMES);
}
