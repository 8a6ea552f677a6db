/** `websocket`: messages of all WebSocket connections. */
import { GatheredWebSockets, type WebSocketConnection } from '../app/websocket/gathered.ts';
import { WebSocket } from '../app/websocket/websocket.ts';
import { detectWebSocket } from '../detect/websocket/index.ts';
import { csvLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { type WebSocketRun, websocketDocument, websocketRows } from '../report/websocket/document.ts';
import type { Analysis } from '../analyze.ts';
import { terminalWidth, writeAll } from './commands.ts';
import { HttpRun, inOrder, sitesOf } from './http-run.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';

export function runWebSocket(options: CommonOptions): Promise<number> {
  const gathered = new GatheredWebSockets();
  const run = new HttpRun((id) => ({
    closed: () => undefined,
    tunnel: (transaction, client) => {
      if (!/\bwebsocket\b/i.test(transaction.response?.head.known.upgrade ?? '')) return null;
      const socket = new WebSocket(transaction, client, { message: (message) => gathered.keep(connection, message) });
      const connection: WebSocketConnection = { id, client, transaction, socket, messages: [] };
      gathered.connections.push(connection);
      return socket;
    },
  }));
  return runOnCaptures({ ...options, observer: run.tap }, async (analysis, output) => {
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
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(doc, 'messages', websocketRows(run)));
    case 'ndjson':
      for (const row of websocketRows(run)) await output.write(ndjsonLine('message', row));
      return output.write(ndjsonLine('summary', doc));
    case 'csv':
      return writeAll(output, csvLines(columns, flat(run)));
    default: {
      const [{ websocketText }, { makeStyle }] = await Promise.all([
        import('../report/text/http/websocket.ts'),
        import('../report/text/style.ts'),
      ]);
      const how = { style: makeStyle(options.colour), width: terminalWidth(options) ?? Infinity, utc: options.utc };
      return writeAll(output, websocketText(doc, websocketRows(run), how));
    }
  }
}

/** Lists as words. */
function* flat(run: WebSocketRun): Generator<object> {
  for (const row of websocketRows(run)) yield { ...row, problems: row.problems.join(' ') };
}
