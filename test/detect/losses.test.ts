/**
 * Findings about losses on every recording of fixtures/loss/, whose stories are in their truth files, and on all real
 * captures of ../shared/captures: what is said, with which frames, and silence on all others.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { concat, interfaceStatistics, pcap, pcapng } from '../support/capture-bytes.ts';
import { ACK, RST } from '../support/conversations.ts';
import { Talk } from '../support/talk.ts';
import { ethernet, findingsOfBytes, ipv4 } from './packets.ts';
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

/** A server's answer of which the capture lacks one segment. */
const gapped = (): Talk => {
  const talk = new Talk().open(20, 20.01).send(30, 0, { length: 100 });
  for (let i = 0; i < 6; i++) talk.send(50 + i, 1, { length: 1000 });
  talk.send(57, 0);
  talk.frames.splice(6, 1);
  return talk;
};
const gapsTold = async (bytes: Uint8Array): Promise<Finding[]> =>
  (await findingsOfBytes(bytes)).filter(({ id }) => id === 'tcp-capture-gap');

describe('gaps of the capture', () => {
  test('cite what the interface dropped, where it counts', async () => {
    const [finding] = await gapsTold(concat(pcapng(gapped().frames), interfaceStatistics('little', 0, 12n, 7n)));
    expect(finding!.summary).toMatch(
      /lacks 1000 bytes in 1 place that were acknowledged; the interfaces counted 7 dropped$/,
    );
    expect(finding).toMatchObject({ measured: { interfaceDrops: 7 }, confidence: 0.9, against: [] });
    const [none] = await gapsTold(concat(pcapng(gapped().frames), interfaceStatistics('little', 0, 12n, 0n)));
    expect(none).toMatchObject({ measured: { interfaceDrops: 0 }, confidence: 0.6 });
    expect(none!.against).toEqual(['the interfaces say that they dropped nothing']);
  });

  test('say where nothing counts', async () => {
    const [finding] = await gapsTold(gapped().bytes());
    expect(finding!.unknowable).toContain('whether the recorder dropped them: this capture has no drop counters');
  });

  test('are not told where compressed packets may hold them', async () => {
    const ipcomp = {
      seconds: 1_700_000_000,
      nanoseconds: 52_500_000,
      data: ethernet(
        ipv4(
          { from: '10.0.0.2', to: '10.0.0.1', protocol: 108 },
          Array.from({ length: 40 }, () => 0),
        ),
      ),
    };
    const talk = gapped();
    const count = talk.frames.length;
    talk.frames.splice(6, 0, ipcomp);
    expect(talk.frames.length).toBe(count + 1);
    expect(await gapsTold(talk.bytes())).toEqual([]);
    // One such packet cannot hold two gaps.
    talk.frames.splice(9, 1);
    const [finding] = await gapsTold(talk.bytes());
    expect(finding!.against).toEqual(['1 frame with compressed packets (IPComp) may hold some of it']);
  });
});

/** Idle for a minute and alive, and gone in the next. */
const killed = (): Talk => {
  const talk = new Talk().open(0.01, 20).send(30, 0, { length: 100 }).send(30.1, 1, { length: 100 }).send(50, 0);
  talk.send(60_000, 0, { back: 1 }).send(60_000.1, 1).send(120_000, 0, { back: 1 });
  return talk.send(120_000.1, 1, { flags: RST });
};
const killsTold = async (talk: Talk): Promise<number[][]> =>
  (await findingsOfBytes(talk.bytes())).flatMap(({ id, frames }) => (id === 'tcp-keep-alive-kill' ? [frames] : []));

describe('a keep-alive that is answered with a RST', () => {
  test('whatever else the capture has in between', async () => {
    expect(await killsTold(killed())).toEqual([[9, 10]]);
    const talk = killed();
    const other = ethernet(ipv4({ from: '10.0.0.7', to: '10.0.0.8', protocol: 89 }, [1, 2, 3, 4]));
    talk.frames.splice(9, 0, { ...talk.frames[8]!, data: other });
    expect(await killsTold(talk)).toEqual([[9, 11]]);
  });

  test('not where the probe was answered, or something was sent after it', async () => {
    const answered = killed();
    answered.frames.pop();
    answered.send(120_000.1, 1).send(130_000, 1, { flags: RST });
    expect(await killsTold(answered)).toEqual([]);
    const asked = killed();
    asked.frames.pop();
    asked.send(120_000.1, 1).send(130_000, 0, { length: 100 }).send(130_000.1, 1, { flags: RST });
    expect(await killsTold(asked)).toEqual([]);
  });
});

test('who gives up on keep-alives did not die, and left nothing unread', async () => {
  const talk = new Talk().open(0.01, 20).send(30, 0, { length: 100 }).send(30.1, 1, { length: 100 }).send(50, 0);
  for (const s of [60, 70, 80]) talk.send(1000 * s, 0, { back: 1 });
  const found = await findingsOfBytes(talk.send(90_000, 0, { flags: RST | ACK }).bytes());
  expect(found.map(({ id }) => id)).toEqual(['tcp-reset', 'tcp-keep-alive-kill']);
  expect(found[0]).toMatchObject({ measured: { cause: 'gave-up', by: 'originator' } });
  expect(found[0]!.summary).toContain('got no answer to its keep-alives and gave up');
});

test('without the ACKs, losses behind the point of capture may be none', async () => {
  const talk = new Talk().open(20, 20.01).send(30, 0, { length: 100 });
  for (let i = 0; i < 12; i++) talk.send(50 + i, 0, { length: 1000 });
  for (let i = 0; i < 12; i++) talk.send(350 + 300 * i, 0, { length: 1000, back: 12_000 - 1000 * i });
  const said = async (one: boolean): Promise<string> => {
    const frames = talk.frames.filter((_, i) => !one || talk.sides[i] === 0);
    const finding = (await findingsOfBytes(pcap(frames))).find(({ id }) => id === 'tcp-retransmission-rate');
    return finding!.summary.replace(/.*\), /, '');
  };
  expect(await said(true)).toBe('lost behind the point of capture, or needless');
  expect(await said(false)).toBe('lost behind the point of capture');
});
