/** WebSocket connections of a run and their messages: kept up to a limit, counted beyond it. */
import { Budget } from '../../stream/budget.ts';
import type { Side } from '../../stream/segment.ts';
import type { Transaction } from '../http/message.ts';
import { MAX_WEBSOCKET_BYTES, MAX_WEBSOCKET_MESSAGES } from '../limits.ts';
import type { WebSocket, WebSocketMessage } from './websocket.ts';

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
  /** What messages in the making may take. */
  readonly budget = new Budget(MAX_WEBSOCKET_BYTES);
  #room = MAX_WEBSOCKET_MESSAGES;
  #isFull = false;

  get limitReached(): boolean {
    return this.#isFull || this.budget.limitReached;
  }

  /** Keeps a message; false where there is no room. */
  keep(connection: WebSocketConnection, message: WebSocketMessage): void {
    if (this.#room-- > 0) connection.messages.push(message);
    else this.#isFull = true;
  }
}
