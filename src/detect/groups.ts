/** Findings about a listener and not about each of its connections: what happened there, how often, to whom. */
import type { Connections } from '../flow/connections.ts';
import type { Side } from '../flow/life/story.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';
import { Word } from '../flow/records.ts';

/** Connections of one kind at one listener. */
export interface Group<Kind extends string> {
  readonly kind: Kind;
  /** Numbers of the connections, in order. */
  readonly ids: number[];
  /** Addresses of the other ends, as text. */
  readonly clients: Set<string>;
  readonly frames: number[];
  /** The greatest `weight` that was added. */
  most: number;
  /** Listeners; 1 unless groups were joined. */
  readonly hosts: number;
}

const MAX_CLIENTS = 1000;
const MAX_GROUPS = 10_000;

/** Groups in order of their first connection. The key is a string: V8 seeds the hash of strings, not that of numbers. */
export class Groups<Kind extends string> {
  readonly #map = new Map<string, Group<Kind>>();
  readonly #c: Connections;
  readonly #limits: Set<string>;
  #last: Group<Kind> | null = null;

  constructor(c: Connections, limits: Set<string>) {
    this.#c = c;
    this.#limits = limits;
  }

  add(kind: Kind, id: number, frames: readonly number[], weight = 1): void {
    const group = this.#groupOf(kind, id);
    if (group === null) return void this.#limits.add('findings');
    const before = group.ids.at(-1);
    group.ids.push(id);
    group.most = Math.max(group.most, weight);
    const isKnown = before !== undefined && isSameEnd(this.#c, before, id, Word.addressA);
    if (!isKnown && group.clients.size < MAX_CLIENTS) group.clients.add(this.#c.address(id, 0));
    for (const frame of frames) if (group.frames.length < MAX_EVIDENCE_FRAMES) group.frames.push(frame);
  }

  /** Null when there are too many. What comes one after the other is often of one group. */
  #groupOf(kind: Kind, id: number): Group<Kind> | null {
    const last = this.#last;
    if (last?.kind === kind && isSameListener(this.#c, last.ids[0]!, id)) return last;
    const key = `${kind} ${listenerText(this.#c, id)}`;
    let group = this.#map.get(key);
    if (group === undefined) {
      if (this.#map.size >= MAX_GROUPS) return null;
      this.#map.set(key, (group = { kind, ids: [], clients: new Set(), frames: [], most: 0, hosts: 1 }));
    }
    return (this.#last = group);
  }

  /** The most connections first. What one client met at many hosts, on the same port, is one group. */
  all(): Group<Kind>[] {
    const kinds = new Map<string, Group<Kind>[]>();
    for (const group of this.#map.values()) {
      const [first] = group.ids as [number];
      const one = group.clients.size === 1 ? this.#c.address(first, 0) : listenerText(this.#c, first);
      const key = `${group.kind} ${one} ${this.#c.port(first, 1)}`;
      kinds.set(key, [...(kinds.get(key) ?? []), group]);
    }
    const groups = [...kinds.values()].flatMap((some) => (some.length < MANY_HOSTS ? some : [joined(some)]));
    return groups.toSorted((a, b) => b.ids.length - a.ids.length || a.ids[0]! - b.ids[0]!);
  }
}

const isSameEnd = (c: Connections, one: number, other: number, end: number): boolean =>
  c.word(one, end) === c.word(other, end) && c.isIpv6(one) === c.isIpv6(other);

const isSameListener = (c: Connections, one: number, other: number): boolean =>
  isSameEnd(c, one, other, Word.addressB) && c.port(one, 1) === c.port(other, 1);

/** Hosts from which on what happened at them is told once. */
const MANY_HOSTS = 10;

function joined<Kind extends string>(some: readonly Group<Kind>[]): Group<Kind> {
  const [first] = some as [Group<Kind>];
  return {
    kind: first.kind,
    ids: some.flatMap(({ ids }) => ids).toSorted((a, b) => a - b),
    clients: first.clients,
    frames: some
      .flatMap(({ frames }) => frames)
      .toSorted((a, b) => a - b)
      .slice(0, MAX_EVIDENCE_FRAMES),
    most: Math.max(...some.map(({ most }) => most)),
    hosts: some.length,
  };
}

/** `10.0.0.9:80`, `[2001:db8::1]:80`. */
export function socketText(c: Connections, id: number, side: Side): string {
  const address = c.address(id, side);
  return `${c.isIpv6(id) ? `[${address}]` : address}:${c.port(id, side)}`;
}

export const listenerText = (c: Connections, id: number): string => socketText(c, id, 1);

/** `10.0.0.5:40001 > 10.0.0.9:80` for one connection, `3 addresses > 10.0.0.9:80` for several. */
export function whoText(c: Connections, { ids, clients, hosts }: Group<string>): string {
  const [first] = ids as [number];
  if (hosts > 1) return `${c.address(first, 0)} > ${hosts} hosts, port ${c.port(first, 1)}`;
  if (ids.length === 1) return `${socketText(c, first, 0)} > ${listenerText(c, first)}`;
  const from =
    clients.size === 1 ? c.address(first, 0) : `${clients.size >= MAX_CLIENTS ? 'many' : clients.size} addresses`;
  return `${from} > ${listenerText(c, first)}`;
}

/** What a finding about the group is about, for its fingerprint. */
export function aboutText(c: Connections, { ids, hosts }: Group<string>): string {
  const [first] = ids as [number];
  return hosts > 1 ? `${c.address(first, 0)} port ${c.port(first, 1)}` : listenerText(c, first);
}

/** The connection's id when the group is about exactly one. */
export function onlyConnection(c: Connections, { ids }: Group<string>): { connection?: string } {
  return ids.length === 1 ? { connection: `tcp:${c.indexes()[ids[0]!]!}` } : {};
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
