/** `websocket`: messages of all WebSocket connections. */
import type { Keys } from '../app/tls/decryptor.ts';
import { GatheredWebSockets, type WebSocketConnection } from '../app/websocket/gathered.ts';
import { WebSocket } from '../app/websocket/websocket.ts';
import { inOrder, sitesOf } from '../detect/sites.ts';
import { detectWebSocket } from '../detect/websocket/index.ts';
import { type WebSocketRun, websocketDocument, websocketRows } from '../report/websocket/document.ts';
import type { Analysis } from '../analysis.ts';
import { HttpRun } from './http-run.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';
import { type Layout, writeRows } from './write-rows.ts';

export interface WebSocketOptions extends CommonOptions {
  readonly keys: Keys;
}

export function runWebSocket(options: WebSocketOptions): Promise<number> {
  const gathered = new GatheredWebSockets();
  const run = new HttpRun(options.keys, (id) => ({
    closed: () => undefined,
    tunnel: (transaction, client) => {
      if (!/\bwebsocket\b/i.test(transaction.response?.head.known.upgrade ?? '')) return null;
      const socket = new WebSocket(transaction, client, {
        message: (message) => gathered.keep(connection, message),
        budget: gathered.budget,
      });
      const connection: WebSocketConnection = { id, client, transaction, socket, messages: [] };
      gathered.connections.push(connection);
      return socket;
    },
  }));
  return runOnCaptures({ ...options, observer: run.tap, onOpen: run.onOpen }, async (analysis, output) => {
    const limits = [...run.finish(), ...(gathered.limitReached ? ['websocket-messages'] : [])];
    const { connections } = analysis.facts;
    const indexes = connections.indexes();
    const found = inOrder(connections, gathered.connections);
    const findings = detectWebSocket(sitesOf(connections, found));
    await write(analysis, { found, name: (id) => `tcp:${indexes[id]!}`, limits, findings }, output, options);
    return findings;
  });
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

async function write({ facts }: Analysis, run: WebSocketRun, output: Output, options: CommonOptions): Promise<void> {
  const doc = websocketDocument(facts, run);
  const text = async (layout: Layout): Promise<Iterable<string>> => {
    const { websocketText } = await import('../report/text/http/websocket.ts');
    return websocketText(doc, websocketRows(run), layout);
  };
  await writeRows(
    { doc, key: 'messages', type: 'message', rows: websocketRows(run), columns, flat: flat(run), text },
    output,
    options,
  );
}

/** Lists as words. */
function* flat(run: WebSocketRun): Generator<object> {
  for (const row of websocketRows(run)) yield { ...row, problems: row.problems.join(' ') };
}
