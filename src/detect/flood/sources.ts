/**
 * Who the SYNs say they are from. Exact up to a limit of attempts; beyond it every 2^k-th attempt is looked at, by its
 * number, and what depends on it is marked estimated.
 */
import type { Connections } from '../../flow/connections.ts';
import { WORDS, Word } from '../../flow/records.ts';
import { addressText } from '../../flow/addresses.ts';
import { DistinctCount } from './distinct-count.ts';
import { MAX_EXACT_ATTEMPTS } from './limits.ts';
import { isBogon } from './bogons.ts';

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

export function sourcesOf(c: Connections, ids: Int32Array, ipv6: boolean): Sources {
  const step = stepFor(ids.length);
  const words = new Int32Array(Math.ceil(ids.length / step));
  const distinct = new DistinctCount();
  const ttls = new Uint8Array(256);
  const w = c.words;
  for (let i = 0; i < ids.length; i++) {
    const at = ids[i]! * WORDS;
    const word = w[at + Word.addressA]!;
    if (step > 1) distinct.add(word);
    if (i % step === 0) words[i / step] = word;
    const hops = w[at + Word.hopsA]!;
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
  const wide = new Map<string, number>();
  const narrow = new DistinctCount();
  const narrowSeen = new Set<string>();
  const top: { word: number; attempts: number }[] = [];
  let [count, once, most, bogons, entropy] = [0, 0, 0, 0, 0];
  for (let from = 0; from < words.length;) {
    let to = from + 1;
    while (to < words.length && words[to] === words[from]) to++;
    const [word, attempts] = [words[from]!, to - from];
    from = to;
    count++;
    if (attempts === 1) once++;
    most = Math.max(most, attempts);
    const share = attempts / words.length;
    entropy -= share * Math.log2(share);
    if (!ipv6 && isBogon(word)) bogons++;
    const [wideKey, narrowKey] = prefixesOf(c, word, ipv6);
    wide.set(wideKey, (wide.get(wideKey) ?? 0) + 1);
    if (ipv6 && narrowSeen.size < MAX_PREFIXES) narrowSeen.add(String(narrowKey));
    else narrow.add(narrowKey);
    rankIn(top, word, attempts);
  }
  const exactNarrow = ipv6 ? narrowSeen.size : runsOf(words, 8);
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
    widePrefixes: wide.size,
    narrowPrefixes: exactNarrow,
    bogonShare: count === 0 ? 0 : bogons / count,
    widestShare: count === 0 ? 0 : Math.max(...wide.values()) / count,
  };
}

/** IPv6 prefixes that are counted exactly. */
const MAX_PREFIXES = 200_000;

function prefixesOf(c: Connections, word: number, ipv6: boolean): [wide: string, narrow: number] {
  if (!ipv6) return [String(word >>> 24), word >>> 8];
  const bytes = c.tracker.table.keys.addresses.bytesOf(word);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return [String(view.getUint32(0)), Math.imul(view.getInt32(0), 31) ^ view.getInt32(4)];
}

/** Distinct values of sorted words without their lowest bits. */
function runsOf(words: Int32Array, bits: number): number {
  let runs = 0;
  for (let i = 0; i < words.length; i++) if (i === 0 || words[i]! >> bits !== words[i - 1]! >> bits) runs++;
  return runs;
}

/** The most attempts first; among equals the lower address, which comes first. */
function rankIn(top: { word: number; attempts: number }[], word: number, attempts: number): void {
  if (top.length === TOP && attempts <= top.at(-1)!.attempts) return;
  const place = top.findIndex((other) => other.attempts < attempts);
  top.splice(place < 0 ? top.length : place, 0, { word, attempts });
  if (top.length > TOP) top.pop();
}
