/** Victims that are more than a listener, in both families, and what is none of them; frames built byte by byte. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../../src/analysis.ts';
import { analyze } from '../../../src/analyze.ts';
import { victimsOf } from '../../../src/detect/flood/flood.ts';
import { targetText } from '../../../src/detect/flood/names.ts';
import { type Frame, pcap } from '../../support/capture-bytes.ts';
import { ACK, SYN, tcp } from '../../support/conversations.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-flood-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The same numbers in every run. */
const random = (i: number): number => {
  const h = Math.imul(i ^ 0x5bd1e995, 0x9e3779b1);
  return Math.imul(h ^ (h >>> 15), 0x85ebca6b) >>> 0;
};
const source4 = (i: number): string => {
  const word = random(i);
  return `${(word >>> 24) % 223 || 1}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
};
const group = (word: number): string => (word & 0xffff).toString(16);
const source6 = (i: number): string =>
  [0x2001, random(i), random(i + 1), random(i + 2), 0, 0, random(i + 3), random(i + 4)].map(group).join(':');

/** Sixty hosts of a network. */
const neighbour6 = (i: number): string => `2001:db8:7:0:0:0:0:${group(1 + (i % 60))}`;

const at = (milliseconds: number, data: Uint8Array): Frame => ({
  seconds: 1_700_000_000 + Math.floor(milliseconds / 1000),
  nanoseconds: (milliseconds % 1000) * 1_000_000,
  data,
});

let files = 0;
async function analysed(frames: readonly Frame[]): Promise<Analysis> {
  const path = join(folder, `${files++}.pcap`);
  writeFileSync(path, pcap(frames));
  return analyze([path]);
}

interface Told {
  kind: string;
  name: string;
  verdict: string;
  handshakes: number;
}
async function victimsIn(frames: readonly Frame[]): Promise<Told[]> {
  const { facts } = await analysed(frames);
  return victimsOf(facts).map(({ target, judgement, rows }) => ({
    kind: target.kind,
    name: targetText(facts.connections, target),
    verdict: judgement.verdict,
    handshakes: rows.length,
  }));
}

const syn = (i: number, from: string, to: string, port: number): Frame =>
  at(i * 5, tcp({ from, to, ports: [1024 + (i % 60_000), port], seq: random(i), flags: SYN }));
const list = (count: number, make: (i: number) => Frame): Frame[] => Array.from({ length: count }, (_, i) => make(i));

describe('victims', () => {
  test('a host, on many ports', async () => {
    const found = await victimsIn(list(600, (i) => syn(i, source4(i), '192.0.2.9', 1 + (random(i + 7) % 5000))));
    expect(found).toEqual([{ kind: 'host', name: '192.0.2.9', verdict: 'flood', handshakes: 600 }]);
  });

  test('a prefix whose hosts get a little each', async () => {
    const found = await victimsIn(list(1000, (i) => syn(i, source4(i), `198.51.100.${1 + (i % 60)}`, 80)));
    expect(found).toEqual([{ kind: 'prefix', name: '198.51.100.0/26', verdict: 'flood', handshakes: 1000 }]);
  });

  test('a prefix whose hosts get a lot each is one victim, too; not the one that gets more than all others', async () => {
    const carpet = list(2500, (i) => syn(i, source4(i), `198.51.100.${1 + (i % 20)}`, 80));
    expect(await victimsIn(carpet)).toEqual([
      { kind: 'prefix', name: '198.51.100.0/27', verdict: 'flood', handshakes: 2500 },
    ]);
    const one = list(3000, (i) => syn(i, source4(i + 5000), '198.51.100.77', 443));
    const both = [...carpet, ...one].toSorted((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds);
    expect((await victimsIn(both)).map(({ name, handshakes }) => [name, handshakes])).toEqual([
      ['198.51.100.77:443', 3000],
      ['198.51.100.0/27', 2500],
    ]);
  });

  test('fifteen hosts are fifteen victims', async () => {
    const found = await victimsIn(list(1800, (i) => syn(i, source4(i), `198.51.100.${1 + (i % 15)}`, 80)));
    expect(found.map(({ kind }) => kind)).toEqual(Array.from({ length: 15 }, () => 'listener'));
  });

  test('a scan of many ports of many hosts is none', async () => {
    const found = await victimsIn(list(4000, (i) => syn(i, '203.0.113.5', `198.51.100.${1 + (i % 20)}`, 1 + i)));
    expect(found.map(({ verdict }) => verdict)).toEqual(['sweep']);
  });

  test('an IPv6 prefix', async () => {
    const found = await victimsIn(list(1000, (i) => syn(i, source6(i), neighbour6(i), 80)));
    expect(found.map(({ kind, verdict, handshakes }) => [kind, verdict, handshakes])).toEqual([
      ['prefix', 'flood', 1000],
    ]);
    expect(found[0]!.name).toMatch(/\/48$/);
  });

  test('an IPv6 host on many ports, beside a listener of its own', async () => {
    const to = '2001:db8:0:0:0:0:0:9';
    const found = await victimsIn(
      list(900, (i) => syn(i, source6(i), to, i % 3 === 0 ? 443 : 1 + (random(i + 7) % 5000))),
    );
    expect(found.map(({ kind, name }) => [kind, name])).toEqual([
      ['host', '2001:db8::9'],
      ['listener', '[2001:db8::9]:443'],
    ]);
  });

  test('two listeners of a host are two victims', async () => {
    const found = await victimsIn(list(600, (i) => syn(i, source4(i), '192.0.2.9', i % 2 === 0 ? 80 : 443)));
    expect(found.map(({ name }) => name)).toEqual(['192.0.2.9:80', '192.0.2.9:443']);
  });
});

/** A connection that comes up, asks and is answered. */
function used(i: number, from: string, port: number): Frame[] {
  const [up, down] = [
    { from, to: '192.0.2.9', ports: [port, 80] as const },
    { from: '192.0.2.9', to: from, ports: [80, port] as const },
  ];
  return [
    at(i * 5, tcp({ ...up, seq: 100, flags: SYN })),
    at(i * 5, tcp({ ...down, seq: 300, ack: 101, flags: SYN | ACK })),
    at(i * 5 + 1, tcp({ ...up, seq: 101, ack: 301 })),
    at(i * 5 + 1, tcp({ ...up, seq: 101, ack: 301, payload: 'hello' })),
    at(i * 5 + 2, tcp({ ...down, seq: 301, ack: 106, payload: 'hello' })),
  ];
}

describe('no victims', () => {
  test('a busy client behind NAT', async () => {
    const frames = Array.from({ length: 2000 }, (_, i) => used(i, '203.0.113.5', 1024 + i)).flat();
    expect(await victimsIn(frames)).toEqual([]);
  });

  test('a busy client behind NAT, one of whose twenty attempts fails', async () => {
    const frames = Array.from({ length: 3000 }, (_, i) =>
      i % 20 === 7 ? [syn(i, '203.0.113.5', '192.0.2.9', 80)] : used(i, '203.0.113.5', 1024 + i),
    );
    expect(await victimsIn(frames.flat())).toEqual([]);
  });

  test('clients that try again', async () => {
    const tries = [0, 200, 600, 1400];
    const frames = Array.from({ length: 200 }, (_, i) =>
      tries.map((later) =>
        at((i + later) * 5, tcp({ from: source4(i), to: '192.0.2.9', ports: [5000, 80], seq: 7, flags: SYN })),
      ),
    );
    const sorted = frames.flat().toSorted((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds);
    expect((await victimsIn(sorted)).map(({ verdict }) => verdict)).toEqual(['dead-server']);
  });
});
