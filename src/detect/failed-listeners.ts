/** Attempts that failed, by the listener they were made at: told apart by silence and refusal, from records alone. */
import { connStates } from '../flow/conn-state.ts';
import { Completeness } from '../flow/completeness.ts';
import type { Connections } from '../flow/connections.ts';
import { NOT_COUNTED } from '../flow/digest.ts';
import { lifeAtEnd } from '../flow/life/life.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import type { Facts } from './facts.ts';
import { oddLives } from './lives.ts';

/** Listeners that are kept apart; more fail only in scans, which have findings of their own. */
const MAX_LISTENERS = 100_000;
export const MAX_FRAMES = 100;
export const MAX_CLIENTS = 1000;
/** Addresses kept for all listeners together. */
const MAX_CLIENTS_IN_ALL = 200_000;

const SILENT = connStates.indexOf('S0');
const REFUSED = connStates.indexOf('REJ');
const MIDSTREAM = connStates.indexOf('OTH');

/** Failed attempts at one listener, of one kind. */
export interface Failures {
  readonly refused: boolean;
  /** First failed connection. */
  readonly first: number;
  attempts: number;
  /** SYNs of the originators, first and repeated. */
  syns: number;
  readonly frames: number[];
  /** At most `MAX_CLIENTS` addresses, as text of their table words. */
  readonly clients: Set<string>;
}

/** An address and port that connections failed at. */
export interface Listener {
  readonly silent: Failures | null;
  readonly refused: Failures | null;
  /** Connections to it that did come up. */
  succeeded: number;
}

type OpenListener = { -readonly [K in keyof Listener]: Listener[K] };

/** Finds listeners; remembers the last one, because in a flood the next attempt is at the same. */
class Listeners {
  readonly map = new Map<string, OpenListener>();
  /** Client addresses kept so far. */
  clients = 0;
  #last: OpenListener | undefined;
  #lastAddress = 0;
  #lastPort = -1;
  #lastIpv6 = false;

  /** `at`: where the record of one of its connections begins. */
  find(w: Int32Array, at: number, mayAdd: boolean): OpenListener | undefined {
    const address = w[at + Word.addressB]!;
    const port = w[at + Word.ports]! & 0xffff;
    const ipv6 = (w[at + Word.meta]! & Meta.ipv6) !== 0;
    if (address === this.#lastAddress && port === this.#lastPort && ipv6 === this.#lastIpv6) {
      if (this.#last !== undefined || !mayAdd) return this.#last;
    }
    const key = `${ipv6 ? 6 : 4} ${address} ${port}`;
    let listener = this.map.get(key);
    if (listener === undefined && mayAdd && this.map.size < MAX_LISTENERS) {
      listener = { silent: null, refused: null, succeeded: 0 };
      this.map.set(key, listener);
    }
    this.#last = listener;
    this.#lastAddress = address;
    this.#lastPort = port;
    this.#lastIpv6 = ipv6;
    return listener;
  }
}

/** SYNs that an older one on the same ends overtook: tcp-old-duplicate-syn tells of them. */
export function overtaken(facts: Facts): Set<string> {
  const old = oddLives(facts).filter(({ handshake }) => handshake.outcome === 'old-duplicate-syn');
  return new Set(old.map(({ previous }) => String(previous)));
}

export function failedListeners(c: Connections, limits: Set<string>, except: Set<string>): Map<string, Listener> {
  const listeners = new Listeners();
  const { states } = c.digest();
  const w = c.words;
  for (let id = 0, at = 0; id < states.length; id++, at += WORDS) {
    const state = states[id]!;
    if (state !== SILENT && state !== REFUSED) continue;
    const meta = w[at + Word.meta]!;
    // An ICMP error is an answer: ip-unreachable and ip-ttl-exceeded tell of it.
    if ((meta & Meta.udp) !== 0 || (state === SILENT && (meta & Meta.icmp) !== 0)) continue;
    if (except.size > 0 && except.has(String(id))) continue;
    if (state === SILENT && isOneSided(c, id)) continue;
    const listener = listeners.find(w, at, true);
    if (listener === undefined) {
      if (listeners.map.size >= MAX_LISTENERS) limits.add('failed-listeners');
      continue;
    }
    if (state === REFUSED) add(listeners, (listener.refused ??= newFailures(id, true)), c, id);
    else add(listeners, (listener.silent ??= newFailures(id, false)), c, id);
  }
  return listeners.map;
}

const newFailures = (first: number, refused: boolean): Failures => ({
  refused,
  first,
  attempts: 0,
  syns: 0,
  frames: [],
  clients: new Set(),
});

function add(listeners: Listeners, group: Failures, c: Connections, id: number): void {
  group.attempts++;
  group.syns += synsOf(c, id);
  if (group.frames.length < MAX_FRAMES) group.frames.push(c.word(id, Word.firstFrame) >>> 0);
  if (group.clients.size >= MAX_CLIENTS || listeners.clients >= MAX_CLIENTS_IN_ALL) return;
  const before = group.clients.size;
  group.clients.add(String(c.word(id, Word.addressA)));
  listeners.clients += group.clients.size - before;
}

/** An originator without an answer sends SYNs alone, unless it is a raw tool or a middlebox answered beside the capture. */
const GOES_ON = Completeness.ack | Completeness.data;
const MORE_THAN_SYNS = Completeness.ack | Completeness.data | Completeness.fin;

/** The originator went on as one does that was answered, and sent data: the answers are not in the capture. */
const isOneSided = (c: Connections, id: number): boolean =>
  (c.completeness(id) & GOES_ON) === GOES_ON && lifeAtEnd(c, id)?.handshake.outcome === 'established';

function synsOf(c: Connections, id: number): number {
  const frames = c.frames(id, 0);
  if ((c.completeness(id) & MORE_THAN_SYNS) === 0) return frames;
  return lifeAtEnd(c, id)?.handshake.syn?.transmissions ?? frames;
}

export function countSuccesses(c: Connections, known: Map<string, Listener>): void {
  const listeners = new Listeners();
  for (const [key, listener] of known) listeners.map.set(key, listener);
  const { states } = c.digest();
  for (let id = 0; id < states.length; id++) {
    const state = states[id]!;
    if (state === SILENT || state === REFUSED || state === MIDSTREAM || state === NOT_COUNTED || c.isUdp(id)) continue;
    const listener = listeners.find(c.words, id * WORDS, false);
    if (listener !== undefined) listener.succeeded++;
  }
}
