/**
 * What `websocket` keeps while it reads: rows of messages as text, in a spool, and what findings are about. Messages are let
 * go as they come, so memory follows connections and not their number.
 */
import type { Keys } from '../app/tls/decryptor.ts';
import { GatheredWebSockets, type WebSocketConnection } from '../app/websocket/gathered.ts';
import type { Facts } from '../detect/facts.ts';
import type { Finding } from '../detect/finding.ts';
import { inOrder, sitesOf } from '../detect/sites.ts';
import { detectWebSocket } from '../detect/websocket/index.ts';
import { type WebSocketRow, webSocketRow } from '../report/websocket/document.ts';
import { HttpRun } from './http-run.ts';
import { RowBatches } from './row-batches.ts';
import { RowStore } from './row-store.ts';

export class WebSocketGathering {
  readonly rows = new RowStore();
  readonly run: HttpRun;
  readonly #batches = new RowBatches(this.rows);
  /** By record, of those that have WebSocket. */
  readonly #names = new Map<number, string>();
  readonly #sockets: GatheredWebSockets;
  #count = 0;

  constructor(keys: Keys, textOf: (row: WebSocketRow) => string) {
    this.#sockets = new GatheredWebSockets(({ id }, message) =>
      this.#batches.add(id, this.#count++, textOf(webSocketRow(this.#names.get(id)!, message))),
    );
    this.run = new HttpRun(keys, (id, name) => ({
      closed: () => undefined,
      tunnel: (transaction, client) => {
        this.#names.set(id, name);
        return this.#sockets.open(id, transaction, client);
      },
    }));
  }

  /** The capture is at its end. Names of limits that were reached are added to the facts. */
  finish({ connections, limits }: Facts): { found: readonly WebSocketConnection[]; findings: Finding[] } {
    for (const limit of this.run.finish()) limits.add(limit);
    this.#batches.finish();
    if (this.#sockets.limitReached || this.rows.limitReached) limits.add('websocket-messages');
    const found = inOrder(connections, this.#sockets.connections);
    return { found, findings: detectWebSocket(sitesOf(connections, found)) };
  }
}
