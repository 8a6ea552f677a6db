/** Numbers of the document and the frames behind them, looked up in the captures themselves; who was locked out. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { isBogon } from '../../../src/detect/flood/bogons.ts';
import { Newcomer, newcomersOf } from '../../../src/detect/flood/newcomers.ts';
import type { VictimRow } from '../../../src/report/flood/model.ts';
import { capture, caseOf, folder, secondsOf, truthOf } from './truth.ts';

const names = readdirSync(folder).flatMap((file) => /^((?!stalled-).*)\.kernel\.json$/.exec(file)?.[1] ?? []);
const ipv4 = names.filter((name) => !name.includes('ipv6'));

interface Segment {
  source: number;
  flags: number;
  answers: boolean;
}

/** Frames of an Ethernet capture of IPv4 without options, read here again. */
function segmentsOf(name: string): Segment[] {
  const bytes = readFileSync(capture(name));
  const segments: Segment[] = [];
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) {
    const from = at + 16 + 14;
    const isTcp = bytes[from] === 0x45 && bytes[from + 9] === 6;
    const [source, flags] = isTcp ? [bytes.readInt32BE(from + 12), bytes[from + 33]!] : [0, 0];
    segments.push({ source, flags, answers: isTcp && bytes.readUInt16BE(from + 20) === 80 });
  }
  return segments;
}

const wordOf = (address: string): number => address.split('.').reduce((word, part) => (word << 8) | Number(part), 0);

async function rowOf(name: string): Promise<VictimRow> {
  return (await caseOf(name)).analysis.synfloodDocument().victims[0]!;
}

describe.each(ipv4)('%s', (name) => {
  test('the busiest sources have the SYNs that are named', async () => {
    const segments = segmentsOf(name);
    const { top } = (await rowOf(name)).evidence.sources;
    expect(top.length).toBeGreaterThan(0);
    for (const { address, attempts, frames } of top) {
      expect(frames).toHaveLength(Math.min(20, attempts));
      for (const frame of frames) expect(segments[frame - 1]).toMatchObject({ source: wordOf(address), flags: 2 });
    }
  });

  test('every sign of made-up sources has SYNs that show it', async () => {
    const segments = segmentsOf(name);
    const { signs } = (await rowOf(name)).evidence.spoofing;
    expect(signs.length).toBeGreaterThan(0);
    const syns = segments.filter(({ flags }) => flags === 2).map(({ source }) => source);
    for (const { id, frames } of signs) {
      expect(frames).toHaveLength(20);
      const sources = frames.map((frame) => segments[frame - 1]!.source);
      expect(new Set(frames.map((frame) => segments[frame - 1]!.flags))).toEqual(new Set([2]));
      if (id === 'unroutable-sources') expect(sources.every(isBogon)).toBe(true);
      if (id === 'uniform-sources') expect(new Set(sources).size).toBe(20);
      if (id !== 'one-attempt-each') continue;
      for (const source of sources) expect(syns.filter((other) => other === source)).toHaveLength(1);
    }
  });
});

describe.each(names)('%s', (name) => {
  test('new sources over time are all sources', async () => {
    const { rate, newSourcesEstimated, sourceCount, peakHalfOpen, peakHalfOpenFrames } = await rowOf(name);
    expect(rate.reduce((sum, { newSources }) => sum + newSources, 0)).toBe(sourceCount);
    expect(rate.every(({ newSources, failed }) => newSources <= failed)).toBe(true);
    expect(newSourcesEstimated).toBe(false);
    expect(peakHalfOpenFrames).toHaveLength(Math.min(100, peakHalfOpen));
  });

  test('those who were locked out are those who say so', async () => {
    const { victim } = await caseOf(name);
    const { legitimate, onsetTime, endTime } = await rowOf(name);
    const { clients } = truthOf(name);
    const within = clients.filter(({ time }) => {
      const at = secondsOf(time, victim);
      return at >= secondsOf(onsetTime!, victim) && at <= secondsOf(endTime!, victim);
    });
    const { affected, affectedCount, during } = legitimate;
    const sum = (key: 'refused' | 'delayed'): number => affected.reduce((total, row) => total + row[key], 0);
    expect(sum('refused')).toBe(during.attempts - during.completed);
    // A client begins a moment before its SYN is seen.
    const refused = within.filter(({ seconds }) => seconds === null).length;
    expect(Math.abs(sum('refused') - refused)).toBeLessThanOrEqual(1);
    const delayed = within.filter(({ seconds }) => seconds !== null && seconds >= 0.9).length;
    expect(Math.abs(sum('delayed') - delayed)).toBeLessThanOrEqual(1);
    expect(affected).toHaveLength(affectedCount);
    for (const row of affected) expect(row.frames).toHaveLength(row.refused + row.delayed);
  });
});

const later = ({ rate, onsetTime }: VictimRow): number =>
  rate.reduce((sum, { time, newSources }) => sum + (time! > after(onsetTime!, 1) ? newSources : 0), 0);

test('bots: few sources are new after a second, made-up ones nearly always are', async () => {
  const [bots, madeUp] = [await rowOf('botnet'), await rowOf('no-cookies-128')];
  expect(later(bots)).toBeLessThanOrEqual(0.1 * bots.sourceCount);
  expect(later(madeUp)).toBeGreaterThan(0.7 * madeUp.sourceCount);
});

const after = (time: string, seconds: number): string =>
  new Date(Date.parse(`${time.slice(0, 23)}Z`) + 1000 * seconds).toISOString();

const second = (time: string | null): number => Date.parse(`${time!.slice(0, 23)}Z`) / 1000;

describe('when a backlog would have been full', () => {
  test('the recorded one: when the kernel’s was', async () => {
    const { analysis } = await caseOf('no-cookies-128');
    const { settings } = truthOf('no-cookies-128');
    const [row] = analysis.synfloodDocument(undefined, { ...settings, syncookies: false }).victims;
    const { fullTime } = row!.whatIf!.rows[0]!.prediction;
    expect(Math.abs(second(fullTime) - second(row!.peakHalfOpenTime))).toBeLessThan(0.1);
  });

  test('a smaller one sooner, as deep as the kernel’s was then; a large one never', async () => {
    const { analysis, victim } = await caseOf('cookies-128');
    const fullTime = (listenBacklog: number): string | null =>
      analysis.synfloodDocument(undefined, { listenBacklog, maxSynBacklog: 4096, syncookies: true }).victims[0]!.whatIf!
        .rows[0]!.prediction.fullTime;
    const reached = victim.queue.reached(65)!;
    expect(Math.abs(secondsOf(fullTime(64)!, victim) - reached)).toBeLessThan(0.1);
    expect(fullTime(4096)).toBeNull();
  });
});

test('newcomers: the first attempt of each source, and the sources with one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -40, max: 40 })), (words) => {
      const source = Int32Array.from(words, (word) => Math.imul(word, 0x1000193));
      const rows = Int32Array.from(words, (_, i) => i);
      const expected = words.map((word, i) => {
        if (words.indexOf(word) !== i) return 0;
        return words.lastIndexOf(word) === i ? Newcomer.first | Newcomer.only : Newcomer.first;
      });
      expect([...newcomersOf(source, rows).marks]).toEqual(expected);
    }),
  );
});

test('newcomers beyond the limit are estimated from some sources, each with all of its attempts', () => {
  const count = 100_000;
  const source = Int32Array.from({ length: count }, (_, i) => Math.imul(i % 30_000, 0x01000193));
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  const { marks, step } = newcomersOf(source, rows, 20_000);
  expect(step).toBe(8);
  const firsts = marks.reduce((sum, mark) => sum + (mark & Newcomer.first), 0);
  expect(Math.abs((firsts * step) / 30_000 - 1)).toBeLessThan(0.05);
  expect(marks.subarray(30_000).every((mark) => mark === 0)).toBe(true);
});

test.each([
  ['cookies-128', 'yes'],
  ['no-cookies-128', 'no'],
])('%s with every frame twice, as mirror ports copy them: the same queue, the same cookies', async (name, cookies) => {
  const bytes = readFileSync(capture(name));
  const parts = [bytes.subarray(0, 24)];
  for (let at = 24; at < bytes.length;) {
    const record = bytes.subarray(at, at + 16 + bytes.readUInt32LE(at + 8));
    parts.push(record, record);
    at += record.length;
  }
  const path = mkdtempSync(join(tmpdir(), 'synoptic-twice-'));
  writeFileSync(join(path, 'twice.pcap'), Buffer.concat(parts));
  const [twice] = (await analyze([join(path, 'twice.pcap')])).synfloodDocument().victims;
  rmSync(path, { recursive: true });
  const once = await rowOf(name);
  expect(twice).toMatchObject({ verdict: 'flood', handshakeCount: once.handshakeCount, cookies });
  expect(Math.abs(twice!.peakHalfOpen - once.peakHalfOpen)).toBeLessThanOrEqual(5);
  expect(twice!.legitimate.during.completed).toBe(once.legitimate.during.completed);
});
