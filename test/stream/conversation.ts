/** Streams fed by hand: segments with relative numbers in, what the sink was told out. */
import { ACK } from '../../src/wire/tcp.ts';
import { type Carrier, type Side, StreamSegment, type StreamSink } from '../../src/stream/segment.ts';
import { Stream, type StreamOptions } from '../../src/stream/stream.ts';

export interface Sent {
  readonly side?: Side;
  /** Relative to `isn` + 1: 0 is the first byte. A SYN stands at -1. */
  readonly at?: number;
  readonly data?: string | Uint8Array;
  readonly flags?: number;
  /** First byte of the peer that is awaited. */
  readonly ack?: number;
  readonly window?: number;
  /** Bytes of the payload that the capture kept. */
  readonly captured?: number;
}

export interface Told {
  readonly side: Side;
  readonly offset: number;
  /** Bytes as Latin-1 text, or `<n lost>`, `<n cut>`, `<end>`. */
  readonly what: string;
  /** Frame that brought it, and the one that made it readable. */
  readonly frames: readonly [number, number];
}

export class Recorder implements StreamSink {
  readonly told: Told[] = [];

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: { frame: number }): void {
    this.told.push({ side, offset, what: latin1(bytes), frames: [carrier.frame, now.frame] });
  }

  gap(side: Side, offset: number, length: number, kind: string, now: { frame: number }): void {
    this.told.push({ side, offset, what: `<${length} ${kind}>`, frames: [now.frame, now.frame] });
  }

  end(side: Side): void {
    this.told.push({ side, offset: -1, what: '<end>', frames: [0, 0] });
  }

  /** All that one side sent, gaps in place. */
  text(side: Side = 0): string {
    return this.told.filter((each) => each.side === side && each.what !== '<end>').reduce((all, t) => all + t.what, '');
  }
}

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data, 'latin1') : data;

export class Conversation {
  readonly recorder = new Recorder();
  readonly stream: Stream;
  readonly #isn: readonly [number, number];
  readonly #segment = new StreamSegment();

  constructor(options?: StreamOptions, isn: readonly [number, number] = [1000, 5000]) {
    this.stream = new Stream(this.recorder, options);
    this.#isn = isn;
  }

  send({ side = 0, at = 0, data = '', flags = ACK, ack = 0, window = 1000, captured }: Sent): void {
    const s = this.#segment;
    const payload = bytesOf(data);
    s.side = side;
    s.frame++;
    s.flags = flags;
    s.sequence = (this.#isn[side] + 1 + at) | 0;
    s.acknowledgment = (this.#isn[side === 0 ? 1 : 0] + 1 + ack) | 0;
    s.windowField = window;
    // In a block that is used again, behind other bytes.
    s.bytes = new Uint8Array(payload.length + 7).fill(0xee);
    s.bytes.set(payload, 7);
    s.payload = 7;
    s.length = payload.length;
    s.captured = Math.min(payload.length, captured ?? payload.length);
    this.stream.take(s);
    s.bytes.fill(0xdd);
  }

  finish(): Recorder {
    this.stream.finish();
    return this.recorder;
  }
}

/** A conversation of these segments, to its end. */
export function told(segments: readonly Sent[], options?: StreamOptions): Recorder {
  const conversation = new Conversation(options);
  for (const segment of segments) conversation.send(segment);
  return conversation.finish();
}
