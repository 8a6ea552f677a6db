/** In how many prefixes sources lie: IPv4 /8 and /24, IPv6 /32 and /64. */
import type { Ipv6Addresses } from '../../flow/addresses.ts';

export interface Prefixes {
  readonly wide: number;
  /** Sources in the fullest wide prefix. */
  readonly widest: number;
  readonly narrow: number;
}

/** `words` are different addresses, ascending as unsigned numbers. */
export function prefixes4(words: Int32Array): Prefixes {
  const eights = new Uint32Array(256);
  let [narrow, last] = [0, -1];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    eights[word >>> 24]! += 1;
    if (word >>> 8 !== last) narrow++;
    last = word >>> 8;
  }
  return { wide: eights.filter((sources) => sources > 0).length, widest: eights.reduce(greater, 0), narrow };
}

/** `ids` are different addresses of the table. Sorted as numbers of 64 bits, those of a prefix lie together. */
export function prefixes6(ids: Int32Array, addresses: Ipv6Addresses): Prefixes {
  const upper = new BigUint64Array(ids.length);
  const words = new Uint32Array(upper.buffer);
  // The first word in the upper half, which is the second on every machine that Node runs on.
  for (let i = 0; i < ids.length; i++) {
    words[2 * i] = addresses.word(ids[i]!, 1);
    words[2 * i + 1] = addresses.word(ids[i]!, 0);
  }
  upper.sort();
  let [wide, widest, narrow, run] = [0, 0, 0, 0];
  for (let i = 0; i < words.length; i += 2) {
    const isNewWide = i === 0 || words[i + 1] !== words[i - 1];
    if (isNewWide) wide++;
    if (isNewWide || words[i] !== words[i - 2]) narrow++;
    run = isNewWide ? 1 : run + 1;
    widest = Math.max(widest, run);
  }
  return { wide, widest, narrow };
}

const greater = (a: number, b: number): number => Math.max(a, b);
