/** HTTP/1 and WebSocket as framings: each request, response or WebSocket frame is a message. */
import type { Side } from '../../stream/segment.ts';
import type { Conversation, Fields, MessageSink, StreamDecoder } from '../decoder.ts';
import { HttpConversation, type Successor } from '../http/conversation.ts';
import type { Message } from '../http/message.ts';
import { sniff } from '../http/sniff.ts';
import type { Span } from '../http1/reader.ts';
import { type FrameHead, FrameReader } from '../websocket/frames.ts';

/** Framings do not ask when bytes came. */
const NEVER = { frame: 0, seconds: 0, nanoseconds: 0 };

const probe: StreamDecoder['probe'] = (head) => {
  const sniffed = sniff(head, 0, head.length);
  if (sniffed === 'more') return 'more';
  return sniffed === 'request' || sniffed === 'response' ? 'yes' : 'no';
};

/** Requests and responses. */
export const http: StreamDecoder = { protocol: 'http', probe, open: (sink) => new HttpFraming(sink, true) };

/** Frames behind an upgrade to WebSocket. */
export const websocket: StreamDecoder = { protocol: 'websocket', probe, open: (sink) => new HttpFraming(sink, false) };

class HttpFraming implements Conversation {
  readonly #http: HttpConversation;
  #frames: WebSocketFrames | null = null;

  /** `messages`: HTTP messages are told; otherwise WebSocket frames are. */
  constructor(sink: MessageSink, messages: boolean) {
    const open = (): Successor => (this.#frames = new WebSocketFrames(sink));
    this.#http = new HttpConversation({
      closed: () => undefined,
      ...(messages ? { message: (message: Message) => tell(sink, message) } : { tunnel: open }),
    });
  }

  push(side: Side, bytes: Uint8Array, offset: number): void {
    this.#http.push(side, { bytes, start: 0, end: bytes.length, offset, sent: NEVER, now: NEVER });
  }

  gap(side: Side, length: number): void {
    this.#http.gap(side, 0, length, 'lost', NEVER);
  }

  /** Whether with a FIN is not known here; a body up to the end of the connection ends all the same. */
  end(side: Side): void {
    this.#http.end(side, NEVER);
  }

  pending(side: Side): number | null {
    return this.#frames?.pending(side) ?? this.#http.pending(side);
  }
}

function tell(sink: MessageSink, { side, start, end, lack, head }: Message): void {
  const { line } = head;
  const fields: Fields =
    line.kind === 'request' ? { method: line.method, target: line.target } : { status: line.status };
  if (lack === null) sink.message(side, start, end, fields);
  else if (lack === 'gap') sink.problem(side, start, end, 'gap', 'bytes of this message are not in the capture');
  else
    sink.problem(
      side,
      start,
      end,
      'corrupted',
      lack === 'broken' ? 'a chunk that does not end where it says' : 'it is not whole',
    );
}

class WebSocketFrames implements Successor {
  readonly #readers: readonly [FrameReader, FrameReader];
  readonly #heads: [FrameHead | null, FrameHead | null] = [null, null];
  readonly #sink: MessageSink;

  constructor(sink: MessageSink) {
    this.#sink = sink;
    this.#readers = [this.#reader(0), this.#reader(1)];
  }

  #reader(side: Side): FrameReader {
    return new FrameReader({
      head: (head) => void (this.#heads[side] = head),
      payload: () => undefined,
      end: (end) => {
        const { start, opcode, length, fin } = this.#heads[side]!;
        this.#heads[side] = null;
        this.#sink.message(side, start, end, { opcode, length, fin: fin ? 1 : 0 });
      },
      broken: () => undefined,
    });
  }

  push(side: Side, span: Span): void {
    this.#readers[side].push(span);
  }

  gap(side: Side, length: number): void {
    const head = this.#heads[side];
    const start = head?.start ?? 0;
    if (!this.#readers[side].gap(length)) {
      this.#sink.problem(side, start, start + length, 'gap', 'the start of the next frame is not known any more');
    }
  }

  end(): void {}
  finish(): void {}

  pending(side: Side): number | null {
    return this.#heads[side]?.start ?? this.#readers[side].pendingStart;
  }
}
