/** `websocket`: messages of all WebSocket connections. */
import type { Keys } from '../app/tls/decryptor.ts';
import type { Facts } from '../detect/facts.ts';
import { type WebSocketDocument, type WebSocketRow, websocketDocument } from '../report/websocket/document.ts';
import { writeAll } from './commands.ts';
import type { CommonOptions } from './options.ts';
import { type RowKind, rowForm } from './row-forms.ts';
import { runOnCaptures } from './run.ts';
import { WebSocketGathering } from './websocket-gathering.ts';

export interface WebSocketOptions extends CommonOptions {
  readonly keys: Keys;
}

export async function runWebSocket(options: WebSocketOptions): Promise<number> {
  const { textOf, pieces } = await rowForm(kind, options);
  const sockets = new WebSocketGathering(options.keys, textOf);
  const { run, rows } = sockets;
  try {
    return await runOnCaptures({ ...options, observer: run.tap, onOpen: run.onOpen }, async ({ facts }, output) => {
      const { found, findings } = sockets.finish(facts);
      const doc = websocketDocument(facts, found, nameIn(facts), findings);
      await writeAll(output, pieces(doc, rows.texts(facts.connections.ordered())));
      return findings;
    });
  } finally {
    rows.close();
  }
}

function nameIn({ connections }: Facts): (id: number) => string {
  const indexes = connections.indexes();
  return (id) => `tcp:${indexes[id]!}`;
}

const columns = [
  'connection',
  'side',
  'index',
  'type',
  'start',
  'end',
  'class',
  'frames.first',
  'frames.last',
  'time',
  'fragments',
  'masked',
  'compressed',
  'payloadBytes',
  'contentBytes',
  'closeCode',
  'rttSeconds',
  'text',
  'problems',
];

const kind: RowKind<WebSocketRow, WebSocketDocument> = {
  key: 'messages',
  type: 'message',
  columns,
  // Lists as words.
  flat: (row) => ({ ...row, problems: row.problems.join(' ') }),
  text: async () => {
    const { messageCells, websocketText } = await import('../report/text/http/websocket.ts');
    return { textOf: messageCells, draw: websocketText };
  },
};
