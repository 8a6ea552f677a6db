/**
 * What every decoder of a byte stream looks like: bytes are pushed as they come, and any split of them gives the same
 * messages. A message is a range of stream offsets; its bytes are not kept.
 */
import type { Side } from '../stream/segment.ts';

export type Fields = Readonly<Record<string, number | string>>;

/**
 * `too-long` and `corrupted`: where Netty throws TooLongFrameException or CorruptedFrameException; the range is what it
 * discards. `gap`: bytes that the capture lacks took the boundary with them.
 */
export type FramingProblem = 'too-long' | 'corrupted' | 'gap';

export interface MessageSink {
  /** `start` to `end` is a message, with its length field or delimiter. */
  message(side: Side, start: number, end: number, fields: Fields): void;
  /** `start` to `end` is not. */
  problem(side: Side, start: number, end: number, problem: FramingProblem, text: string): void;
}

export interface Conversation {
  push(side: Side, bytes: Uint8Array, streamOffset: number): void;
  /** Bytes that the capture lacks. */
  gap(side: Side, length: number): void;
  end(side: Side): void;
  /** Where the message in the making starts; null when there is none. */
  pending(side: Side): number | null;
}

export interface StreamDecoder {
  readonly protocol: string;
  /** Whether the first bytes of a side, as many as are known, belong to the protocol. Asked by `--infer`. */
  probe(head: Uint8Array, side: Side): 'yes' | 'no' | 'more';
  open(sink: MessageSink): Conversation;
}
