/** What a program gets from the package, against what the command prints. */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CaptureError, FilterError, analyze, compileFilter } from '../src/index.ts';
import { jsonPieces } from '../src/report/json.ts';
import { pcap } from './support/capture-bytes.ts';
import { folder, run } from './support/command.ts';
import { conversations } from './support/conversations.ts';

const ROOT = join(import.meta.dirname, '..');
const captures = ['first-look/site.pcap', 'life/reader-stops.pcap', 'wire/icmp-errors.pcap'].map(
  (name) => `fixtures/${name}`,
);

const printed = (command: string): Promise<{ out: string }> => run(`synoptic ${command}`, { cwd: ROOT });

describe.each(captures)('%s', (capture) => {
  test('analyze() and conns rows are what the commands print', async () => {
    const analysis = await analyze([join(ROOT, capture)]);
    const { out } = await printed(`${capture} --json`);
    const document = analysis.analyzeDocument();
    document.capture.files[0]!.path = capture;
    expect([...jsonPieces(document)].join('')).toBe(out);
    expect(document.applications).not.toBeNull();
    const rows = JSON.parse((await printed(`conns ${capture} --json`)).out) as { connections: unknown[] };
    expect(JSON.parse(JSON.stringify([...analysis.connectionRows()]))).toEqual(rows.connections);
  });

  test('decode: false is --no-decode', async () => {
    const analysis = await analyze([join(ROOT, capture)], { decode: false });
    const { out } = await printed(`${capture} --json --no-decode`);
    const document = analysis.analyzeDocument();
    document.capture.files[0]!.path = capture;
    expect([...jsonPieces(document)].join('')).toBe(out);
  });
});

test('an observer of the caller sees every frame beside what is decoded', async () => {
  let frames = 0;
  const observer = { see: (_tracker: unknown, _frames: unknown, count: number): void => void (frames += count) };
  const analysis = await analyze([join(ROOT, captures[0]!)], { observer });
  expect(frames).toBe(analysis.heading().capture.frames);
  expect(analysis.analyzeDocument().applications).not.toBeNull();
});

test('a filter, and the two errors that it may throw', async () => {
  const cwd = folder({ 'a.pcap': pcap(conversations), 'b.txt': 'no capture' });
  const analysis = await analyze([join(cwd, 'a.pcap')], { filter: compileFilter('udp'), count: 1 });
  expect(analysis.heading().accounting).toMatchObject({ framesDecoded: 1 });
  expect(() => compileFilter('tcp prt 80')).toThrow(FilterError);
  await expect(analyze([join(cwd, 'b.txt')])).rejects.toBeInstanceOf(CaptureError);
});

test('the example of the README does what it says', async () => {
  const example = /^```ts\n(import \{ analyze \} from 'synoptic';[\s\S]*?)^```$/m.exec(
    readFileSync(join(ROOT, 'README.md'), 'utf8'),
  )![1]!;
  const module = example.replace("'synoptic'", `'${join(ROOT, 'dist/index.js')}'`).replace('site.pcap', captures[0]!);
  const cwd = folder({ 'example.mjs': module });
  const { exit, out, err } = await run(`cd ${ROOT} && node ${join(cwd, 'example.mjs')}`, { cwd });
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  expect(out).toContain('SF');
  expect(out.trimEnd().split('\n').at(-1)).toMatch(/^(tcp|udp):\d+ \w+ \w+$/);
});
