/** WebSocket connections of a run and their messages: kept up to a limit, counted beyond it. */
import { MAX_WEBSOCKET_MESSAGES } from '../limits.ts';
import type { WebSocket, WebSocketMessage } from './websocket.ts';
import type { Transaction } from '../http/message.ts';
import type { Side } from '../../stream/segment.ts';

/** Of one connection, by its record. */
export interface WebSocketConnection {
  readonly id: number;
  readonly client: Side;
  readonly transaction: Transaction;
  readonly socket: WebSocket;
  readonly messages: WebSocketMessage[];
}

export class GatheredWebSockets {
  readonly connections: WebSocketConnection[] = [];
  #room = MAX_WEBSOCKET_MESSAGES;
  limitReached = false;

  /** Keeps a message; false where there is no room. */
  keep(connection: WebSocketConnection, message: WebSocketMessage): void {
    if (this.#room-- > 0) connection.messages.push(message);
    else this.limitReached = true;
  }
}
