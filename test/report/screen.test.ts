import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { csvLines, flatLines } from '../../src/report/csv.ts';
import type { AnalyzeDocument, ConnectionRow } from '../../src/report/model.ts';
import { connsText } from '../../src/report/text/conns-table.ts';
import { MAX_TABLE_ROWS } from '../../src/report/text/table.ts';
import { screenLines } from '../../src/report/text/screen.ts';
import { makeStyle } from '../../src/report/text/style.ts';
import { cells } from '../../src/report/text/width.ts';
import {
  concat,
  enhancedPacket,
  interfaceDescription,
  interfaceStatistics,
  sectionHeader,
} from '../support/capture-bytes.ts';
import { FIRST_LOOK, analysisOf, analyzeText, fixtures } from './fixtures.ts';

const plain = makeStyle(false);
const folder = mkdtempSync(join(tmpdir(), 'synoptic-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const screen = (document: AnalyzeDocument, width: number, fit: boolean, colour = false): string[] =>
  screenLines(document, { width, fit, utc: true, style: colour ? makeStyle(true) : plain, command: 'synoptic' });

// oxlint-disable-next-line no-control-regex
const sgr = /\u001b\[[0-9;]*m/g;
const bare = (line: string): string => line.replaceAll(sgr, '');
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test('the first screen of the first look', async () => {
  const lines = screen((await analysisOf(FIRST_LOOK)).analyzeDocument(), 100, false);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../golden/first-look.txt');
});

describe.each([60, 80, 100, 140])('in a terminal %i wide', (width) => {
  test.each(fixtures)('no line of %s is wider', async (path) => {
    const document = (await analysisOf(path)).analyzeDocument();
    for (const line of screen(document, width, true)) {
      expect(cells(line), line).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(unsafe);
    }
  });

  test('nor with colours, nor of a document full of long things', async () => {
    const document = structuredClone((await analysisOf(FIRST_LOOK)).analyzeDocument());
    const long = '2001:db8:1111:2222:3333:4444:5555:6666';
    document.capture.files[0]!.path = `/very/long/path/${'抓包文件'.repeat(20)}.pcap`;
    document.capture.files[0]!.linkTypes = [1, 113, 276, 127, 4242];
    document.capture.cutFrames = 123_456;
    document.capture.framesBackwards = 99;
    document.accounting.framesUndecoded = { 'too-short': 12, 'unknown-protocol': 3456 };
    document.protocols[0]!.path = 'eth/ipv4/udp/vxlan/eth/vlan/ipv6/gre/ipv4/udp/geneve/eth/ipv6/tcp/http';
    document.talkers[0]!.originator.address = long;
    document.talkers[0]!.responder = { address: long, port: 65_535 };
    document.findings[0]!.summary = 'somebody did something '.repeat(20);
    for (const line of screen(document, width, true, true)) expect(cells(bare(line)), line).toBeLessThanOrEqual(width);
  });

  test('the next commands are whole, or name the capture as FILE', async () => {
    const document = (await analysisOf(FIRST_LOOK)).analyzeDocument();
    const text = screen(document, width, true).join('\n');
    expect(text).toContain('--conn-state S0');
    expect(text).toMatch(/conn (FILE|\S+site\.pcap) 10/);
    expect(text.includes('conns FILE') || text.includes(`conns ${FIRST_LOOK} --conn`)).toBe(true);
    expect(text.split('\n').at(-1)).not.toContain('…');
  });
});

test('without a finding about one connection the next command filters the busiest pair', async () => {
  const document = structuredClone((await analysisOf(FIRST_LOOK)).analyzeDocument());
  for (const finding of document.findings) finding.connection = null;
  const text = screen(document, 200, true).join('\n');
  expect(text).toMatch(/-f 'host 10\.0\.1\.9 and port 80'/);
  expect(text).not.toMatch(/synoptic conn /);
});

test('a pipe gets the lines uncut', async () => {
  const document = structuredClone((await analysisOf(FIRST_LOOK)).analyzeDocument());
  document.findings[0]!.summary = 'x'.repeat(500);
  const text = screen(document, 100, false).join('\n');
  expect(text).toContain('x'.repeat(500));
  expect(text).not.toContain('…');
});

test('a capture without frames', async () => {
  const document = structuredClone((await analysisOf(FIRST_LOOK)).analyzeDocument());
  Object.assign(document.capture, { frames: 0, wireBytes: 0, firstTime: null, lastTime: null, durationSeconds: 0 });
  document.layers = document.layers.map(({ unit }) => ({ unit, count: 0, bytes: 0 }));
  Object.assign(document, { protocols: [], talkers: [], findings: [], applications: null });
  document.connections = {
    total: 0,
    byConnState: {},
    byService: {},
    tcp: { total: 0, byConnState: {} },
    udp: { total: 0, byConnState: {} },
  };
  expect(screen(document, 100, true)).toEqual([
    'site.pcap  pcap, Ethernet  0 frames  0 B on the wire',
    'no frames  read whole',
    '',
    'Worth a look  nothing stands out',
    '',
    `next: synoptic ${FIRST_LOOK} --json`,
  ]);
});

test('times that only pcapng can write are drawn too', async () => {
  const path = join(folder, 'future.pcapng');
  const parts = [sectionHeader(), interfaceDescription({ resolution: 0 })];
  writeFileSync(path, concat(...parts, enhancedPacket('little', 0, 300_000_000_000n, new Uint8Array(60))));
  const document = (await analyze([path])).analyzeDocument();
  expect(document.capture.firstTime).toBe('+011476-08-15T05:20:00.000000000Z');
  expect(screen(document, 100, true)[1]).toContain('11476-08-15 05:20:00.000');
});

describe('hostile names', () => {
  const hostile = 'a\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egpj\r\n.pcap';

  test('of a file', async () => {
    const path = join(folder, hostile);
    copyFileSync(FIRST_LOOK, path);
    const analysis = await analyze([path]);
    const document = analysis.analyzeDocument();
    for (const fit of [true, false]) {
      const text = screen(document, 140, fit).join('\n');
      expect(text).not.toMatch(unsafe);
      expect(text).toContain('\\x1b]0;owned\\x07');
      expect(screen(document, 140, fit, true).map(bare).join('\n')).not.toMatch(unsafe);
    }
    expect(analyzeText(analysis)).not.toMatch(unsafe);
    expect([...flatLines(document)].join('')).not.toMatch(unsafe);
    expect(document.capture.files[0]!.path).toBe(path);
  });

  test('of an interface, in a finding', async () => {
    const path = join(folder, 'drops.pcapng');
    const packet = enhancedPacket('little', 0, 1n, new Uint8Array(60));
    const counts = interfaceStatistics('little', 0, 100n, 7n);
    writeFileSync(path, concat(sectionHeader(), interfaceDescription({ name: hostile }), packet, counts));
    const analysis = await analyze([path]);
    const document = analysis.analyzeDocument();
    expect(document.findings.map(({ id }) => id)).toEqual(['capture-drop']);
    const text = screen(document, 200, false).join('\n');
    expect(text).not.toMatch(unsafe);
    expect(text).toContain('\\x1b]0;owned');
    expect(analyzeText(analysis)).not.toMatch(unsafe);
    expect([...flatLines(document)].join('')).not.toMatch(unsafe);
  });

  test('in rows of connections', async () => {
    const [row] = [...(await analysisOf(FIRST_LOOK)).connectionRows()];
    const bad: ConnectionRow = { ...row!, service: hostile, history: hostile };
    expect([...connsText([bad], Infinity, true)].join('')).not.toMatch(unsafe);
    const many = Array.from({ length: MAX_TABLE_ROWS + 1 }, () => bad);
    expect([...connsText(many, 140, true)].join('')).not.toMatch(unsafe);
    expect([...csvLines(['service'], [bad])].join('')).not.toMatch(unsafe);
  });

  test('a path with quotes stays one word of the shell', async () => {
    const document = structuredClone((await analysisOf(FIRST_LOOK)).analyzeDocument());
    document.capture.files[0]!.path = "it's; rm -rf $HOME.pcap";
    expect(screen(document, 100, false).at(-1)).toContain("'it'\\''s; rm -rf $HOME.pcap'");
  });
});

describe('the table of conns', () => {
  test('at 80 columns', async () => {
    const text = [...connsText((await analysisOf(FIRST_LOOK)).connectionRows(), 80, true)].join('');
    await expect(text).toMatchFileSnapshot('../golden/conns-80.txt');
  });

  test('at 120 columns', async () => {
    const text = [...connsText((await analysisOf(FIRST_LOOK)).connectionRows(), 120, true)].join('');
    await expect(text).toMatchFileSnapshot('../golden/conns-120.txt');
  });

  test.each([40, 60, 80, 100, 120, 140])('no line is wider than %i', async (width) => {
    const rows = [...(await analysisOf(FIRST_LOOK)).connectionRows()];
    const many = Array.from({ length: 5 }, () => rows).flat();
    for (const some of [rows, many]) {
      const text = [...connsText(some, width, true)].join('');
      for (const line of text.split('\n')) expect(cells(line), line).toBeLessThanOrEqual(width);
    }
  });

  test('in a pipe nothing is cut and every column is there', async () => {
    const text = [...connsText((await analysisOf(FIRST_LOOK)).connectionRows(), Infinity, true)].join('');
    expect(text).not.toContain('…');
    const [head] = text.split('\n');
    expect(head!.trim().split(/ {2,}/)).toEqual([
      'id',
      'originator',
      'responder',
      'service',
      'state',
      'history',
      'handshake',
      'close',
      'start',
      'duration',
      'limit',
      'frames',
      'resent',
      'rtt',
      'sent',
      'received',
    ]);
    expect(text).toContain('[2001:db8:0:b::9]:80');
  });

  test('no rows, and that is said', () => {
    expect([...connsText([], 100, true)].join('')).toBe('no connections\n');
  });

  test.each([MAX_TABLE_ROWS, MAX_TABLE_ROWS + 1, 1000])(
    '%i rows: one table up to the limit, then row by row',
    async (count) => {
      const [row] = [...(await analysisOf(FIRST_LOOK)).connectionRows()];
      let taken = 0;
      const rows = function* (): Generator<ConnectionRow> {
        for (; taken < count; taken++) yield { ...row!, id: `tcp:${taken}`, index: taken };
      };
      const pieces: [string, number][] = [];
      for (const piece of connsText(rows(), 120, true)) pieces.push([piece, taken]);
      const lines = pieces.flatMap(([piece]) => piece.trimEnd().split('\n'));
      expect(lines.length).toBe(count + 1);
      expect(lines.map((line) => line.split(' ')[0])).toEqual([
        'id',
        ...Array.from({ length: count }, (_, i) => `tcp:${i}`),
      ]);
      if (count <= MAX_TABLE_ROWS) expect(pieces.length).toBe(1);
      else {
        expect(pieces.length).toBe(count + 1);
        // Each row is out before the next one is asked for.
        for (const [i, [, when]] of pieces.entries()) if (i > MAX_TABLE_ROWS + 1) expect(when).toBe(i - 1);
      }
    },
  );
});
