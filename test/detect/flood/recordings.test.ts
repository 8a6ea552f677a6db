/** Floods against a real kernel's listener, held against the kernel's own counters; and what looks like one and is none. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Analysis, analyze } from '../../../src/analyze.ts';
import { type Victim, victimsOf } from '../../../src/detect/flood/flood.ts';
import { whatIf } from '../../../src/detect/flood/remedies.ts';
import { compileFilter } from '../../../src/filter/compile.ts';

interface Kernel {
  settings: { listenBacklog: number; maxSynBacklog: number; syncookies: number; synackRetries: number };
  onsetTime: string;
  endTime: string;
  counters: { SyncookiesSent: number };
  clients: { time: string; seconds: number | null }[];
  samples: { time: string; endTime: string; halfOpen: number }[];
}

const folder = join('fixtures', 'flood');
const capture = (name: string): string => join(folder, `${name}.pcap`);
const truthOf = (name: string): Kernel =>
  JSON.parse(readFileSync(join(folder, `${name}.kernel.json`), 'utf8')) as Kernel;
const floods = readdirSync(folder).flatMap((file) => /^(.*)\.kernel\.json$/.exec(file)?.[1] ?? []);

/** Clients try for three and a half seconds: SYNs at 0, 1 and 3. */
const PATIENCE = 3.5;

async function floodIn(name: string): Promise<{ analysis: Analysis; victim: Victim }> {
  const analysis = await analyze([capture(name)]);
  const victims = victimsOf(analysis.facts);
  expect(victims).toHaveLength(1);
  return { analysis, victim: victims[0]! };
}

const secondsOf = (time: string, { clock }: Victim): number =>
  Date.parse(`${time.slice(0, 23)}Z`) / 1000 - clock.seconds - clock.nanoseconds / 1e9;

describe.each(floods)('%s', (name) => {
  test('is a flood of the right size, at the right time', async () => {
    const { victim } = await floodIn(name);
    const truth = truthOf(name);
    expect(victim.judgement.verdict).toBe('flood');
    expect(victim.judgement.confidence).toBeGreaterThanOrEqual(0.8);
    expect(victim.rows.length).toBeGreaterThanOrEqual(950);
    expect(Math.abs(victim.onset - secondsOf(truth.onsetTime, victim))).toBeLessThan(1);
    // The tool itself lingers for a second after its last SYN.
    expect(Math.abs(victim.end - secondsOf(truth.endTime, victim))).toBeLessThan(1.2);
  });

  test('the half-open curve is the kernel’s, within 5 % or 5 entries, shifted by at most 0.1 s', async () => {
    const { victim } = await floodIn(name);
    const samples = truthOf(name).samples.filter(({ time }) => secondsOf(time, victim) < victim.clock.end);
    const wrong = samples.filter(({ time, endTime, halfOpen }) => {
      const slack = Math.max(5, 0.05 * halfOpen);
      const [from, to] = [secondsOf(time, victim) - 0.1, secondsOf(endTime, victim) + 0.1];
      for (let at = from; at <= to; at += 0.01) if (Math.abs(victim.queue.depth(at) - halfOpen) <= slack) return false;
      return true;
    });
    expect(wrong.length / samples.length).toBeLessThanOrEqual(0.05);
  });

  test('SYN cookies are recognised', async () => {
    const { victim } = await floodIn(name);
    const { counters } = truthOf(name);
    expect(victim.defence.cookies).toBe(counters.SyncookiesSent > 0 ? 'yes' : 'no');
  });

  test('every client is found, and how many got in', async () => {
    const { victim } = await floodIn(name);
    const { clients } = truthOf(name);
    const { before, during, after } = victim.fares;
    const fares = [before, during, after];
    const completed = clients.filter(({ seconds }) => seconds !== null).length;
    expect(Math.abs(fares.reduce((sum, fare) => sum + fare.completed, 0) - completed)).toBeLessThanOrEqual(1);
    expect(Math.abs(fares.reduce((sum, fare) => sum + fare.attempts, 0) - clients.length)).toBeLessThanOrEqual(1);
  });
});

/**
 * All of IPv4: there clients that the server knew and new ones alternate. Those of the IPv6 recording are all known, and
 * who the clients are is no setting of the server.
 */
test('settings of one recording, tried on the SYNs of another, predict how its clients fared within 10 points', async () => {
  const names = floods.filter((name) => name !== 'spoofed-ipv6');
  expect(names.length).toBeGreaterThanOrEqual(7);
  const victims = new Map<string, Awaited<ReturnType<typeof floodIn>>>();
  for (const name of names) victims.set(name, await floodIn(name));
  const wrong: string[] = [];
  for (const [from, { analysis, victim }] of victims) {
    for (const [to, other] of victims) {
      const { settings } = truthOf(to);
      const { during } = other.victim.fares;
      const given = { ...settings, syncookies: settings.syncookies > 0, patienceSeconds: PATIENCE };
      const { servedShare } = whatIf(analysis.facts.connections, victim, given)!.rows[0]!.prediction;
      const error = servedShare - during.completed / during.attempts;
      if (Math.abs(error) > 0.1) wrong.push(`${from} as ${to}: ${error.toFixed(2)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the IPv6 recording, whose clients the server knew, on its own settings', async () => {
  const { analysis, victim } = await floodIn('spoofed-ipv6');
  const { settings } = truthOf('spoofed-ipv6');
  const given = { ...settings, syncookies: settings.syncookies > 0, patienceSeconds: PATIENCE };
  const { servedShare } = whatIf(analysis.facts.connections, victim, given)!.rows[0]!.prediction;
  expect(servedShare).toBeCloseTo(victim.fares.during.completed / victim.fares.during.attempts, 1);
});

async function remediesIn(name: string): Promise<Record<string, { enough: boolean; prefixes: readonly string[] }>> {
  const { analysis, victim } = await floodIn(name);
  const { rows } = whatIf(analysis.facts.connections, victim, {})!;
  return Object.fromEntries(rows.map((row) => [row.remedy, row]));
}

describe('remedies', () => {
  test('bots of one network can be shut out by it, made-up sources cannot', async () => {
    expect((await remediesIn('botnet'))['prefix-filter']).toMatchObject({
      enough: true,
      prefixes: ['198.51.100.0/24'],
    });
    expect((await remediesIn('no-cookies-128'))['prefix-filter']).toMatchObject({ enough: false });
  });

  test('a limit for each source does nothing against sources that send one SYN each', async () => {
    const rows = await remediesIn('no-cookies-128');
    expect(rows['rate-limit']).toMatchObject({ enough: false, perSource: 1 });
    expect(rows['rate-limit']).toMatchObject({ prediction: (rows['as-set'] as Record<string, unknown>)['prediction'] });
  });

  test('SYN cookies keep everybody, wherever they were off', async () => {
    for (const name of floods) expect((await remediesIn(name))['syn-cookies']).toMatchObject({ enough: true });
  });
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
