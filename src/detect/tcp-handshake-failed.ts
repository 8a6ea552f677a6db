import { connStates } from '../flow/conn-state.ts';
import { type Connections, NOT_COUNTED } from '../flow/connections.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';

/** Listeners that are kept apart; more fail only in scans, which have findings of their own. */
const MAX_LISTENERS = 100_000;
const MAX_FRAMES = 100;
const MAX_CLIENTS = 1000;
/** Addresses kept for all listeners together. */
const MAX_CLIENTS_IN_ALL = 200_000;

const SILENT = connStates.indexOf('S0');
const REFUSED = connStates.indexOf('REJ');
const MIDSTREAM = connStates.indexOf('OTH');

/** Failed attempts at one listener, of one kind. */
interface Group {
  readonly refused: boolean;
  /** First failed connection. */
  readonly first: number;
  attempts: number;
  /** Frames of the originators: SYNs, first and repeated. */
  syns: number;
  readonly frames: number[];
  /** At most `MAX_CLIENTS` addresses, as text of their table words. */
  readonly clients: Set<string>;
}

/** An address and port that connections failed at. */
interface Listener {
  readonly silent: Group | null;
  readonly refused: Group | null;
  /** Connections to it that did come up. */
  succeeded: number;
}

export const tcpHandshakeFailed: Detector = {
  id: 'tcp-handshake-failed',
  title: 'Connections that never came up',
  why: 'A SYN without any answer means a firewall, a host that is down, or a capture on one side of an asymmetric path; a RST means that nothing listens there, or that a firewall refuses.',
  references: [
    { spec: 'RFC 9293', section: '3.5' },
    { spec: 'RFC 9293', section: '3.10.7.3' },
  ],
  *detect({ connections, limits }) {
    const listeners = failedListeners(connections, limits);
    if (listeners.size === 0) return;
    countSuccesses(connections, listeners);
    const claims: Failure[] = [];
    for (const listener of listeners.values()) {
      for (const group of [listener.silent, listener.refused]) if (group !== null) claims.push({ group, listener });
    }
    yield* perHost(connections, claims);
  },
};

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

  find(c: Connections, id: number, mayAdd: boolean): OpenListener | undefined {
    const w = c.words;
    const at = id * WORDS;
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

function failedListeners(c: Connections, limits: Set<string>): Map<string, Listener> {
  const listeners = new Listeners();
  const states = c.states();
  for (let id = 0; id < states.length; id++) {
    const state = states[id]!;
    if ((state !== SILENT && state !== REFUSED) || c.isUdp(id)) continue;
    // An ICMP error is an answer: ip-unreachable and ip-ttl-exceeded tell of it.
    if (state === SILENT && (c.word(id, Word.meta) & Meta.icmp) !== 0) continue;
    const listener = listeners.find(c, id, true);
    if (listener === undefined) {
      if (listeners.map.size >= MAX_LISTENERS) limits.add('failed-listeners');
      continue;
    }
    if (state === REFUSED) add(listeners, (listener.refused ??= newGroup(id, true)), c, id);
    else add(listeners, (listener.silent ??= newGroup(id, false)), c, id);
  }
  return listeners.map;
}

const newGroup = (first: number, refused: boolean): Group => ({
  refused,
  first,
  attempts: 0,
  syns: 0,
  frames: [],
  clients: new Set(),
});

function add(listeners: Listeners, group: Group, c: Connections, id: number): void {
  group.attempts++;
  group.syns += c.frames(id, 0);
  if (group.frames.length < MAX_FRAMES) group.frames.push(c.word(id, Word.firstFrame) >>> 0);
  if (group.clients.size >= MAX_CLIENTS || listeners.clients >= MAX_CLIENTS_IN_ALL) return;
  const before = group.clients.size;
  group.clients.add(String(c.word(id, Word.addressA)));
  listeners.clients += group.clients.size - before;
}

function countSuccesses(c: Connections, known: Map<string, Listener>): void {
  const listeners = new Listeners();
  for (const [key, listener] of known) listeners.map.set(key, listener);
  const states = c.states();
  for (let id = 0; id < states.length; id++) {
    const state = states[id]!;
    if (state === SILENT || state === REFUSED || state === MIDSTREAM || state === NOT_COUNTED || c.isUdp(id)) continue;
    const listener = listeners.find(c, id, false);
    if (listener !== undefined) listener.succeeded++;
  }
}

interface Failure {
  readonly group: Group;
  readonly listener: Listener;
}

/** Ports of one host from which on their failures are told as one: that is a scan, or a host that is gone. */
const MANY_PORTS = 10;

/** The failures, the most attempts first; many ports of one host become one claim. */
function* perHost(c: Connections, failures: readonly Failure[]): Generator<Claim> {
  const hosts = new Map<string, Failure[]>();
  for (const failure of failures) {
    const { first, refused } = failure.group;
    const key = `${c.isIpv6(first) ? 6 : 4} ${c.word(first, Word.addressB)} ${refused}`;
    const known = hosts.get(key);
    if (known === undefined) hosts.set(key, [failure]);
    else known.push(failure);
  }
  const told: Failure[][] = [];
  for (const some of hosts.values()) {
    const together: Failure[] = [];
    // A port that was tried much more often than its neighbours is no part of a scan.
    for (const failure of some) {
      if (some.length < MANY_PORTS || failure.group.attempts >= MANY_PORTS) told.push([failure]);
      else together.push(failure);
    }
    if (together.length > 0) told.push(together);
  }
  const attempts = (some: readonly Failure[]): number => some.reduce((sum, { group }) => sum + group.attempts, 0);
  told.sort((a, b) => attempts(b) - attempts(a) || a[0]!.group.first - b[0]!.group.first);
  for (const some of told) {
    if (some.length === 1) yield claim(c, some[0]!.group, some[0]!.listener.succeeded);
    else yield portsClaim(c, some);
  }
}

/** One claim about many ports of a host. */
function portsClaim(c: Connections, some: readonly Failure[]): Claim {
  const [{ group }] = some as readonly [Failure];
  const host = c.address(group.first, 1);
  const clients = new Set(some.flatMap((failure) => [...failure.group.clients]));
  const from = clients.size === 1 ? c.address(group.first, 0) : `${clients.size} addresses`;
  const sum = (of: 'attempts' | 'syns'): number => some.reduce((total, failure) => total + failure.group[of], 0);
  const frames = some.flatMap((failure) => failure.group.frames).toSorted((a, b) => a - b);
  const what = group.refused ? 'refused (RST)' : 'no answer';
  return {
    severity: 'warning',
    confidence: 0.8,
    summary: `${from} > ${host}  ${some.length} ports, ${sum('attempts')} attempts, ${what}: a port scan, or a host that is gone`,
    frameCount: sum('attempts'),
    frames: frames.slice(0, MAX_FRAMES),
    measured: { ports: some.length, attempts: sum('attempts'), syns: sum('syns'), clients: clients.size },
    against: [],
    unknowable: ['whether anybody meant to use the ports'],
    displayFilter: framesFilter(frames),
    about: `${group.refused ? 'refused' : 'silent'} ${host} ports`,
  };
}

function claim(c: Connections, group: Group, succeeded: number): Claim {
  const { attempts, syns, refused, first } = group;
  const address = c.address(first, 1);
  const listener = `${c.isIpv6(first) ? `[${address}]` : address}:${c.port(first, 1)}`;
  const clients = group.clients.size >= MAX_CLIENTS ? `${MAX_CLIENTS} or more` : String(group.clients.size);
  const from = group.clients.size === 1 ? c.address(first, 0) : `${clients} addresses`;
  const tries = `${attempts} ${plural(attempts, 'attempt')}`;
  const what = refused
    ? `${tries} refused (RST): nothing listens there, or a filter rejects`
    : `${tries}, ${syns} ${plural(syns, 'SYN')}, no answer: filtered, down or overloaded`;
  return {
    severity: succeeded > attempts ? 'notice' : 'warning',
    confidence: refused ? 0.95 : 0.8,
    summary: `${from} > ${listener}  ${what}`,
    frameCount: attempts,
    frames: group.frames,
    measured: { attempts, syns, clients: group.clients.size, succeeded },
    against: succeeded > 0 ? [`${succeeded} other connections to it came up`] : [],
    unknowable: refused
      ? ['whether the host or something before it refused']
      : ['whether answers took a path past the capture'],
    displayFilter: framesFilter(group.frames),
    about: `${refused ? 'refused' : 'silent'} ${listener}`,
  };
}

const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`);
