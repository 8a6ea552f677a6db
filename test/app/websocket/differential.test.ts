/** WebSocket frames of all captures of ../shared/captures against tshark's: opcodes, masks, bytes and frames of each side. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import { WebSocket, type MessageType, type WebSocketMessage } from '../../../src/app/websocket/websocket.ts';
import { Budget } from '../../../src/stream/budget.ts';
import { StreamTap } from '../../../src/stream/tap.ts';

const captures = join(import.meta.dirname, '../../../../shared/captures');

interface Direction {
  readonly n: number;
  readonly op?: Readonly<Record<string, number>>;
  readonly masked: number;
  readonly bytes: number;
  readonly frames?: readonly number[];
}

interface Truth {
  readonly file: string;
  readonly ws: Readonly<Record<string, Readonly<Record<'A' | 'B', Direction>>>>;
}

const truths: readonly Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name) => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Partial<Truth> & { file: string })
      .filter((truth): truth is Truth => truth.ws !== undefined)
  : [];

const opcodes: Readonly<Record<MessageType, number>> = {
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
  reserved: 3,
};

async function messagesOf(file: string): Promise<Map<number, { socket: WebSocket; messages: WebSocketMessage[] }>> {
  const found = new Map<number, { socket: WebSocket; messages: WebSocketMessage[] }>();
  const tap = new StreamTap(
    (_, id) =>
      new HttpConversation({
        closed: () => undefined,
        tunnel: (transaction, client) => {
          const messages: WebSocketMessage[] = [];
          const socket = new WebSocket(transaction, client, {
            message: (message) => messages.push(message),
            budget: new Budget(),
          });
          found.set(id, { socket, messages });
          return socket;
        },
      }),
    'linux',
    false,
  );
  const { facts } = await analyze([join(captures, file)], { observer: tap });
  tap.finish();
  const indexes = facts.connections.indexes();
  return new Map([...found].map(([id, each]) => [indexes[id]!, each]));
}

/** As tshark counts: frames, of which those that continue a message have opcode 0. */
function direction(messages: readonly WebSocketMessage[]): Direction {
  const op: Record<string, number> = {};
  for (const { type, fragments } of messages) {
    op[opcodes[type]] = (op[opcodes[type]] ?? 0) + 1;
    if (fragments > 1) op[0] = (op[0] ?? 0) + fragments - 1;
  }
  const sum = (of: (message: WebSocketMessage) => number): number => messages.reduce((all, each) => all + of(each), 0);
  return {
    n: sum(({ fragments }) => fragments),
    op,
    masked: sum(({ masked, fragments }) => (masked ? fragments : 0)),
    bytes: sum(({ payloadBytes }) => payloadBytes),
  };
}

describe.runIf(truths.length > 0)('against tshark', () => {
  test('there is something to compare', () => {
    expect(truths.length).toBeGreaterThanOrEqual(10);
  });

  test.each(truths.map((truth) => [truth.file, truth] as const))('%s', async (file, { ws }) => {
    const own = await messagesOf(file);
    expect([...own.keys()].map(String)).toEqual(Object.keys(ws));
    for (const [stream, sides] of Object.entries(ws)) {
      const { messages, socket } = own.get(Number(stream))!;
      const { accept, expectedAccept } = socket.handshake;
      expect(accept).toBe(expectedAccept);
      for (const [side, name] of [
        [0, 'A'],
        [1, 'B'],
      ] as const) {
        const mine = messages.filter((message) => message.side === side);
        const { n, op = {}, masked, bytes, frames = [] } = sides[name];
        expect(direction(mine)).toEqual({ n, op, masked, bytes });
        // The first 60 are listed.
        const listed = new Set(frames);
        expect([...new Set(mine.map(({ last }) => last.frame))].slice(0, listed.size)).toEqual([...listed]);
      }
    }
  });
});
