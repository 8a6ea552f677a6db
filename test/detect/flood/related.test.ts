/** Floods without SYNs: recordings of hping3 and of our own clients against a real kernel, and what only looks like one. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { type Related, relatedOf } from '../../../src/detect/flood/related/related.ts';
import { compileFilter } from '../../../src/filter/compile.ts';

const folder = join('fixtures', 'flood');

async function relatedIn(name: string, filter?: string): Promise<readonly Related[]> {
  const options = filter === undefined ? {} : { filter: compileFilter(filter) };
  return relatedOf((await analyze([join(folder, `${name}.pcap`)], options)).facts);
}

describe('recordings', () => {
  test.each([
    ['ack-flood', 'ack-flood', 500, 500],
    ['rst-flood', 'rst-flood', 500, 500],
    ['fin-flood', 'fin-flood', 500, 500],
    ['backscatter', 'syn-ack-backscatter', 300, 40],
    ['connection-flood', 'connection-flood', 300, 100],
  ])('%s is %s', async (name, id, connections, sources) => {
    const [one, ...others] = await relatedIn(name);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ id, address: '192.0.2.20', port: 80 });
    expect(one!.confidence).toBeGreaterThanOrEqual(0.8);
    expect(one!.measured).toMatchObject({ count: connections, sources: { count: sources } });
  });

  test.each(['fin-scan', 'ack-scan', 'connect-checks', 'restarted'])('%s is no flood', async (name) => {
    expect(await relatedIn(name)).toEqual([]);
  });

  test('none of them is a SYN flood', async () => {
    for (const name of ['ack-flood', 'rst-flood', 'fin-flood', 'backscatter', 'connection-flood', 'restarted']) {
      const { findings } = (await analyze([join(folder, `${name}.pcap`)])).analyzeDocument();
      expect(findings.filter(({ id }) => id === 'syn-flood')).toEqual([]);
    }
  });
});

describe('one side', () => {
  test('ACKs without the RSTs that answer them', async () => {
    const found = await relatedIn('ack-flood', 'dst host 192.0.2.20');
    expect(found.map(({ id, confidence }) => [id, confidence])).toEqual([['ack-flood', 0.85]]);
  });

  test('answers without the RSTs of those who got them are less sure', async () => {
    const found = await relatedIn('backscatter', 'src host 192.0.2.20');
    expect(found.map(({ id, confidence }) => [id, confidence])).toEqual([['syn-ack-backscatter', 0.5]]);
    expect(found[0]!.unknowable).toEqual(['whether the SYNs were sent from here, past the capture']);
  });

  test('the answers of a victim to all the world are its SYN flood', async () => {
    expect(await relatedIn('cookies-128', 'src host 192.0.2.20')).toEqual([]);
  });

  test.each(['dst host 192.0.2.20', 'src host 192.0.2.20'])('a load test: %s', async (side) => {
    expect(await relatedIn('load-test', side)).toEqual([]);
    expect(await relatedIn('crowd', side)).toEqual([]);
  });

  test.each(['tcp[13] & 4 != 0', 'tcp[13] & 1 != 0', 'tcp[13] = 16'])('a load test, of it only %s', async (flags) => {
    expect(await relatedIn('load-test', flags)).toEqual([]);
    expect(await relatedIn('crowd', flags)).toEqual([]);
  });
});

const shared = join('..', 'shared', 'captures');

describe.skipIf(!existsSync(shared))('captures of others', () => {
  test('none has such a flood', async () => {
    const found: string[] = [];
    for (const file of readdirSync(shared).filter((name) => !/\.(json|tsv|txt|keys|tsargs)$/.test(name))) {
      const analysis = await analyze([join(shared, file)]).catch(() => null);
      for (const { id } of analysis === null ? [] : relatedOf(analysis.facts)) found.push(`${file}: ${id}`);
    }
    expect(found).toEqual([]);
  });
});
