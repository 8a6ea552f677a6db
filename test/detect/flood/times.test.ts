/** When an attack was, in captures whose times are long, out of order or wrong; frames built byte by byte. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import type { VictimRow } from '../../../src/report/flood/model.ts';
import { type Frame, pcap } from '../../support/capture-bytes.ts';
import { SYN, tcp } from '../../support/conversations.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-flood-times-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BEGIN = 1_700_000_000;
const at = (seconds: number, data: Uint8Array): Frame => {
  const microseconds = Math.round(seconds * 1e6);
  return { seconds: Math.floor(microseconds / 1e6), nanoseconds: (microseconds % 1e6) * 1000, data };
};
const syn = (i: number, seconds: number): Frame => {
  const from = `${1 + (i % 200)}.${(i * 7) % 251}.${(i * 13) % 241}.${1 + (i % 250)}`;
  return at(seconds, tcp({ from, to: '192.0.2.9', ports: [1024 + (i % 60_000), 80], seq: i, flags: SYN }));
};
const list = (count: number, frame: (i: number) => Frame): Frame[] => Array.from({ length: count }, (_, i) => frame(i));

/** Failed attempts that stray in every so many seconds of a day. */
const strays = (every: number): Frame[] => list(86_400 / every, (i) => syn(100_000 + i, BEGIN + 3 + i * every));

let files = 0;
async function victimIn(frames: readonly Frame[]): Promise<VictimRow> {
  const path = join(folder, `${files++}.pcap`);
  writeFileSync(path, pcap(frames));
  const { victims } = (await analyze([path])).synfloodDocument();
  expect(victims).toHaveLength(1);
  return victims[0]!;
}

const seconds = (time: string | null): number => Date.parse(`${time!.slice(0, 23)}Z`) / 1000;
const inOrder = (frames: Frame[]): Frame[] =>
  frames.toSorted((a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds);

describe('a day', () => {
  test('of which ten seconds are a flood: to the second, with its own rate, and curves that show it', async () => {
    const onset = BEGIN + 43_217;
    const flood = list(500, (i) => syn(i, onset + i * 0.02));
    const victim = await victimIn(inOrder([...flood, ...strays(20)]));
    expect(victim.verdict).toBe('flood');
    expect(Math.abs(seconds(victim.onsetTime) - onset)).toBeLessThan(1);
    expect(Math.abs(seconds(victim.endTime) - (onset + 10))).toBeLessThan(1);
    expect(victim.peakPerSecond).toBeGreaterThanOrEqual(50);
    expect(victim.peakPerSecond).toBeLessThanOrEqual(52);
    expect(victim.rate.filter(({ failed }) => failed > 20).length).toBeGreaterThanOrEqual(9);
    expect(seconds(victim.rate[0]!.time)).toBeLessThan(onset - 60);
    expect(seconds(victim.rate.at(-1)!.time)).toBeGreaterThan(onset + 70);
  });

  test('with failed attempts all the time, a few a minute, is none', async () => {
    const path = join(folder, 'strays.pcap');
    writeFileSync(path, pcap(strays(10)));
    expect((await analyze([path])).synfloodDocument().victims).toEqual([]);
  });
});

describe.each([0, 4_294_967_290, BEGIN + 30 * 86_400])('one frame whose time is %i', (wrong) => {
  test('hides no flood', async () => {
    const frames = list(1000, (i) => syn(i, BEGIN + i * 0.01));
    frames.splice(500, 0, at(wrong, tcp({ from: '203.0.113.1', to: '192.0.2.9', ports: [5, 80], seq: 1 })));
    const victim = await victimIn(frames);
    expect(victim).toMatchObject({ verdict: 'flood', handshakeCount: 1000, peakPerSecond: 100 });
    expect(Math.abs(seconds(victim.onsetTime) - BEGIN)).toBeLessThan(1);
    expect(victim.durationSeconds).toBeCloseTo(9.99, 5);
  });
});

test('frames in the opposite order are the same flood', async () => {
  const victim = await victimIn(list(1000, (i) => syn(i, BEGIN + 10 - i * 0.01)));
  expect(victim).toMatchObject({ verdict: 'flood', handshakeCount: 1000 });
  expect(victim.durationSeconds).toBeCloseTo(9.99, 5);
  expect(seconds(victim.onsetTime)).toBeLessThan(seconds(victim.endTime));
});
