/**
 * The time of a connection is divided without a rest, whatever the capture: fixtures, real captures, and conversations at
 * random. With and without shortcuts the division is the same (`lane.test.ts` and `analysis.test.ts` hold the rows
 * together).
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { analyze } from '../../src/analyze.ts';
import { CaptureError } from '../../src/capture/errors.ts';
import { MAX_STALLS_EACH, STALL_FLOOR_NS } from '../../src/flow/waits/limits.ts';
import { closingsOf, divisionOf, stallsOf, windowOf } from '../../src/flow/waits/read.ts';
import { pcap } from '../support/capture-bytes.ts';
import { ACK, FIN, RST, SYN, tcp } from '../support/conversations.ts';
import { fixtureCaptures, fixtures } from '../support/frames.ts';

const shared = join(import.meta.dirname, '../../../shared/captures');
const folder = mkdtempSync(join(tmpdir(), 'synoptic-waits-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(path: string): Promise<Analysis | null> {
  try {
    return await analyze([path]);
  } catch (error) {
    if (error instanceof CaptureError) return null;
    throw error;
  }
}

/** Holds for every connection; returns how many had a time to divide. */
function expectDivided(analysis: Analysis): number {
  const { connections: c, totals } = analysis.facts;
  let divided = 0;
  for (let id = 0; id < c.count; id++) {
    if (!c.isCounted(id) || c.isUdp(id)) continue;
    const division = divisionOf(c, id);
    if (division === null) continue;
    divided++;
    const { shares, nanoseconds, unexplained } = division;
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(nanoseconds);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    // Only broken headers and clocks that run backwards leave time that no segment explains.
    if (totals.backwards === 0 && totals.undecoded.every((frames) => frames === 0)) expect(unexplained).toBe(0);
    expectStalls(analysis, id, nanoseconds);
  }
  return divided;
}

function expectStalls(analysis: Analysis, id: number, duration: number): void {
  const c = analysis.facts.connections;
  const { count, nanoseconds, longest } = stallsOf(c, id);
  expect(longest).toHaveLength(Math.min(count, MAX_STALLS_EACH));
  expect(nanoseconds).toBeLessThanOrEqual(duration);
  for (const span of [...longest, ...closingsOf(c, id)]) expect(span.nanoseconds).toBeLessThanOrEqual(duration);
  for (const span of longest) expect(span.nanoseconds).toBeGreaterThanOrEqual(STALL_FLOOR_NS);
  for (const side of [0, 1] as const) {
    const window = windowOf(c, id, side);
    if (window === null) continue;
    expect(window.max).toBeGreaterThanOrEqual(window.min);
    expect(window.closedNanoseconds).toBeLessThanOrEqual(duration);
  }
}

test.each(fixtureCaptures())('%s', async (name) => {
  const analysis = await read(join(fixtures, name));
  if (analysis !== null) expectDivided(analysis);
});

const captures = existsSync(shared) ? readdirSync(shared).filter((name) => /\.(pcap|pcapng|cap)$/.test(name)) : [];

describe.skipIf(captures.length === 0)(
  `captures of ${shared}${captures.length === 0 ? ' (ABSENT, skipped)' : ''}`,
  () => {
    test('every connection of every one', { timeout: 120_000 }, async () => {
      let divided = 0;
      for (const name of captures) {
        const analysis = await read(join(shared, name));
        if (analysis !== null) divided += expectDivided(analysis);
      }
      expect(divided).toBeGreaterThan(2000);
    });
  },
);

const ends = [
  { from: '10.0.0.1', to: '10.0.0.2', ports: [40_000, 9] },
  { from: '10.0.0.2', to: '10.0.0.1', ports: [9, 40_000] },
] as const;

/** Anything at all: numbers, flags, windows and times that may also run backwards. */
const segment = fc.record({
  side: fc.constantFrom(0, 1),
  seq: fc.constantFrom(0, 1, 2, 100, 101, 1500, 0xffff_fff0),
  ack: fc.constantFrom(0, 1, 2, 101, 201, 1501),
  length: fc.constantFrom(0, 0, 1, 100, 1400),
  window: fc.constantFrom(0, 1, 500, 60_000),
  flags: fc.oneof({ weight: 8, arbitrary: fc.constant(ACK) }, fc.constantFrom(SYN, SYN | ACK, FIN | ACK, RST, 0)),
  wait: fc.constantFrom(0, 1, 500, 40_000, 300_000, 5_000_000, -2_000_000),
  scale: fc.constantFrom(undefined, 0, 14),
});

test('segments at random', async () => {
  const path = join(folder, 'random.pcap');
  await fc.assert(
    fc.asyncProperty(fc.array(segment, { minLength: 2, maxLength: 60 }), async (segments) => {
      let microseconds = 100_000_000;
      const frames = segments.map(({ side, wait, ...said }) => {
        microseconds += wait;
        const { scale, length, ...numbers } = said;
        const options = scale === undefined ? {} : { scale };
        const data = tcp({ ...ends[side as 0 | 1], ...numbers, ...options, payload: new Uint8Array(length) });
        return { seconds: Math.floor(microseconds / 1e6), nanoseconds: (microseconds % 1e6) * 1000, data };
      });
      writeFileSync(path, pcap(frames));
      const [fast, slow] = [await analyze([path]), await analyze([path], { shortcuts: false })];
      expectDivided(fast);
      expect(fast.connsDocument()).toEqual(slow.connsDocument());
    }),
    { numRuns: 300, interruptAfterTimeLimit: 60_000 },
  );
});
