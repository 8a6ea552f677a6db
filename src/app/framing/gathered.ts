/** Messages of all connections of a run, gathered: kept up to a limit, counted beyond it. */
import { MAX_MESSAGES } from '../limits.ts';
import type { Side } from '../../stream/segment.ts';
import type { Message, MessageClass, MessageObserver, Problem } from './boundaries.ts';
import type { Cause } from './causes.ts';

/** How often each number occurred. */
type Histogram = Map<number, number>;

const addTo = <Key>(counts: Map<Key, number>, key: Key): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

export interface Incomplete {
  readonly side: Side;
  readonly start: number;
}

/** Of one connection. */
export class ConnectionMessages implements MessageObserver {
  readonly framing: string;
  readonly messages: Message[] = [];
  readonly problems: Problem[] = [];
  /** Messages that the capture does not have to their ends. */
  readonly incomplete: Incomplete[] = [];
  readonly classes = new Map<MessageClass, number>();
  readonly causes = new Map<Cause, number>();
  readonly segmentsPerMessage: Histogram = new Map();
  readonly messagesPerSegment: Histogram = new Map();
  readonly #room: Room;

  constructor(framing: string, room: Room) {
    this.framing = framing;
    this.#room = room;
  }

  message(message: Message): void {
    addTo(this.classes, message.class);
    if (message.cause !== null) addTo(this.causes, message.cause);
    addTo(this.segmentsPerMessage, message.segments);
    if (this.#room.take()) this.messages.push(message);
  }

  problem(problem: Problem): void {
    if (this.#room.take()) this.problems.push(problem);
  }

  segment(messages: number): void {
    addTo(this.messagesPerSegment, messages);
  }

  incompleteMessage(side: Side, start: number): void {
    this.incomplete.push({ side, start });
  }
}

/** Room for messages and problems, shared by all connections. */
export class Room {
  #left = MAX_MESSAGES;
  limitReached = false;

  take(): boolean {
    this.limitReached ||= this.#left-- <= 0;
    return !this.limitReached;
  }
}
