/**
 * Findings about losses on every recording of fixtures/loss/, whose stories are in their truth files, and on all real
 * captures of ../shared/captures: what is said, with which frames, and silence on all others.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { saidOfCaptures, saidOfRecordings } from './losses-said.ts';

const root = join(import.meta.dirname, '../..');
const recordings = join(root, 'fixtures/loss');
const captures = join(root, '../shared/captures');

const ours = new Set([
  'tcp-mtu-black-hole',
  'tcp-rto-stall',
  'tcp-retransmission-rate',
  'tcp-spurious-retransmission',
  'tcp-out-of-order',
  'tcp-fast-retransmission',
  'tcp-keep-alive-kill',
  'tcp-capture-gap',
]);

const SHOWN = 4;

const namesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(name)) : [];

/** Files that nobody can open have no findings. */
async function findingsOf(path: string): Promise<Finding[]> {
  const analysis = await analyze([path]).catch(() => null);
  return (analysis?.analyzeDocument().findings ?? []).filter(({ id }) => ours.has(id));
}

const shortOf = ({ severity, id, frames }: Finding): string => [severity, id, ...frames.slice(0, SHOWN)].join(' ');
const keyOf = (name: string): string => name.replace(/\.pcap$/, '');

describe.each([
  ['recordings', recordings, saidOfRecordings],
  ['captures', captures, saidOfCaptures],
] as const)('%s', (_, folder, said) => {
  const names = namesIn(folder);

  test.skipIf(names.length === 0).each(names)('%s', async (name) => {
    const findings = await findingsOf(join(folder, name));
    expect(findings.map(shortOf)).toEqual(said[keyOf(name)] ?? []);
    for (const { summary, frames, frameCount, measured } of findings) {
      expect(summary).not.toMatch(/undefined|null|NaN|Infinity/);
      expect(frames.length).toBeGreaterThan(0);
      expect(frames).toEqual(frames.toSorted((a, b) => a - b));
      expect(frameCount).toBeGreaterThan(0);
      expect(Object.values(measured).every((value) => typeof value === 'string' || Number.isFinite(value))).toBe(true);
    }
  });

  test.skipIf(names.length === 0)('every file that is listed exists', () => {
    const known = new Set(names.map(keyOf));
    expect(Object.keys(said).filter((name) => !known.has(name))).toEqual([]);
  });
});

test('each of them speaks on a recording of our own', () => {
  const spoken = new Set(Object.values(saidOfRecordings).flatMap((lines) => lines.map((line) => line.split(' ')[1])));
  expect([...ours].filter((id) => !spoken.has(id))).toEqual([]);
});
