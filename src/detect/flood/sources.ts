/**
 * Who the SYNs say they are from. Exact up to a limit of attempts; beyond it every 2^k-th attempt is looked at, by its
 * number, and what depends on it is marked estimated.
 */
import type { Connections } from '../../flow/connections.ts';
import { addressText } from '../../flow/addresses.ts';
import type { Columns } from './columns.ts';
import { DistinctCount } from './distinct-count.ts';
import { MAX_EXACT_ATTEMPTS } from './limits.ts';
import { isBogon } from './bogons.ts';
import { prefixes4, prefixes6 } from './prefixes.ts';
import { sortWords } from './radix-sort.ts';

interface SourceCount {
  /** Of the address in the table. */
  readonly word: number;
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
export function sourcesOf(
  c: Connections,
  { ttl, source }: Pick<Columns, 'ttl' | 'source'>,
  rows: Int32Array,
  ipv6: boolean,
  exactUpTo: number = MAX_EXACT_ATTEMPTS,
): Sources {
  const step = stepFor(rows.length, exactUpTo);
  const words = new Int32Array(Math.ceil(rows.length / step));
  const ttls = new Uint8Array(256);
  for (let i = 0, n = 0; i < rows.length; i += step) {
    const row = rows[i]!;
    words[n++] = source[row]!;
    ttls[ttl[row]!] = 1;
  }
  // A TTL of 0 is that of an originator who was not seen: no router passes it on.
  ttls[0] = 0;
  sortWords(words);
  const known = [...ttls.keys()].filter((value) => ttls[value] === 1);
  return {
    ...tally(c, words, ipv6, step > 1 ? distinctIn(source, rows) : null, step),
    sampled: words.length,
    ttlMin: known[0] ?? 0,
    ttlMax: known.at(-1) ?? 0,
    ttlCount: known.length,
  };
}

function stepFor(attempts: number, exactUpTo: number): number {
  let step = 1;
  while (attempts / step > exactUpTo) step *= 2;
  return step;
}

function distinctIn(source: Int32Array, rows: Int32Array): number {
  const distinct = new DistinctCount();
  for (let i = 0; i < rows.length; i++) distinct.add(source[rows[i]!]!);
  return distinct.estimate();
}

type Tally = Omit<Sources, 'sampled' | 'ttlMin' | 'ttlMax' | 'ttlCount'>;

/** One walk over the sorted words: runs are sources. Leaves the different ones at their beginning. */
function tally(c: Connections, words: Int32Array, ipv6: boolean, estimate: number | null, step: number): Tally {
  const { addresses } = c.tracker.table.keys;
  const top = new Top();
  const entropy = new Entropy(words.length);
  const { length } = words;
  let [count, once, bogons] = [0, 0, 0];
  for (let from = 0; from < length;) {
    const word = words[from]!;
    let to = from + 1;
    while (to < length && words[to] === word) to++;
    const attempts = to - from;
    from = to;
    words[count++] = word;
    if (attempts === 1) once++;
    entropy.add(attempts);
    if (!ipv6 && isBogon(word)) bogons++;
    if (attempts > top.least) top.add(word, attempts);
  }
  const different = words.subarray(0, count);
  const prefixes = ipv6 ? prefixes6(different, addresses) : prefixes4(different);
  return {
    count: estimate ?? count,
    estimated: estimate !== null,
    once,
    most: (top.rows[0]?.attempts ?? 0) * step,
    entropyBits: entropy.bits(),
    maxEntropyBits: Math.log2(Math.max(1, length)),
    top: top.rows.map(({ word, attempts }) => ({
      word,
      address: addressText(addresses, word, ipv6),
      attempts: attempts * step,
    })),
    widePrefixes: prefixes.wide,
    narrowPrefixes: prefixes.narrow,
    bogonShare: count === 0 ? 0 : bogons / count,
    widestShare: count === 0 ? 0 : prefixes.widest / count,
  };
}

/** Shannon entropy of sources, of which most have few attempts: a logarithm for each number, not for each source. */
class Entropy {
  readonly #sourcesWith = new Float64Array(256);
  readonly #all: number;
  #rest = 0;

  constructor(all: number) {
    this.#all = all;
  }

  add(attempts: number): void {
    if (attempts < this.#sourcesWith.length) this.#sourcesWith[attempts]! += 1;
    else this.#rest += this.#term(attempts);
  }

  #term(attempts: number): number {
    const share = attempts / this.#all;
    return attempts === 0 ? 0 : -share * Math.log2(share);
  }

  bits(): number {
    return this.#sourcesWith.reduce((sum, sources, attempts) => sum + sources * this.#term(attempts), this.#rest);
  }
}

/** The most attempts first; among equals the lower address, which comes first. */
class Top {
  readonly rows: { readonly word: number; readonly attempts: number }[] = [];
  /** More than this has a place. */
  least = 0;

  add(word: number, attempts: number): void {
    const { rows } = this;
    const place = rows.findIndex((other) => other.attempts < attempts);
    rows.splice(place < 0 ? rows.length : place, 0, { word, attempts });
    if (rows.length > TOP) rows.pop();
    if (rows.length === TOP) this.least = rows.at(-1)!.attempts;
  }
}
