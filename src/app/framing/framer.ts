/** One direction of a framing: bytes in, ranges out. Decoders are Netty's, byte for byte; docs/streams.md lists them. */
import type { Fields, FramingProblem } from '../decoder.ts';

/** Takes what a framer finds. */
export interface Boundaries {
  message(start: number, end: number, fields: Fields): void;
  problem(start: number, end: number, problem: FramingProblem, text: string): void;
}

export interface Framer {
  /** Bytes from stream offset `offset` on, which is where the last ones ended. */
  push(bytes: Uint8Array, offset: number): void;
  /** `length` bytes from `offset` on never come. */
  gap(offset: number, length: number): void;
  /** Nothing more comes. */
  end(): void;
  /** Start of the message in the making; null when there is none. */
  readonly pending: number | null;
}

export type FramerFactory = (found: Boundaries) => Framer;

export const NO_FIELDS: Fields = {};
