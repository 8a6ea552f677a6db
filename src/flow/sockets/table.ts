/**
 * The sockets of all hosts, or of one, at one moment. The table keeps eight bytes and a state for each socket; what is
 * said of one is found out when it is asked for, so that a million need no million objects.
 */
import type { Connections } from '../connections.ts';
import { type Moment, isBefore } from '../life/moment.ts';
import { type State, states } from '../life/states.ts';
import type { Side } from '../life/story.ts';
import { type Listener, type Listeners, listensSince } from './listeners.ts';
import { type HostAddress, Order } from './order.ts';
import { type Span, statesOf } from './spans.ts';
import { type Standing, standingAt } from './standing.ts';
import { type Period, type Selection, isSelected, walk } from './walk.ts';

/** The socket of one end of a connection, or a listening one. */
export type Socket =
  | ({ readonly kind: 'connection'; readonly id: number; readonly side: Side } & Standing)
  | { readonly kind: 'listener'; readonly listener: Listener; readonly since: Moment };

/** Sockets of one host by state: indexes are those of `states`. */
export interface HostCounts extends HostAddress {
  readonly counts: readonly number[];
}

const LISTEN = states.indexOf('LISTEN');

export class SocketTable {
  /** Of the selected states, by index into `states`. */
  readonly counts: number[] = states.map(() => 0);
  /** In all states, on the selected hosts. */
  total = 0;
  /** Not all listeners could be kept. */
  readonly limitReached: boolean;
  readonly #c: Connections;
  readonly #period: Period;
  readonly #at: Moment;
  readonly #selection: Selection;
  readonly #order: Order;
  /** Index into `states` of end `2 * id + side`. */
  readonly #stateOf: Uint8Array;

  constructor(c: Connections, period: Period, at: Moment, selection: Selection) {
    this.#c = c;
    this.#period = period;
    this.#at = at;
    this.#selection = selection;
    this.#order = new Order(c);
    this.#stateOf = new Uint8Array(2 * c.count);
    this.limitReached = !isBefore(at, period.begin) && this.#fill();
  }

  /** True when a limit was reached. */
  #fill(): boolean {
    const { host } = this.#selection;
    const listeners = walk(this.#c, this.#period, this.#at, host, (span, id) => {
      if (!holds(span, this.#at) || !this.#count(span.state)) return;
      this.#stateOf[2 * id + span.side] = states.indexOf(span.state);
      this.#order.addEnd(id, span.side);
    });
    this.#addListeners(listeners);
    this.#order.sort();
    return listeners.limitReached;
  }

  #addListeners(listeners: Listeners): void {
    for (const listener of listeners.all) {
      if (listensSince(listener, this.#at) !== null && this.#count('LISTEN')) this.#order.addListener(listener);
    }
  }

  /** False for a state that is not selected, or has no socket. */
  #count(state: State): boolean {
    if (!isSelected(ALL, state)) return false;
    this.total++;
    if (!isSelected(this.#selection, state)) return false;
    this.counts[states.indexOf(state)]! += 1;
    return true;
  }

  get selected(): number {
    return this.#order.count;
  }

  /** By host; of each host first the listeners, then its ends of connections in order of start. */
  *sockets(): Generator<Socket> {
    for (let i = 0; i < this.#order.count; i++) yield this.#socket(i);
  }

  #socket(i: number): Socket {
    const listener = this.#order.listenerAt(i);
    if (listener !== null) return { kind: 'listener', listener, since: listensSince(listener, this.#at)! };
    const end = this.#order.endAt(i);
    const [id, side] = [end >>> 1, (end & 1) as Side];
    const standing = standingAt(this.#c, id, statesOf(this.#c, id, this.#period.end), side, this.#at);
    return { kind: 'connection', id, side, ...standing };
  }

  /** Hosts that have a selected socket. */
  *hosts(): Generator<HostCounts> {
    const order = this.#order;
    for (let i = 0, next = 0; i < order.count; i = next) {
      const counts = states.map(() => 0);
      for (next = i; next < order.count && order.isSameHost(i, next); next++) {
        const isListener = order.listenerAt(next) !== null;
        counts[isListener ? LISTEN : this.#stateOf[order.endAt(next)]!]! += 1;
      }
      yield { ...order.hostAt(i), counts };
    }
  }
}

const ALL: Selection = { states: null, host: null };

const holds = ({ begin, end }: Span, at: Moment): boolean =>
  (begin === null || !isBefore(at, begin)) && (end === null || isBefore(at, end));
