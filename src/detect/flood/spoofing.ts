/** Whether the sources are made up: signs, each with its weight and what was measured. */
import type { Outcomes } from './outcomes.ts';
import type { Sources } from './sources.ts';
import type { Thresholds } from './thresholds.ts';

export type SignId =
  | 'uniform-sources'
  | 'unroutable-sources'
  | 'one-attempt-each'
  | 'one-path'
  | 'random-ttl'
  | 'no-resets'
  | 'never-completed'
  | 'sources-complete';

interface Sign {
  readonly id: SignId;
  /** Positive speaks for made-up addresses. */
  readonly weight: number;
  readonly measured: number;
  readonly text: string;
}

export interface Spoofing {
  readonly spoofed: 'yes' | 'no' | 'unknown';
  /** 0 to 1. */
  readonly score: number;
  readonly signs: readonly Sign[];
}

/** Sources from which on their spread says something. */
const ENOUGH = 50;
/** A uniform source is unroutable with a chance of about 0.14; half of that in a thousand draws is no accident. */
const BOGON_SHARE = 0.05;
/** Hosts far apart on the Internet differ by more hops than this. */
const ONE_PATH_SPREAD = 2;
const RANDOM_TTL_SPREAD = 64;

export function spoofingOf(sources: Sources, outcomes: Outcomes, completers: number, t: Thresholds): Spoofing {
  // What sources did later is not in a sample.
  const later = t.sampling > 1 ? [] : behaviour(sources, outcomes, completers);
  const signs = [...spreadSigns(sources), ...later];
  const sum = signs.reduce((total, { weight }) => total + weight, 0);
  const score = Math.min(1, Math.max(0, sum));
  const refuted = signs.some(({ id }) => id === 'sources-complete');
  return { spoofed: score >= t.spoofedScore ? 'yes' : refuted ? 'no' : 'unknown', score, signs };
}

/** What the addresses and their distances tell, whatever they did. */
export const spreadSigns = (sources: Sources): Sign[] => [...spread(sources), ...paths(sources)];

function* spread({ count, widePrefixes, narrowPrefixes, widestShare, bogonShare }: Sources): Generator<Sign> {
  if (count < ENOUGH) return;
  // Uniform sources fill /8s evenly: none has much more than its 1/222 share, and hardly two share a /24.
  const even = widestShare <= 0.05 + 4 / count && widePrefixes >= Math.min(100, count / 2);
  if (even && narrowPrefixes >= 0.9 * Math.min(count, 200_000)) {
    yield sign('uniform-sources', 0.4, widePrefixes, `sources spread evenly over ${widePrefixes} wide prefixes`);
  }
  if (bogonShare >= BOGON_SHARE && bogonShare < 0.9 && even) {
    yield sign('unroutable-sources', 0.3, bogonShare, `${percent(bogonShare)} of the sources are not routable`);
  }
}

function* paths({ count, widePrefixes, ttlMin, ttlMax, ttlCount }: Sources): Generator<Sign> {
  if (count < ENOUGH || ttlCount === 0) return;
  const width = ttlMax - ttlMin;
  if (width <= ONE_PATH_SPREAD && widePrefixes >= 20) {
    yield sign('one-path', 0.3, width, `${count} sources, all as many hops away (TTL ${ttlMin} to ${ttlMax})`);
  } else if (width > RANDOM_TTL_SPREAD && ttlCount > 100) {
    yield sign('random-ttl', 0.2, ttlCount, `${ttlCount} different TTLs`);
  }
}

function* behaviour(sources: Sources, o: Outcomes, completers: number): Generator<Sign> {
  const { count, once, sampled, estimated } = sources;
  if (count >= ENOUGH && !estimated && once >= 0.95 * count && sampled < 1.05 * count) {
    yield sign('one-attempt-each', 0.15, once, `${once} of ${count} sources tried once and never again`);
  }
  if (o.halfOpen >= ENOUGH && o.reset <= 0.01 * o.halfOpen) {
    yield sign('no-resets', 0.15, o.reset, 'hosts that are there would have reset the SYN-ACKs they never asked for');
  }
  if (count >= ENOUGH && completers === 0) {
    yield sign('never-completed', 0.1, 0, 'none of the sources ever completed a handshake');
  }
  if (completers > 0 && completers >= 0.1 * count) {
    yield sign('sources-complete', -0.6, completers, `${completers} of the sources completed handshakes`);
  }
}

const sign = (id: SignId, weight: number, measured: number, text: string): Sign => ({ id, weight, measured, text });
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
