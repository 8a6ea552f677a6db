/** Findings about a listener and not about each of its connections: what happened there, how often, to whom. */
import type { Connections } from '../flow/connections.ts';
import type { Side } from '../flow/life/story.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';

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
}

const MAX_CLIENTS = 1000;
const MAX_GROUPS = 10_000;

/** Groups in order of their first connection. The key is a string: V8 seeds the hash of strings, not that of numbers. */
export class Groups<Kind extends string> {
  readonly #map = new Map<string, Group<Kind>>();
  readonly #c: Connections;
  readonly #limits: Set<string>;

  constructor(c: Connections, limits: Set<string>) {
    this.#c = c;
    this.#limits = limits;
  }

  add(kind: Kind, id: number, frames: readonly number[], weight = 1): void {
    const key = `${kind} ${listenerText(this.#c, id)}`;
    let group = this.#map.get(key);
    if (group === undefined) {
      if (this.#map.size >= MAX_GROUPS) return void this.#limits.add('findings');
      this.#map.set(key, (group = { kind, ids: [], clients: new Set(), frames: [], most: 0 }));
    }
    group.ids.push(id);
    group.most = Math.max(group.most, weight);
    if (group.clients.size < MAX_CLIENTS) group.clients.add(this.#c.address(id, 0));
    for (const frame of frames) if (group.frames.length < MAX_EVIDENCE_FRAMES) group.frames.push(frame);
  }

  /** The most connections first. */
  all(): Group<Kind>[] {
    return [...this.#map.values()].toSorted((a, b) => b.ids.length - a.ids.length || a.ids[0]! - b.ids[0]!);
  }
}

/** `10.0.0.9:80`, `[2001:db8::1]:80`. */
export function socketText(c: Connections, id: number, side: Side): string {
  const address = c.address(id, side);
  return `${c.isIpv6(id) ? `[${address}]` : address}:${c.port(id, side)}`;
}

export const listenerText = (c: Connections, id: number): string => socketText(c, id, 1);

/** `10.0.0.5:40001 > 10.0.0.9:80` for one connection, `3 addresses > 10.0.0.9:80` for several. */
export function whoText(c: Connections, { ids, clients }: Group<string>): string {
  const [first] = ids as [number];
  if (ids.length === 1) return `${socketText(c, first, 0)} > ${listenerText(c, first)}`;
  const from =
    clients.size === 1 ? c.address(first, 0) : `${clients.size >= MAX_CLIENTS ? 'many' : clients.size} addresses`;
  return `${from} > ${listenerText(c, first)}`;
}

/** The connection's id when the group is about exactly one. */
export function onlyConnection(c: Connections, { ids }: Group<string>): { connection?: string } {
  return ids.length === 1 ? { connection: `tcp:${c.indexes()[ids[0]!]!}` } : {};
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
