/** The model of the listener: settings of one recording, tried on the SYNs of another, against how its clients fared. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { whatIf } from '../../../src/detect/flood/remedies.ts';
import { defaults } from '../../../src/detect/flood/thresholds.ts';
import { type Case, type Kernel, caseOf, folder, secondsOf, truthOf } from './truth.ts';

const names = readdirSync(folder).flatMap((file) => /^(.*)\.kernel\.json$/.exec(file)?.[1] ?? []);
const floods = names.filter((name) => !name.startsWith('stalled-'));

/** Clients try for three and a half seconds: SYNs at 0, 1 and 3. */
const PATIENCE = 3.5;

function servedShare({ analysis, victim }: Case, { settings }: Kernel): number {
  const given = { ...settings, syncookies: settings.syncookies > 0, patienceSeconds: PATIENCE };
  return whatIf(analysis.facts.connections, victim, given)!.rows[0]!.prediction.servedShare;
}

test('every pair of recordings, IPv4 and IPv6, within 10 points', async () => {
  expect(floods.length).toBeGreaterThanOrEqual(10);
  const cases = new Map<string, Case>();
  for (const name of floods) cases.set(name, await caseOf(name));
  const wrong: string[] = [];
  for (const [from, one] of cases) {
    for (const [to, { victim }] of cases) {
      const { during } = victim.fares;
      const error = servedShare(one, truthOf(to)) - during.completed / during.attempts;
      if (Math.abs(error) > 0.1) wrong.push(`${from} as ${to}: ${error.toFixed(2)}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Clients' own word, of those that began as long after the stall as those of the victim that is asked about. */
function shareOf(truth: Kernel, from: number, to: number): number {
  const onset = Date.parse(truth.onsetTime.slice(0, 23));
  const some = truth.clients.filter(({ time }) => {
    const at = (Date.parse(time.slice(0, 23)) - onset) / 1000;
    return at >= from && at <= to;
  });
  return some.filter(({ seconds }) => seconds !== null).length / some.length;
}

test.each([
  ['stalled-16', 'stalled-16'],
  ['stalled-16', 'stalled-64'],
  ['stalled-64', 'stalled-16'],
  ['stalled-64', 'stalled-64'],
  ['stalled-flood', 'stalled-flood'],
])('an application that stalls: %s as %s', async (from, to) => {
  const one = await caseOf(from, { ...defaults, handshakes: 50 });
  const onset = secondsOf(truthOf(from).onsetTime, one.victim);
  const actual = shareOf(truthOf(to), one.victim.onset - onset, one.victim.end - onset);
  expect(Math.abs(servedShare(one, truthOf(to)) - actual)).toBeLessThanOrEqual(0.1);
});

async function remediesIn(name: string): Promise<Record<string, { enough: boolean; prefixes: readonly string[] }>> {
  const { analysis, victim } = await caseOf(name);
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
