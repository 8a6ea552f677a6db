/** One frame in N of our recordings: still a flood, of about the right size, or still none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../../src/analysis.ts';
import { analyze } from '../../../src/analyze.ts';
import { defaults } from '../../../src/detect/flood/thresholds.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-sample-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Frames chosen by a fixed generator, as a router would by chance. */
async function sampleOf(name: string, n: number): Promise<Analysis> {
  const bytes = readFileSync(join('fixtures', 'flood', `${name}.pcap`));
  const parts = [bytes.subarray(0, 24)];
  let state = 12_345;
  for (let from = 24; from < bytes.length;) {
    const to = from + 16 + bytes.readUInt32LE(from + 8);
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    if ((state >>> 8) % n === 0) parts.push(bytes.subarray(from, to));
    from = to;
  }
  const path = join(folder, `${name}-${n}.pcap`);
  writeFileSync(path, Buffer.concat(parts));
  return analyze([path]);
}

const seconds = (time: string | null): number => Date.parse(`${time!.slice(0, 23)}Z`) / 1000;

const floods = ['botnet', 'cookies-128', 'no-cookies-128', 'no-cookies-1024', 'no-cookies-short', 'spoofed-ipv6'];

describe.each([4, 10])('one frame in %i', (sampling) => {
  test.each(floods)('%s is a flood', async (name) => {
    const doc = (await sampleOf(name, sampling)).synfloodDocument({ ...defaults, sampling });
    const whole = (await analyze([join('fixtures', 'flood', `${name}.pcap`)])).synfloodDocument();
    expect(doc.sampling).toBe(sampling);
    const [victim, ...others] = doc.victims;
    const [expected] = whole.victims;
    expect(others).toEqual([]);
    expect(victim).toMatchObject({ verdict: 'flood', address: expected!.address, cookies: 'unknown', whatIf: null });
    expect(Math.abs(victim!.handshakeCount / expected!.handshakeCount - 1)).toBeLessThan(0.2);
    expect(Math.abs(seconds(victim!.onsetTime) - seconds(expected!.onsetTime))).toBeLessThan(1);
    expect(Math.abs(seconds(victim!.endTime) - seconds(expected!.endTime))).toBeLessThan(1);
  });

  test.each(floods)('%s: the finding says that it is an estimate', async (name) => {
    const { findings } = (await sampleOf(name, sampling)).synfloodDocument({ ...defaults, sampling });
    expect(findings.map(({ id, severity }) => [id, severity])).toEqual([['syn-flood', 'alert']]);
    const [finding] = findings;
    expect(finding!.summary).toContain(`(estimated from one frame in ${sampling})`);
    expect(finding!.measured).toMatchObject({ sampling });
    expect(finding!.measured).not.toHaveProperty('peakHalfOpen');
    expect(finding!.unknowable[0]).toMatch(/not in the sample/);
    expect(finding!.frames.length).toBeGreaterThan(0);
  });

  test.each(['ack-flood', 'rst-flood', 'fin-flood'])('%s is one, of about its size', async (name) => {
    const whole = (await analyze([join('fixtures', 'flood', `${name}.pcap`)])).synfloodDocument().related[0]!;
    const doc = (await sampleOf(name, sampling)).synfloodDocument({ ...defaults, sampling });
    // Fifty sources are needed to see how they are spread: of 500 SYNs one in ten may leave fewer.
    if (sampling === 10) return void expect(doc.related.filter(({ id }) => id !== name)).toEqual([]);
    expect(doc.related).toMatchObject([{ id: name, address: whole.address, sources: { estimated: true } }]);
    expect(Math.abs(doc.related[0]!.connectionCount / whole.connectionCount - 1)).toBeLessThan(0.35);
    expect(doc.findings.map(({ id }) => id)).toEqual([name]);
    expect(doc.findings[0]!.summary).toContain('estimated');
  });

  test.each([
    'crowd',
    'load-test',
    'dead',
    'overload',
    'health-checks',
    'syn-scan',
    'host-sweep',
    'restarted',
    'ack-scan',
    'fin-scan',
  ])('%s is none', async (name) => {
    const doc = (await sampleOf(name, sampling)).synfloodDocument({ ...defaults, sampling });
    expect(doc.victims.filter(({ verdict }) => verdict === 'flood' || verdict === 'burst')).toEqual([]);
    expect(doc.related).toEqual([]);
    expect(doc.findings).toEqual([]);
  });
});
