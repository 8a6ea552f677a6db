/**
 * Where handshakes fail in number: a listener (address and port), a host on many ports, or a prefix of many hosts. Passes
 * over the records; the first needs a counter a host, the second looks at the ports of a few.
 */
import type { Connections } from '../../flow/connections.ts';
import { Meta, WORDS, Word } from '../../flow/records.ts';
import { Attempt, isFailed } from './attempts.ts';
import { GrowingWords } from './growing-words.ts';
import { MAX_HOSTS, MAX_SUSPECTS, MAX_VICTIMS } from './limits.ts';

export interface Target {
  readonly kind: 'listener' | 'host' | 'prefix';
  readonly ipv6: boolean;
  /** Words of the hosts' addresses in the table; one unless it is a prefix. */
  readonly hosts: readonly number[];
  /** Port of a listener. */
  readonly port: number | null;
  failed: number;
  /** Numbers of all attempts, failed or not, in order. */
  readonly ids: GrowingWords;
}

interface Host {
  readonly word: number;
  readonly ipv6: boolean;
  failed: number;
  target: Target | null;
  ports: Uint32Array | null;
  /** By port, once its listeners are known. */
  listeners: Map<string, Target> | null;
}

/** Ports of a host that are victims of their own. */
const MAX_LISTENERS_EACH = 8;

/** Finds hosts by their address; in a flood the next one is the last one again. */
class Hosts {
  readonly map = new Map<string, Host>();
  full = false;
  #last: Host | undefined;
  #word = 0;
  #ipv6 = false;

  find(w: Int32Array, id: number, mayAdd: boolean): Host | undefined {
    const word = w[id * WORDS + Word.addressB]!;
    const ipv6 = (w[id * WORDS + Word.meta]! & Meta.ipv6) !== 0;
    if (this.#last !== undefined && word === this.#word && ipv6 === this.#ipv6) return this.#last;
    const key = `${ipv6 ? 6 : 4} ${word}`;
    let host = this.map.get(key);
    if (host === undefined && mayAdd) {
      if (this.map.size >= MAX_HOSTS) this.full = true;
      else this.map.set(key, (host = { word, ipv6, failed: 0, target: null, ports: null, listeners: null }));
    }
    this.#last = host;
    this.#word = word;
    this.#ipv6 = ipv6;
    return host;
  }
}

/** Targets with at least so many failed handshakes, those with the most first. */
export function findTargets(c: Connections, kinds: Uint8Array, limits: Set<string>, least: number): Target[] {
  const hosts = new Hosts();
  const w = c.words;
  for (let id = 0; id < kinds.length; id++) {
    if (!isFailed(kinds[id]!)) continue;
    const host = hosts.find(w, id, true);
    if (host !== undefined) host.failed++;
  }
  if (hosts.full) limits.add('flood-hosts');
  const all = [...hosts.map.values()];
  const suspects = all.filter((host) => host.failed >= least).toSorted((a, b) => b.failed - a.failed);
  if (suspects.length > MAX_SUSPECTS) limits.add('flood-victims');
  const chosen = suspects.slice(0, MAX_SUSPECTS);
  countPorts(c, kinds, hosts, chosen);
  const targets = [...chosen.flatMap((host) => split(host, least)), ...prefixes(c, all, least)];
  const kept = targets.toSorted((a, b) => b.failed - a.failed).slice(0, MAX_VICTIMS);
  if (kept.length < targets.length) limits.add('flood-victims');
  collect(c, kinds, hosts, kept);
  return kept;
}

function countPorts(c: Connections, kinds: Uint8Array, hosts: Hosts, suspects: readonly Host[]): void {
  for (const host of suspects) host.ports = new Uint32Array(65_536);
  if (suspects.length === 0) return;
  const w = c.words;
  for (let id = 0; id < kinds.length; id++) {
    if (!isFailed(kinds[id]!)) continue;
    const ports = hosts.find(w, id, false)?.ports;
    if (ports) ports[w[id * WORDS + Word.ports]! & 0xffff]! += 1;
  }
}

/** Ports that many attempts failed at are listeners of their own; what is left, if it is many, is the host as a whole. */
function split(host: Host, least: number): Target[] {
  const ports = host.ports!;
  const often: number[] = [];
  for (let port = 0; port < ports.length; port++) if (ports[port]! >= least) often.push(port);
  const top = often.toSorted((a, b) => ports[b]! - ports[a]!).slice(0, MAX_LISTENERS_EACH);
  const rest = top.reduce((sum, port) => sum - ports[port]!, host.failed);
  // A flood of random ports hits every port often in the end: it is one at the host.
  const isSpread = often.length > MAX_LISTENERS_EACH;
  host.ports = null;
  if (isSpread) return [(host.target = targetOf('host', host.ipv6, [host.word], null, host.failed))];
  host.listeners = new Map(
    top.map((port) => [String(port), targetOf('listener', host.ipv6, [host.word], port, ports[port]!)]),
  );
  if (rest >= least) host.target = targetOf('host', host.ipv6, [host.word], null, rest);
  return [...host.listeners.values(), ...(host.target === null ? [] : [host.target])];
}

function targetOf(
  kind: Target['kind'],
  ipv6: boolean,
  hosts: readonly number[],
  port: number | null,
  failed: number,
): Target {
  return { kind, ipv6, hosts, port, failed, ids: new GrowingWords() };
}

/** Hosts from which on a prefix is a target, and not each of them. */
const MIN_HOSTS = 16;

/** Hosts with too few failures of their own, by IPv4 /16 or IPv6 /48. */
function prefixes(c: Connections, hosts: readonly Host[], least: number): Target[] {
  const groups = new Map<string, Host[]>();
  for (const host of hosts) {
    if (host.failed >= least) continue;
    const key = prefixKey(c, host);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [host]);
    else group.push(host);
  }
  const found: Target[] = [];
  for (const group of groups.values()) {
    const failed = group.reduce((sum, host) => sum + host.failed, 0);
    if (failed < least || group.length < MIN_HOSTS) continue;
    const words = group.map(({ word }) => word);
    const target = targetOf('prefix', group[0]!.ipv6, words, null, failed);
    for (const host of group) host.target = target;
    found.push(target);
  }
  return found;
}

function prefixKey(c: Connections, { word, ipv6 }: Host): string {
  if (!ipv6) return `4 ${word >>> 16}`;
  return `6 ${[...c.tracker.table.keys.addresses.bytesOf(word).subarray(0, 6)].join('.')}`;
}

/** Gives every target the numbers of its attempts. */
function collect(c: Connections, kinds: Uint8Array, hosts: Hosts, targets: readonly Target[]): void {
  if (targets.length === 0) return;
  const kept = new Set(targets);
  const w = c.words;
  for (let id = 0; id < kinds.length; id++) {
    if (kinds[id] === Attempt.none) continue;
    const host = hosts.find(w, id, false);
    if (host === undefined) continue;
    const port = w[id * WORDS + Word.ports]! & 0xffff;
    const target = host.listeners === null ? host.target : (host.listeners.get(String(port)) ?? host.target);
    if (target === null || !kept.has(target)) continue;
    target.ids.push(id);
  }
}
