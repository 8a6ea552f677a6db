/** WebSocket connections written by hand: frames of either side behind an upgrade, and what is understood of them. */
import { hashBase64 } from '../../../src/app/crypto.ts';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import { WebSocket, type WebSocketMessage } from '../../../src/app/websocket/websocket.ts';
import { Budget } from '../../../src/stream/budget.ts';
import type { Side } from '../../../src/stream/segment.ts';

/** What a side sends, or how many bytes of it the capture lacks. */
export type Said = readonly [side: Side, what: Uint8Array | number];

interface Shape {
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly mask?: boolean;
}

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A frame of RFC 6455 section 5.2, with the shortest length that holds. */
export function frame(opcode: number, content: Uint8Array | string = '', shape: Shape = {}): Buffer {
  const { fin = true, rsv = 0, mask = false } = shape;
  const payload = Buffer.from(content);
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (fin ? 128 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 128 : 0) | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  if (!mask) return Buffer.concat([head, payload]);
  return Buffer.concat([head, MASK, payload.map((byte, i) => byte ^ MASK[i & 3]!)]);
}

/** As a client sends it. */
export const masked = (opcode: number, content: Uint8Array | string = '', shape: Shape = {}): Buffer =>
  frame(opcode, content, { ...shape, mask: true });

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** The upgrade that all begin with; `extensions` as the server agrees to them. */
export function upgrade(extensions = ''): readonly Said[] {
  const accept = hashBase64('sha1', `${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const agreed = extensions === '' ? '' : `Sec-WebSocket-Extensions: ${extensions}\r\n`;
  const both = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  return [
    [0, Buffer.from(`GET /chat HTTP/1.1\r\nHost: h\r\n${both}Sec-WebSocket-Key: ${KEY}\r\n\r\n`)],
    [1, Buffer.from(`HTTP/1.1 101 Switching Protocols\r\n${both}Sec-WebSocket-Accept: ${accept}\r\n${agreed}\r\n`)],
  ];
}

/** What each captured frame carried: `start` to `end` of its side's stream. */
interface Carried {
  readonly frame: number;
  readonly side: Side;
  readonly start: number;
  readonly end: number;
}

export interface Heard {
  readonly socket: WebSocket | null;
  readonly messages: WebSocketMessage[];
  readonly carried: Carried[];
}

type Cut = (length: number) => number;

/** Pushes what was said, each piece of `cut` bytes in a captured frame of its own, a millisecond after the one before. */
export function talk(said: readonly Said[], cut?: Cut, budget?: Budget): Heard {
  const heard = talking(said, cut, budget);
  heard.conversation.finish();
  return heard;
}

/** The same, of a conversation that goes on. */
export function talking(
  said: readonly Said[],
  cut: Cut = (length) => length,
  budget = new Budget(),
): Heard & { readonly conversation: HttpConversation } {
  const messages: WebSocketMessage[] = [];
  const carried: Carried[] = [];
  let socket: WebSocket | null = null;
  const conversation = new HttpConversation({
    closed: () => undefined,
    tunnel: (transaction, client) =>
      (socket = new WebSocket(transaction, client, { message: (message) => messages.push(message), budget })),
  });
  const offsets: [number, number] = [0, 0];
  let number = 0;
  for (const [side, what] of said) {
    const next = () => ({ frame: ++number, seconds: Math.floor(number / 1000), nanoseconds: (number % 1000) * 1e6 });
    if (typeof what === 'number') {
      conversation.gap(side, offsets[side], what, 'lost', next());
      offsets[side] += what;
      continue;
    }
    for (let from = 0; from < what.length;) {
      const to = Math.min(what.length, from + Math.max(1, cut(what.length - from)));
      const at = next();
      const start = offsets[side];
      offsets[side] += to - from;
      carried.push({ frame: at.frame, side, start, end: offsets[side] });
      // In a block with other bytes around it, as captures have them.
      const block = new Uint8Array(to - from + 20).fill(0x81);
      block.set(what.subarray(from, to), 10);
      conversation.push(side, { bytes: block, start: 10, end: 10 + to - from, offset: start, sent: at, now: at });
      from = to;
    }
  }
  return { socket, messages, carried, conversation };
}

/** `> text fin 5 B "hello" [mask-missing]`: one line for each message. */
export const lines = (messages: readonly WebSocketMessage[]): string[] => messages.map(line);

function line(message: WebSocketMessage): string {
  const { side, type, fragments, payloadBytes, contentBytes, text, closeCode, problems } = message;
  const parts = fragments === 1 ? '' : ` in ${fragments}`;
  const became = contentBytes === payloadBytes ? '' : ` as ${contentBytes ?? '?'}`;
  const code = closeCode === null ? '' : ` ${closeCode}`;
  const said = text === null || text === '' ? '' : ` ${JSON.stringify(text)}`;
  const wrong = problems.length === 0 ? '' : ` [${problems.join(' ')}]`;
  return `${side === 0 ? '>' : '<'} ${type}${parts} ${payloadBytes} B${became}${code}${said}${wrong}`;
}
