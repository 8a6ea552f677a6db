/** Recordings of floods at a real kernel's listener, with what the kernel and the clients said. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Analysis } from '../../../src/analysis.ts';
import { analyze } from '../../../src/analyze.ts';
import { type Victim, victimsOf } from '../../../src/detect/flood/flood.ts';
import { type Thresholds, defaults } from '../../../src/detect/flood/thresholds.ts';

export interface Kernel {
  settings: { listenBacklog: number; maxSynBacklog: number; syncookies: number; synackRetries: number };
  onsetTime: string;
  endTime: string;
  counters: { SyncookiesSent: number; ListenOverflows: number };
  clients: { time: string; seconds: number | null }[];
  /** `acceptQueue` is missing in the older ones. */
  samples: { time: string; endTime: string; halfOpen: number; acceptQueue?: number }[];
}

export const folder = join('fixtures', 'flood');
export const capture = (name: string): string => join(folder, `${name}.pcap`);
export const truthOf = (name: string): Kernel =>
  JSON.parse(readFileSync(join(folder, `${name}.kernel.json`), 'utf8')) as Kernel;

export interface Case {
  readonly analysis: Analysis;
  readonly victim: Victim;
}

export async function caseOf(name: string, thresholds: Thresholds = defaults): Promise<Case> {
  const analysis = await analyze([capture(name)]);
  const victims = victimsOf(analysis.facts, thresholds);
  expect(victims).toHaveLength(1);
  return { analysis, victim: victims[0]! };
}

/** Seconds from the capture's beginning. */
export const secondsOf = (time: string, { clock }: Victim): number =>
  Date.parse(`${time.slice(0, 23)}Z`) / 1000 - clock.seconds - clock.nanoseconds / 1e9;

/** Share of the kernel's samples within the capture that a curve misses by more than `slack`, shifted by at most 0.1 s. */
export function missedShare(
  victim: Victim,
  { samples }: Kernel,
  wanted: (sample: Kernel['samples'][number]) => number,
  depth: (at: number) => number,
  slack: (wanted: number) => number,
): number {
  const seen = samples.filter(({ time }) => secondsOf(time, victim) < victim.clock.end);
  expect(seen.length).toBeGreaterThan(100);
  const missed = seen.filter((sample) => {
    const depthThen = wanted(sample);
    const [from, to] = [secondsOf(sample.time, victim) - 0.1, secondsOf(sample.endTime, victim) + 0.1];
    for (let at = from; at <= to; at += 0.01) if (Math.abs(depth(at) - depthThen) <= slack(depthThen)) return false;
    return true;
  });
  return missed.length / seen.length;
}

/** Five per cent of the kernel's number of half-open connections, or five of them. */
export const slack = (wanted: number): number => Math.max(5, 0.05 * wanted);
