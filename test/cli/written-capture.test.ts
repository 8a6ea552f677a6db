/** `-w`: the frames that take part, of a connection, or of findings, as a capture that is read back. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  concat,
  enhancedPacket,
  interfaceDescription,
  pcap,
  pcapng,
  sampleFrames,
  sectionHeader,
} from '../support/capture-bytes.ts';
import { folder, run } from '../support/command.ts';
import { conversations } from '../support/conversations.ts';
import { fixtures } from '../support/frames.ts';

const site = join(fixtures, 'first-look/site.pcap');

/** Records of a little-endian classic pcap, header and bytes. */
function records(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const found: Buffer[] = [];
  for (let at = 24; at < bytes.length;) {
    const end = at + 16 + bytes.readUInt32LE(at + 8);
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return found;
}

const port = (record: Buffer, which: 0 | 1): number => record.readUInt16BE(16 + 34 + 2 * which);

/** Over IPv4 without options. */
const isOfPort = (r: Buffer, wanted: number): boolean =>
  r.readUInt16BE(16 + 12) === 0x0800 && r[16 + 23] === 6 && (port(r, 0) === wanted || port(r, 1) === wanted);

test('without a filter: the capture, byte for byte', async () => {
  const cwd = folder();
  expect((await run(`synoptic ${site} -w all.pcap`, { cwd })).exit).toBe(0);
  expect(readFileSync(join(cwd, 'all.pcap')).equals(readFileSync(site))).toBe(true);
});

test('the frames of a filter, in order, and the same result beside them', async () => {
  const cwd = folder();
  const line = `synoptic ${site} --json -f 'ip and tcp port 8080'`;
  const { out } = await run(`${line} -w part.pcap`, { cwd });
  expect(out).toBe((await run(line)).out);
  const expected = records(site).filter((r) => isOfPort(r, 8080));
  expect(expected.length).toBeGreaterThan(50);
  expect(records(join(cwd, 'part.pcap'))).toEqual(expected);
});

test('-c and --from count as a filter does', async () => {
  const cwd = folder();
  await run(`synoptic ${site} --from 5 -c 7 -w part.pcap`, { cwd });
  const [first] = records(site);
  const seconds = (r: Buffer): number => r.readUInt32LE(0) - first!.readUInt32LE(0) + r.readUInt32LE(4) / 1e6;
  const expected = records(site).filter((r) => seconds(r) >= 5 + first!.readUInt32LE(4) / 1e6);
  expect(records(join(cwd, 'part.pcap'))).toEqual(expected.slice(0, 7));
});

test.each(['conn', 'follow'])('%s: the frames of the connection', async (command) => {
  const cwd = folder();
  await run(`synoptic ${command} ${site} 10 -w one.pcap > /dev/null`, { cwd });
  const { out } = await run(`synoptic conn ${site} 10 --json`);
  const { segments } = JSON.parse(out) as { segments: { frame: number }[] };
  const all = records(site);
  expect(segments.length).toBeGreaterThan(5);
  expect(records(join(cwd, 'one.pcap'))).toEqual(segments.map(({ frame }) => all[frame - 1]));
});

test('findings: the frames that they name, each once', async () => {
  const cwd = folder();
  const { out } = await run(`synoptic findings ${site} --id tcp-reset,tcp-zero-window --json -w some.pcap`, { cwd });
  const { findings } = JSON.parse(out) as { findings: { frames: number[] }[] };
  const numbers = [...new Set(findings.flatMap(({ frames }) => frames))].toSorted((a, b) => a - b);
  const all = records(site);
  expect(numbers.length).toBeGreaterThan(3);
  expect(records(join(cwd, 'some.pcap'))).toEqual(numbers.map((number) => all[number - 1]));
});

/** The JSON of a capture, apart from what names and describes its file. */
async function read(path: string, cwd: string): Promise<object> {
  const { out } = await run(`synoptic conns ${path} --json`, { cwd });
  const { capture, ...rest } = JSON.parse(out) as { capture: { files: object } };
  return { ...rest, capture: { ...capture, files: [] } };
}

const fine = conversations.map((frame, i) => ({ ...frame, nanoseconds: frame.nanoseconds + (i % 999) }));

describe('what is read back is what was read', () => {
  test.each([
    ['pcap, big-endian', pcap(conversations, { order: 'big' })],
    ['pcap, nanoseconds', pcap(fine, { variant: 'nanoseconds' })],
    ['pcap, modified', pcap(conversations, { variant: 'modified' })],
    ['pcap with four bytes of FCS', pcap(conversations, { linkType: 0x2400_0001 })],
    ['pcapng', pcapng(fine)],
    ['pcapng with four bytes of FCS', pcapng(fine, { fcsLength: 32 })],
  ])('%s', async (_, bytes) => {
    const cwd = folder({ given: bytes });
    for (const name of ['again.pcap', 'again.pcapng']) {
      expect((await run(`synoptic given -w ${name}`, { cwd })).exit).toBe(0);
      expect(await read(name, cwd)).toEqual(await read('given', cwd));
    }
  });

  test('from a pipe', async () => {
    const cwd = folder({ given: pcap(conversations) });
    await run('cat given | synoptic - -w again.pcap', { cwd });
    expect(readFileSync(join(cwd, 'again.pcap')).equals(readFileSync(join(cwd, 'given')))).toBe(true);
  });

  test('while nobody reads the result to its end', async () => {
    const cwd = folder({ given: pcap(conversations) });
    await run('synoptic given --json -w again.pcap | true', { cwd });
    expect(readFileSync(join(cwd, 'again.pcap')).equals(readFileSync(join(cwd, 'given')))).toBe(true);
  });

  test('several files, in order of time', async () => {
    const halves = [0, 1].map((half) => pcap(conversations.filter((_frame, i) => i % 2 === half)));
    const cwd = folder({ a: halves[0]!, b: halves[1]!, whole: pcap(conversations) });
    await run('synoptic b a -w again.pcap', { cwd });
    expect(readFileSync(join(cwd, 'again.pcap')).equals(readFileSync(join(cwd, 'whole')))).toBe(true);
  });

  test('no frames at all', async () => {
    const cwd = folder({ given: pcap([], { linkType: 113 }) });
    await run('synoptic given -w again.pcap', { cwd });
    expect(readFileSync(join(cwd, 'again.pcap')).equals(readFileSync(join(cwd, 'given')))).toBe(true);
  });

  test('large frames, at every place of the buffer', async () => {
    const frames = sampleFrames(40).map(({ seconds, nanoseconds }, i) => ({
      seconds,
      nanoseconds,
      data: new Uint8Array(i * 6689).fill(i),
    }));
    const cwd = folder({ given: pcap(frames) });
    await run('synoptic given -w again.pcap', { cwd });
    expect(readFileSync(join(cwd, 'again.pcap')).equals(pcap(frames))).toBe(true);
    await run('synoptic given -w again.pcapng && synoptic again.pcapng -w back.pcapng', { cwd });
    expect(readFileSync(join(cwd, 'back.pcapng')).equals(readFileSync(join(cwd, 'again.pcapng')))).toBe(true);
    expect(await read('again.pcapng', cwd)).toEqual(await read('given', cwd));
  });
});

const frame = Uint8Array.from({ length: 60 }, (_byte, at) => at);
const twoLinkTypes = concat(
  sectionHeader(),
  interfaceDescription(),
  interfaceDescription({ linkType: 113 }),
  enhancedPacket('little', 0, 1_700_000_000_000_000n, frame),
  enhancedPacket('little', 1, 1_700_000_001_000_000n, frame),
);

describe('what cannot be written', () => {
  test('two link types need pcapng', async () => {
    const cwd = folder({ given: twoLinkTypes });
    const { exit, err } = await run('synoptic given -w out.pcap', { cwd });
    expect(exit).toBe(5);
    expect(err).toBe(
      'synoptic: -w out.pcap: frame 2 is of link type 113, those before it are of 1, and a pcap file has one\n' +
        '  expected: a name that ends in .pcapng\n',
    );
    expect(readdirSync(cwd)).toEqual(['given']);
    await run('synoptic given -w out.pcapng', { cwd });
    expect(await read('out.pcapng', cwd)).toEqual(await read('given', cwd));
  });

  test('times that 32 bits of seconds do not hold', async () => {
    const given = pcapng(conversations, { offsetSeconds: 5_000_000_000 });
    const cwd = folder({ given });
    const { err } = await run('synoptic given -w out.pcap', { cwd });
    expect(err).toContain(
      `-w out.pcap: ${conversations.length} frames have no time that it can hold: 1970 stands there\n`,
    );
    expect(new Set(records(join(cwd, 'out.pcap')).map((r) => r.readUInt32LE(0)))).toEqual(new Set([0]));
    await run('synoptic given -w out.pcapng', { cwd });
    expect(await read('out.pcapng', cwd)).toEqual(await read('given', cwd));
  });

  test.each([
    ['-w -', 2, '-w -: standard output has the result'],
    ['-w given', 2, '-w given: that is the capture itself'],
    ['-w out -o out', 2, '-w out: the result goes there'],
    ['-w none/out.pcap', 5, 'none/out.pcap: cannot write the result: no such folder'],
    ['-w /dev/full', 5, '/dev/full: cannot write the result: no space left'],
    ['-f nonsense -w out', 2, 'nonsense'],
  ])('%s', async (words, exit, message) => {
    const cwd = folder({ given: pcap(conversations) });
    const ran = await run(`synoptic given ${words}`, { cwd });
    expect(ran.exit).toBe(exit);
    expect(ran.err).toContain(message);
    expect(readdirSync(cwd)).toEqual(['given']);
  });

  test('frames of findings from standard input', async () => {
    const cwd = folder({ given: pcap(conversations) });
    const { exit, err } = await run('cat given | synoptic findings - -w out.pcap', { cwd });
    expect(exit).toBe(2);
    expect(err).toContain('standard input cannot be read again');
  });

  test('nothing is left behind where there is no capture, or no such connection', async () => {
    const cwd = folder({ given: pcap(conversations) });
    expect((await run('synoptic missing -w out.pcap', { cwd })).exit).toBe(3);
    expect((await run('synoptic conn given 999 -w out.pcap', { cwd })).exit).toBe(2);
    expect(existsSync(join(cwd, 'out.pcap'))).toBe(false);
    expect(readdirSync(cwd)).toEqual(['given']);
  });
});
