/** WebSocket connections of a run, with what is to be known of their messages when these are gone. */
import { Budget } from '../../stream/budget.ts';
import type { Side } from '../../stream/segment.ts';
import type { Transaction } from '../http/message.ts';
import { MAX_WEBSOCKET_BYTES } from '../limits.ts';
import { WebSocket, type WebSocketMessage } from './websocket.ts';

/** Of one connection, by its record. */
export interface WebSocketConnection {
  readonly id: number;
  readonly client: Side;
  readonly transaction: Transaction;
  readonly socket: WebSocket;
  readonly noted: MessageNotes;
}

/** Frames of messages masked the wrong way that are kept. */
const MAX_FRAMES = 100;

class MessageNotes {
  count = 0;
  /** Of the first close frame; null without one. */
  closeReason: string | null = null;
  /** Messages of the client without a mask, and of the server with one. */
  unmasked = 0;
  masked = 0;
  /** The last frames of those, the first ones, each once. */
  readonly wrongFrames: number[] = [];

  add({ type, text, last, problems }: WebSocketMessage): void {
    this.count++;
    if (type === 'close') this.closeReason ??= text ?? '';
    const isUnmasked = problems.includes('mask-missing');
    if (!isUnmasked && !problems.includes('mask-unexpected')) return;
    if (isUnmasked) this.unmasked++;
    else this.masked++;
    if (this.wrongFrames.length < MAX_FRAMES && !this.wrongFrames.includes(last.frame))
      this.wrongFrames.push(last.frame);
  }
}

export class GatheredWebSockets {
  readonly connections: WebSocketConnection[] = [];
  /** What messages in the making may take. */
  readonly #budget = new Budget(MAX_WEBSOCKET_BYTES);
  readonly #told: (connection: WebSocketConnection, message: WebSocketMessage) => void;

  /** `told` of every message, which is not kept. */
  constructor(told: (connection: WebSocketConnection, message: WebSocketMessage) => void = () => undefined) {
    this.#told = told;
  }

  get limitReached(): boolean {
    return this.#budget.limitReached;
  }

  /** What follows an answer that switches to WebSocket; null where it switches to something else. */
  open(id: number, transaction: Transaction, client: Side): WebSocket | null {
    if (!/\bwebsocket\b/i.test(transaction.response?.head.known.upgrade ?? '')) return null;
    const socket = new WebSocket(transaction, client, {
      message: (message) => {
        connection.noted.add(message);
        this.#told(connection, message);
      },
      budget: this.#budget,
    });
    const connection: WebSocketConnection = { id, client, transaction, socket, noted: new MessageNotes() };
    this.connections.push(connection);
    return socket;
  }
}
