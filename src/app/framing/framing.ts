/** A framing as a decoder: the same for both directions of a connection, or one that looks at both. */
import type { Conversation, MessageSink, StreamDecoder } from '../decoder.ts';
import type { Side } from '../../stream/segment.ts';
import type { Framer, FramerFactory } from './framer.ts';
import type { Framing } from './spec.ts';

export const framed = ({ spec, open }: Framing): StreamDecoder =>
  typeof open === 'function'
    ? { protocol: spec, probe: () => 'yes', open: (sink) => new FramedConversation(sink, open) }
    : open;

class FramedConversation implements Conversation {
  readonly #framers: readonly [Framer, Framer];
  /** Offset behind the last byte of each side. */
  readonly #at: [number, number] = [0, 0];

  constructor(sink: MessageSink, open: FramerFactory) {
    const of = (side: Side): Framer =>
      open({
        message: (start, end, fields) => sink.message(side, start, end, fields),
        problem: (start, end, problem, text) => sink.problem(side, start, end, problem, text),
      });
    this.#framers = [of(0), of(1)];
  }

  push(side: Side, bytes: Uint8Array, streamOffset: number): void {
    this.#at[side] = streamOffset + bytes.length;
    this.#framers[side].push(bytes, streamOffset);
  }

  gap(side: Side, length: number): void {
    this.#framers[side].gap(this.#at[side], length);
    this.#at[side] += length;
  }

  end(side: Side): void {
    this.#framers[side].end();
  }

  pending(side: Side): number | null {
    return this.#framers[side].pending;
  }
}
