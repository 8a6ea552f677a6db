/** Floods against a real kernel's listener, held against the kernel's own counters; and what looks like one and is none. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { cookieOptionsOf } from '../../../src/detect/flood/cookie-options.ts';
import { victimsOf } from '../../../src/detect/flood/flood.ts';
import { compileFilter } from '../../../src/filter/compile.ts';
import { capture, caseOf, folder, missedShare, secondsOf, slack, truthOf } from './truth.ts';

/** Those with an application that stalls are in accept-queue.test.ts. */
const floods = readdirSync(folder).flatMap((file) => /^((?!stalled-).*)\.kernel\.json$/.exec(file)?.[1] ?? []);

test('all of them, IPv6 as well', () => expect(floods.length).toBeGreaterThanOrEqual(10));

describe.each(floods)('%s', (name) => {
  test('is a flood of the right size, at the right time', async () => {
    const { victim } = await caseOf(name);
    const truth = truthOf(name);
    expect(victim.judgement.verdict).toBe('flood');
    expect(victim.judgement.confidence).toBeGreaterThanOrEqual(0.8);
    expect(victim.rows.length).toBeGreaterThanOrEqual(950);
    expect(Math.abs(victim.onset - secondsOf(truth.onsetTime, victim))).toBeLessThan(1);
    // The tool itself lingers for a second after its last SYN.
    expect(Math.abs(victim.end - secondsOf(truth.endTime, victim))).toBeLessThan(1.2);
  });

  test('the half-open curve is the kernel’s, within 5 % or 5 entries, shifted by at most 0.1 s', async () => {
    const { victim } = await caseOf(name);
    const missed = (depth: (at: number) => number): number =>
      missedShare(victim, truthOf(name), ({ halfOpen }) => halfOpen, depth, slack);
    expect(missed((at) => victim.queue.depth(at))).toBeLessThanOrEqual(0.05);
    // The measure itself tells a wrong curve: one that comes half a second late, and one that is a tenth too deep.
    expect(missed((at) => victim.queue.depth(at - 0.5))).toBeGreaterThan(0.05);
    expect(missed((at) => victim.queue.depth(at) * 1.1 + 6)).toBeGreaterThan(0.05);
  });

  test('SYN cookies are recognised', async () => {
    const { victim } = await caseOf(name);
    const { counters } = truthOf(name);
    expect(victim.defence.cookies).toBe(counters.SyncookiesSent > 0 ? 'yes' : 'no');
  });

  test('every client is found, and how many got in', async () => {
    const { victim } = await caseOf(name);
    const { clients } = truthOf(name);
    const { before, during, after } = victim.fares;
    const fares = [before, during, after];
    const completed = clients.filter(({ seconds }) => seconds !== null).length;
    expect(Math.abs(fares.reduce((sum, fare) => sum + fare.completed, 0) - completed)).toBeLessThanOrEqual(1);
    expect(Math.abs(fares.reduce((sum, fare) => sum + fare.attempts, 0) - clients.length)).toBeLessThanOrEqual(1);
  });
});

test('SYN cookies leave out what was offered; entries of the queue, of which there were 129, do not', async () => {
  const { analysis, victim } = await caseOf('botnet');
  const { withheld, granted } = cookieOptionsOf(analysis.facts.connections, victim.columns);
  expect([granted, withheld]).toEqual([129, 1371]);
  // The others went to clients, who have timestamps to put them in.
  const others = truthOf('botnet').counters.SyncookiesSent - withheld;
  expect(others).toBeGreaterThanOrEqual(0);
  expect(others).toBeLessThanOrEqual(victim.fares.during.attempts);
});

describe('what is no flood', () => {
  test.each([
    ['dead', 'dead-server'],
    ['overload', 'overload'],
    ['health-checks', 'probes'],
    ['syn-scan', 'scan'],
    ['host-sweep', 'sweep'],
  ])('%s is %s', async (name, verdict) => {
    const analysis = await analyze([capture(name)]);
    expect(victimsOf(analysis.facts).map(({ judgement }) => judgement.verdict)).toEqual([verdict]);
    expect(analysis.synfloodDocument().findings).toEqual([]);
  });

  test.each(['crowd', 'load-test'])('%s: handshakes that complete are nobody’s fault', async (name) => {
    expect(victimsOf((await analyze([capture(name)])).facts)).toEqual([]);
  });

  test.each(['dst host 192.0.2.20', 'src host 192.0.2.20'])('a crowd seen from one side only: %s', async (side) => {
    const analysis = await analyze([capture('crowd')], { filter: compileFilter(side) });
    expect(victimsOf(analysis.facts)).toEqual([]);
  });
});

describe('one side of a flood', () => {
  test.each(['dst host 192.0.2.20', 'src host 192.0.2.20'])('%s', async (side) => {
    const analysis = await analyze([capture('cookies-128')], { filter: compileFilter(side) });
    const [victim] = victimsOf(analysis.facts);
    expect(victim?.judgement.verdict).toBe('flood');
    expect(victim?.spoofing.spoofed).toBe('yes');
  });
});

const shared = join('..', 'shared', 'captures');

describe.skipIf(!existsSync(shared))('captures of others', () => {
  const files = existsSync(shared)
    ? readdirSync(shared).filter((file) => !/\.(json|tsv|txt|keys|tsargs)$/.test(file))
    : [];

  test('none has a flood, and one has a burst about which nothing can be told', async () => {
    const found: string[] = [];
    for (const file of files) {
      const analysis = await analyze([join(shared, file)]).catch(() => null);
      if (analysis === null) continue;
      for (const { judgement } of victimsOf(analysis.facts)) found.push(`${file}: ${judgement.verdict}`);
    }
    expect(found).toEqual(['suricata__tcp-session-syn-flood-drop-precedence_input.pcap: burst']);
  });
});
