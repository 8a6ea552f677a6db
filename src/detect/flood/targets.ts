/**
 * Where handshakes fail in number: a listener (address and port), a host on many ports, or a prefix of many hosts. Two
 * walks over the records: the first counts by host, the second makes columns of the attempts at those that stand out.
 */
import { Completeness } from '../../flow/completeness.ts';
import type { Connections } from '../../flow/connections.ts';
import { Meta, NO_TIME, WORDS, Word } from '../../flow/records.ts';
import { Attempt, type Clock, attemptOf, isFailed } from './attempts.ts';
import { type Columns, ColumnsBuilder, rowsOfPorts } from './columns.ts';
import { type Thresholds, leastOf } from './thresholds.ts';
import { MAX_HOSTS, MAX_SUSPECTS, MAX_VICTIMS } from './limits.ts';
import { Unasked, unaskedOf } from './related/unasked.ts';

export interface Target {
  readonly kind: 'listener' | 'host' | 'prefix';
  readonly ipv6: boolean;
  /** Words of the hosts' addresses in the table; one unless it is a prefix. */
  readonly hosts: readonly number[];
  /** Port of a listener. */
  readonly port: number | null;
  readonly failed: number;
  /** All attempts, failed or not. */
  readonly columns: Columns;
}

interface Host {
  readonly word: number;
  readonly ipv6: boolean;
  failed: number;
  /** From the first failed one on. */
  attempts: number;
  /** Where its attempts go, if anywhere. */
  bin: ColumnsBuilder | null;
}

/** Ports of a host that are victims of their own. */
const MAX_LISTENERS_EACH = 8;

/** Finds hosts by their address; in a flood the next one is the last one again. */
class Hosts {
  readonly map = new Map<string, Host>();
  full = false;
  #last: Host | undefined;
  #word = 0;
  #ipv6 = -1;

  find(w: Int32Array, at: number, mayAdd: boolean): Host | undefined {
    const word = w[at + Word.addressB]!;
    const ipv6 = w[at + Word.meta]! & Meta.ipv6;
    if (word === this.#word && ipv6 === this.#ipv6 && (this.#last !== undefined || !mayAdd)) return this.#last;
    return this.#look(word, ipv6, mayAdd);
  }

  #look(word: number, ipv6: number, mayAdd: boolean): Host | undefined {
    const key = `${ipv6} ${word}`;
    let host = this.map.get(key);
    if (host === undefined && mayAdd) {
      if (this.map.size >= MAX_HOSTS) this.full = true;
      else this.map.set(key, (host = { word, ipv6: ipv6 !== 0, failed: 0, attempts: 0, bin: null }));
    }
    this.#last = host;
    this.#word = word;
    this.#ipv6 = ipv6;
    return host;
  }
}

/** Targets with at least so many failed handshakes, those with the most first. */
export function findTargets(c: Connections, clock: Clock, limits: Set<string>, thresholds: Thresholds): Target[] {
  const least = leastOf(thresholds);
  const { kinds, hosts } = surveyOf(c);
  if (hosts.full) limits.add('flood-hosts');
  const all = [...hosts.map.values()];
  for (const host of all) host.bin = null;
  const groups = prefixes(c, all, least);
  const suspects = all
    .filter((host) => host.failed >= least && host.bin === null)
    .toSorted((a, b) => b.failed - a.failed);
  if (suspects.length > MAX_SUSPECTS) limits.add('flood-victims');
  const chosen = suspects.slice(0, MAX_SUSPECTS);
  for (const host of chosen) host.bin = new ColumnsBuilder(host.attempts);
  if (chosen.length === 0 && groups.length === 0) return [];
  collect(c, clock, kinds, hosts, thresholds.sampling > 1);
  const targets = [...chosen.flatMap((host) => split(host, least)), ...groups.map(prefixTarget)];
  const kept = targets.toSorted((a, b) => b.failed - a.failed).slice(0, MAX_VICTIMS);
  if (kept.length < targets.length) limits.add('flood-victims');
  return kept;
}

export interface Survey {
  /** By connection: `Attempt` in the lower half, `Unasked` in the upper half. */
  readonly kinds: Uint8Array;
  /** Those with failed attempts. */
  readonly hosts: Hosts;
  /** Connections that are anything of `Unasked`. */
  readonly unasked: number;
}

export const ATTEMPT_BITS = 15;
export const UNASKED_SHIFT = 4;
const surveys = new WeakMap<Connections, Survey>();

/** What became of every connection, and the hosts where they failed; one walk over all records. */
export function surveyOf(c: Connections): Survey {
  const before = surveys.get(c);
  if (before !== undefined && before.kinds.length === c.count) return before;
  const kinds = new Uint8Array(c.count);
  const hosts = new Hosts();
  const { records } = c.tracker.table;
  const w = records.w;
  let unasked = 0;
  for (let id = 0, at = 0; id < kinds.length; id++, at += WORDS) {
    const kind = attemptOf(w, at);
    kinds[id] = kind;
    // All but a lone SYN may be a piece of something else.
    if (kind !== Attempt.unanswered && mayBeUnasked(w, at)) {
      const what = unaskedOf(records, id);
      if (what !== Unasked.none) unasked++;
      kinds[id] = kind | (what << UNASKED_SHIFT);
    }
    if (kind === Attempt.none) continue;
    const failed = isFailed(kind);
    if (!failed && hosts.map.size === 0) continue;
    const host = hosts.find(w, at, failed);
    if (host === undefined) continue;
    host.attempts++;
    if (failed) host.failed++;
  }
  const survey = { kinds, hosts, unasked };
  surveys.set(c, survey);
  return survey;
}

/** TCP, with a frame of its own at a time that can be kept. */
const mayBeUnasked = (w: Int32Array, at: number): boolean =>
  (w[at + Word.meta]! & Meta.udp) === 0 && w[at + Word.firstFrame] !== 0 && w[at + Word.startSeconds] !== (NO_TIME | 0);

function collect(c: Connections, clock: Clock, kinds: Uint8Array, hosts: Hosts, isSampled: boolean): void {
  const w = c.words;
  for (let id = 0; id < kinds.length; id++) {
    let kind = kinds[id]! & ATTEMPT_BITS;
    if (isSampled) kind = sampledKind(w, id * WORDS, kind);
    if (kind === Attempt.none) continue;
    const bin = hosts.find(w, id * WORDS, false)?.bin;
    if (bin) bin.add(w, id, kind, isFailed(kind), clock, 0);
  }
}

/** Of a sample: a SYN is an attempt whose end nobody knows; anything later shows that connections there are used. */
function sampledKind(w: Int32Array, at: number, kind: number): number {
  if (kind === Attempt.none) return mayBeUnasked(w, at) ? Attempt.completed : kind;
  const hasSyn = (w[at + Word.meta]! & (Completeness.syn << Meta.completenessShift)) !== 0;
  return hasSyn || kind === Attempt.completed ? kind : Attempt.none;
}

/** Ports that many attempts failed at are listeners of their own; what is left, if it is many, is the host as a whole. */
function split(host: Host, least: number): Target[] {
  const columns = host.bin!.columns;
  const { failed: ports, all } = countsByPort(columns);
  const often: number[] = [];
  for (let port = 0; port < ports.length; port++) if (ports[port]! >= least) often.push(port);
  const top = often.toSorted((a, b) => ports[b]! - ports[a]!).slice(0, MAX_LISTENERS_EACH);
  const rest = top.reduce((sum, port) => sum - ports[port]!, host.failed);
  const whole = { ipv6: host.ipv6, hosts: [host.word] };
  // A flood of random ports hits every port often in the end: it is one at the host.
  const isSpread = often.length > MAX_LISTENERS_EACH;
  if (isSpread) return [{ ...whole, kind: 'host', port: null, failed: host.failed, columns }];
  const rows = columns.port.length;
  const listeners = top.map((port) => {
    // A listener alone, as most victims are, has all rows.
    const own = all[port] === rows ? columns : rowsOfPorts(columns, (other) => other === port);
    return { ...whole, kind: 'listener' as const, port, failed: ports[port]!, columns: own };
  });
  if (rest < least) return listeners;
  const others = rowsOfPorts(columns, (port) => !top.includes(port));
  return [...listeners, { ...whole, kind: 'host', port: null, failed: rest, columns: others }];
}

function countsByPort({ port, kind }: Columns): { failed: Uint32Array; all: Uint32Array } {
  const [failed, all] = [new Uint32Array(65_536), new Uint32Array(65_536)];
  for (let row = 0; row < port.length; row++) {
    all[port[row]!]! += 1;
    if (isFailed(kind[row]!)) failed[port[row]!]! += 1;
  }
  return { failed, all };
}

/** Hosts from which on a prefix is a target, and not each of them. */
const MIN_HOSTS = 16;

/**
 * Hosts by IPv4 /16 or IPv6 /48: those with too few failures of their own; and those with enough as well, where they are as
 * many as make a target of the prefix. They share a bin.
 */
function prefixes(c: Connections, hosts: readonly Host[], least: number): Host[][] {
  const groups = new Map<string, Host[]>();
  for (const host of hosts) {
    const key = prefixKey(c, host);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [host]);
    else group.push(host);
  }
  const found = [...groups.values()]
    .map((group) => group.filter(belongsTo(group, least)))
    .filter((group) => group.length >= MIN_HOSTS && failedAt(group) >= least);
  for (const group of found) {
    const bin = new ColumnsBuilder(group.reduce((sum, { attempts }) => sum + attempts, 0));
    for (const host of group) host.bin = bin;
  }
  return found;
}

/** A host that alone has as many failures as all its neighbours is a victim of its own. */
function belongsTo(group: readonly Host[], least: number): (host: Host) => boolean {
  const all = failedAt(group);
  const isCarpet = group.filter(({ failed }) => failed >= least && 2 * failed < all).length >= MIN_HOSTS;
  return ({ failed }) => failed < least || (isCarpet && 2 * failed < all);
}

const failedAt = (group: readonly Host[]): number => group.reduce((sum, { failed }) => sum + failed, 0);

function prefixTarget(group: readonly Host[]): Target {
  const [{ ipv6, bin }] = group as readonly [Host];
  const hosts = group.map(({ word }) => word);
  return { kind: 'prefix', ipv6, hosts, port: null, failed: failedAt(group), columns: bin!.columns };
}

function prefixKey(c: Connections, { word, ipv6 }: Host): string {
  if (!ipv6) return `4 ${word >>> 16}`;
  const bytes = c.tracker.table.keys.addresses.bytesOf(word);
  return `6 ${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}.${bytes[4]}.${bytes[5]}`;
}
