/** The SYNs of one victim, ready to be tried on a listener: those of the attack in order of time, and those of clients. */
import { turnsOf } from './application.ts';
import { isMartian } from './bogons.ts';
import { Attempt } from './attempts.ts';
import type { Visit } from './clients.ts';
import { Mark } from './columns.ts';
import type { Victim } from './flood.ts';
import { MAX_REPLAYED } from './limits.ts';
import type { Turns } from './listener-model.ts';
import { WordSet } from './word-set.ts';

export interface ClientSyn {
  /** Seconds from the capture's beginning. */
  readonly at: number;
  /** Its address had connected before. */
  readonly known: boolean;
  readonly bare: boolean;
  /** Place of its address among those of the attack; -1 for one that is not among them. */
  readonly source: number;
  /** Place of its network among those of the attack. */
  readonly network: number;
}

export interface Replayable {
  /** SYNs of the attack. */
  readonly count: number;
  readonly at: Float64Array;
  /** 1 where it had no options. */
  readonly bare: Uint8Array;
  /** Place of the address, and of its network, among those of the attack. */
  readonly source: Int32Array;
  readonly network: Int32Array;
  readonly sources: WordSet;
  /** Networks as the upper bits of their addresses: IPv4 /24. Empty in IPv6, where the words are not addresses. */
  readonly networks: WordSet;
  readonly clients: readonly ClientSyn[];
  /** Not all SYNs were taken: a limit. */
  readonly cut: boolean;
  /** Of the application, where the accept queue was full; elsewhere it is taken to be fast enough. */
  readonly turns: Turns;
  /** How long clients keep trying. */
  readonly patienceSeconds: number;
}

const NETWORK = 0xffffff00 | 0;

/** `patience` in seconds. */
export function replayable(victim: Victim, patience?: number): Replayable {
  const { columns, target, visits, clock } = victim;
  const { entries } = victim.acceptance;
  const { at: start, marks, source: words } = columns;
  const size = Math.min(start.length, MAX_REPLAYED);
  const rows = attackRows(victim, size);
  const count = rows.length;
  const [at, bare, attackers] = [new Float64Array(count), new Uint8Array(count), new Int32Array(count)];
  let before = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i]!;
    before = Math.max(before, start[row]!);
    at[i] = before;
    bare[i] = (marks[row]! & Mark.bare) === 0 ? 0 : 1;
    attackers[i] = words[row]!;
  }
  const sources = placesOf(attackers, -1);
  const networks = target.ipv6 ? noPlaces(count) : placesOf(attackers, NETWORK);
  return {
    count,
    at,
    bare,
    source: sources.places,
    network: networks.places,
    sources: sources.set,
    networks: networks.set,
    clients: clientSyns(victim, size, sources.set, networks.set),
    cut: size < start.length,
    turns: entries.peak === 0 ? null : turnsOf(entries, clock.end),
    patienceSeconds: patience ?? patienceOf(visits),
  };
}

interface Places {
  readonly set: WordSet;
  /** Of each word, under the mask, its place in the set. */
  readonly places: Int32Array;
}

const noPlaces = (count: number): Places => ({
  set: new WordSet(new Int32Array(0)),
  places: new Int32Array(count).fill(-1),
});

/** One sort of words with their places in the list beside them, instead of a search for each. */
function placesOf(words: Int32Array, mask: number): Places {
  const keys = new Float64Array(words.length);
  for (let i = 0; i < words.length; i++) keys[i] = ((words[i]! & mask) + SIGNED) * MAX_LIST + i;
  keys.sort();
  const places = new Int32Array(words.length);
  const different = new Int32Array(words.length);
  let [count, last] = [0, -1];
  for (let i = 0; i < keys.length; i++) {
    const word = Math.floor(keys[i]! / MAX_LIST);
    if (word !== last) different[count++] = word - SIGNED;
    last = word;
    places[keys[i]! - word * MAX_LIST] = count - 1;
  }
  return { set: new WordSet(different.subarray(0, count)), places };
}

/** Makes signed words positive; and room for places beside them in the 53 bits of a double. */
const SIGNED = 2 ** 31;
const MAX_LIST = 2 ** 18;

/** Rows that are neither of clients nor completed. The kernel drops impossible sources before a listener hears of them. */
function attackRows({ columns, clients, target }: Victim, size: number): Int32Array {
  const { kind, source } = columns;
  const rows = new Int32Array(size);
  let [count, next] = [0, 0];
  for (let row = 0; row < size; row++) {
    if (clients.rows[next] === row) next++;
    else if (kind[row] !== Attempt.completed && (target.ipv6 || !isMartian(source[row]!))) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

function clientSyns(
  { columns: { at, marks, source }, clients }: Victim,
  size: number,
  sources: WordSet,
  networks: WordSet,
): ClientSyn[] {
  const syns: ClientSyn[] = [];
  for (const [i, row] of clients.rows.entries()) {
    if (row >= size) break;
    syns.push({
      at: at[row]!,
      known: clients.known[i] === 1,
      bare: (marks[row]! & Mark.bare) !== 0,
      source: sources.indexOf(source[row]!),
      network: networks.indexOf(source[row]! & NETWORK),
    });
  }
  return syns;
}

/** A client tries this long when no client of the capture had to try twice. */
const USUAL_PATIENCE = 3;

function patienceOf(visits: readonly Visit[]): number {
  const tried = visits.reduce((most, { triedSeconds }) => Math.max(most, triedSeconds), 0);
  const gaveUp = visits.some(({ connectSeconds }) => connectSeconds === null);
  return gaveUp || tried > 0.5 ? Math.max(tried, 0) + 0.2 : USUAL_PATIENCE + 0.2;
}
