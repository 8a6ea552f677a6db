/** Conversations for inference: what each side wrote, cut into segments as a test says. */
import { type ConnectionSample, SampleRoom, SampleSink } from '../../../src/app/infer/sample.ts';
import type { Side } from '../../../src/stream/segment.ts';
import type { Circumstances } from '../../../src/stream/sending.ts';

const small: Circumstances = { size: 'small', moment: 'idle', fillsWindow: false };
const full: Circumstances = { size: 'full', moment: 'idle', fillsWindow: false };

export interface Write {
  readonly side: Side;
  readonly bytes: Uint8Array;
  /** The segment was as large as it could be: more of the same follows. */
  readonly isFull?: boolean;
}

/** A connection of these segments, seen from its first byte to its last. */
export function spoken(writes: readonly Write[], port = 9000): ConnectionSample {
  const sink = new SampleSink(port, new SampleRoom());
  const at: [number, number] = [0, 0];
  writes.forEach(({ side, bytes, isFull = false }, i) => {
    const start = at[side];
    at[side] += bytes.length;
    const now = { frame: i + 1, seconds: i, nanoseconds: 0 };
    sink.data(side, bytes, start, { ...now, start, end: at[side], sent: isFull ? full : small });
  });
  sink.end(0);
  sink.end(1);
  return sink.sample();
}
