/**
 * Who the SYNs say they are from. Exact up to a limit of attempts; beyond it every 2^k-th attempt is looked at, by its
 * number, and what depends on it is marked estimated.
 */
import type { Connections } from '../../flow/connections.ts';
import { WORDS, Word } from '../../flow/records.ts';
import { addressText } from '../../flow/addresses.ts';
import type { Columns } from './columns.ts';
import { DistinctCount } from './distinct-count.ts';
import { MAX_EXACT_ATTEMPTS } from './limits.ts';
import { isBogon } from './bogons.ts';
import { Prefixes } from './prefixes.ts';

export interface SourceCount {
  readonly address: string;
  readonly attempts: number;
}

export interface Sources {
  readonly count: number;
  readonly estimated: boolean;
  /** Attempts that the numbers below are made of. */
  readonly sampled: number;
  /** With a single attempt. */
  readonly once: number;
  readonly most: number;
  /** Shannon entropy of the sources, in bits, beside the most it could be. */
  readonly entropyBits: number;
  readonly maxEntropyBits: number;
  readonly top: readonly SourceCount[];
  /** IPv4 /8 or IPv6 /32 prefixes that sources are in, and IPv4 /24 or IPv6 /64. */
  readonly widePrefixes: number;
  readonly narrowPrefixes: number;
  /** Share of sources that nobody routes (private, reserved, documentation). IPv4. */
  readonly bogonShare: number;
  /** Share of the fullest wide prefix. */
  readonly widestShare: number;
  /** Least and greatest TTL, and how many there are. */
  readonly ttlMin: number;
  readonly ttlMax: number;
  readonly ttlCount: number;
}

const TOP = 10;

/** `rows` of the columns that belong to the attack. */
export function sourcesOf(c: Connections, { ids, source }: Columns, rows: Int32Array, ipv6: boolean): Sources {
  const step = stepFor(rows.length);
  const words = new Int32Array(Math.ceil(rows.length / step));
  const distinct = new DistinctCount();
  const ttls = new Uint8Array(256);
  const w = c.words;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const word = source[row]!;
    if (step > 1) distinct.add(word);
    if (i % step !== 0) continue;
    words[i / step] = word;
    const hops = w[ids[row]! * WORDS + Word.hopsA]!;
    if (hops !== 0) ttls[hops & 255] = 1;
  }
  words.sort();
  const known = [...ttls.keys()].filter((ttl) => ttls[ttl] === 1);
  return {
    ...tally(c, words, ipv6, step > 1 ? distinct.estimate() : null, step),
    sampled: words.length,
    ttlMin: known[0] ?? 0,
    ttlMax: known.at(-1) ?? 0,
    ttlCount: known.length,
  };
}

function stepFor(attempts: number): number {
  let step = 1;
  while (attempts / step > MAX_EXACT_ATTEMPTS) step *= 2;
  return step;
}

type Tally = Omit<Sources, 'sampled' | 'ttlMin' | 'ttlMax' | 'ttlCount'>;

/** One walk over the sorted words: runs are sources. */
function tally(c: Connections, words: Int32Array, ipv6: boolean, estimate: number | null, step: number): Tally {
  const prefixes = new Prefixes();
  const top: { word: number; attempts: number }[] = [];
  let [count, once, most, bogons, entropy] = [0, 0, 0, 0, 0];
  for (let from = 0; from < words.length;) {
    let to = from + 1;
    while (to < words.length && words[to] === words[from]) to++;
    const word = words[from]!;
    const attempts = to - from;
    from = to;
    count++;
    if (attempts === 1) once++;
    most = Math.max(most, attempts);
    const share = attempts / words.length;
    entropy -= share * Math.log2(share);
    if (!ipv6 && isBogon(word)) bogons++;
    if (ipv6) prefixes.add6(c.tracker.table.keys.addresses.bytesOf(word));
    else prefixes.add4(word);
    rankIn(top, word, attempts);
  }
  return {
    count: estimate ?? count,
    estimated: estimate !== null,
    once,
    most: most * step,
    entropyBits: Math.max(0, entropy),
    maxEntropyBits: Math.log2(Math.max(1, words.length)),
    top: top.map(({ word, attempts }) => ({
      address: addressText(c.tracker.table.keys.addresses, word, ipv6),
      attempts: attempts * step,
    })),
    widePrefixes: prefixes.wide,
    narrowPrefixes: prefixes.narrow,
    bogonShare: count === 0 ? 0 : bogons / count,
    widestShare: count === 0 ? 0 : prefixes.widest / count,
  };
}

/** The most attempts first; among equals the lower address, which comes first. */
function rankIn(top: { word: number; attempts: number }[], word: number, attempts: number): void {
  if (top.length === TOP && attempts <= top.at(-1)!.attempts) return;
  const place = top.findIndex((other) => other.attempts < attempts);
  top.splice(place < 0 ? top.length : place, 0, { word, attempts });
  if (top.length > TOP) top.pop();
}
