/** Options of `synflood`: which words are taken, and what they change. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { synfloodChoice } from '../../src/cli/synflood.ts';
import { defaults } from '../../src/detect/flood/thresholds.ts';
import { jsonPieces } from '../../src/report/json.ts';
import { pcap } from '../support/capture-bytes.ts';
import { ROOT, run } from '../support/command.ts';
import { SYN, tcp } from '../support/conversations.ts';

test('nothing asked for: the defaults themselves, so that nothing is worked out twice', () => {
  expect(synfloodChoice({}).thresholds).toBe(defaults);
});

test('every threshold can be changed by its name, the last word wins', () => {
  for (const name of Object.keys(defaults).filter((one) => one !== 'sampling')) {
    const { thresholds } = synfloodChoice({ threshold: [`${name}=7`, `${name}=0.25`] });
    expect(thresholds).toEqual({ ...defaults, [name]: 0.25 });
  }
  expect(synfloodChoice({ threshold: ['handshakes=7'], minHandshakes: '9' }).thresholds.handshakes).toBe(9);
});

test.each(['foo=1', 'handshakes', 'handshakes=', 'handshakes=-1', 'handshakes=1e9', 'sampling=4', '__proto__=1', '=1'])(
  '--threshold %s is none',
  (word) => {
    expect(() => synfloodChoice({ threshold: [word] })).toThrow(
      /expected NAME=NUMBER, where NAME is one of handshakes/,
    );
  },
);

test('--chart takes two words', () => {
  expect(synfloodChoice({}).chart).toBeNull();
  expect(synfloodChoice({ chart: 'plain' }).chart).toBe('plain');
  expect(() => synfloodChoice({ chart: 'ascii' })).toThrow(/expected one of plain, braille/);
});

test.each([
  [{ snapshot: true, sources: 'csv' }, /--snapshot and --sources cannot go together/],
  [{ snapshot: true, json: true }, /--snapshot and --json cannot go together/],
  [{ sources: 'nft', csv: true }, /--sources and --csv cannot go together/],
  [{ sampling: '4', snapshot: true }, /--snapshot and --sampling cannot go together/],
  [{ sampling: '4', listenBacklog: '64' }, /--listen-backlog and --sampling cannot go together/],
] as const)('%j is refused, not half of it left out', (raw, message) => {
  expect(() => synfloodChoice(raw)).toThrow(message);
});

test('a sample of one in one is the whole', () => {
  expect(synfloodChoice({ sampling: '1', listenBacklog: '64' }).given.listenBacklog).toBe(64);
});

test('impossible sources and the victim itself are left out of a block list, and that is said', async () => {
  const bots = Array.from({ length: 60 }, (_, i) => `198.18.5.${1 + i}`);
  const all = [...bots, '0.0.0.0', '127.0.0.1', '192.0.2.9', '224.0.0.1', '255.255.255.255'];
  const frames = Array.from({ length: 1300 }, (_, i) => ({
    seconds: 1_700_000_000 + Math.floor(i / 100),
    nanoseconds: (i % 100) * 1e7,
    data: tcp({ from: all[i % all.length]!, to: '192.0.2.9', ports: [1024 + i, 80], seq: i, flags: SYN }),
  }));
  const folder = mkdtempSync(join(tmpdir(), 'synoptic-bots-'));
  const path = join(folder, 'bots.pcap');
  writeFileSync(path, pcap(frames));
  const { out, err } = await run(`synoptic synflood --sources csv ${path}`);
  rmSync(folder, { recursive: true });
  const [, ...rows] = out.trimEnd().split('\n');
  expect(rows.map((row) => row.split(',')[1]).toSorted()).toEqual(bots.toSorted());
  expect(err).toBe('synoptic: 192.0.2.9:80: left out, since no host sends from there: 5\n');
});

test('lists of what is not there say so', async () => {
  const path = join(ROOT, 'fixtures', 'flood', 'crowd.pcap');
  expect((await run(`synoptic synflood --snapshot ${path}`)).err).toMatch(/^synoptic: no half-open connections/);
  expect((await run(`synoptic synflood --sources csv ${path}`)).err).toMatch(/^synoptic: no SYN flood/);
});

const zeros = Object.keys(defaults).flatMap((name) => (name === 'sampling' ? [] : [`${name}=0`]));
const captures = ['no-cookies-128', 'crowd', 'overload', 'syn-scan', 'ack-flood', 'connection-flood', 'stalled-16'];

test.each(captures)('%s: thresholds of zero make no numbers that are none', async (name) => {
  const analysis = await analyze([`fixtures/flood/${name}.pcap`]);
  for (const sampling of [undefined, '7']) {
    const { thresholds } = synfloodChoice(
      sampling === undefined ? { threshold: zeros } : { threshold: zeros, sampling },
    );
    const text = [...jsonPieces(analysis.synfloodDocument(thresholds))].join('');
    expect(text).not.toMatch(/[:[,]\s*(NaN|-?Infinity|undefined|null_)\b/);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  }
});
