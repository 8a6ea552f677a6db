/** The SYNs of one victim, ready to be tried on a listener: those of the attack in order of time, and those of clients. */
import { isMartian } from './bogons.ts';
import { Attempt } from './attempts.ts';
import type { Visit } from './clients.ts';
import { Mark } from './columns.ts';
import type { Victim } from './flood.ts';
import { MAX_REPLAYED } from './limits.ts';
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
  /** How long clients keep trying. */
  readonly patienceSeconds: number;
}

const NETWORK = 0xffffff00 | 0;

/** `patience` in seconds. */
export function replayable(victim: Victim, patience?: number): Replayable {
  const { columns, target, visits } = victim;
  const { at: start, marks, source: words } = columns;
  const size = Math.min(start.length, MAX_REPLAYED);
  const rows = attackRows(victim, size);
  const attackers = Int32Array.from(rows, (row) => words[row]!);
  const sources = new WordSet(attackers);
  const networks = new WordSet(target.ipv6 ? new Int32Array(0) : attackers.map((word) => word & NETWORK));
  let before = 0;
  return {
    count: rows.length,
    at: Float64Array.from(rows, (row) => (before = Math.max(before, start[row]!))),
    bare: Uint8Array.from(rows, (row) => ((marks[row]! & Mark.bare) === 0 ? 0 : 1)),
    source: attackers.map((word) => sources.indexOf(word)),
    network: attackers.map((word) => networks.indexOf(word & NETWORK)),
    sources,
    networks,
    clients: clientSyns(victim, size, sources, networks),
    cut: size < start.length,
    patienceSeconds: patience ?? patienceOf(visits),
  };
}

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
