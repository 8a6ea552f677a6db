/**
 * Damaged captures, through the whole pipeline: every prefix, and thousands of bit flips. Nothing but a CaptureError is
 * thrown, nothing takes a second, and the numbers of what is left add up.
 */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { type AnalyzeOptions, analyze } from '../../src/analyze.ts';
import { CaptureError } from '../../src/capture/errors.ts';
import { compileFilter } from '../../src/filter/compile.ts';
import type { AnalyzeDocument, ConnsDocument } from '../../src/report/model.ts';
import { connsText } from '../../src/report/text/conns-table.ts';
import { screenLines } from '../../src/report/text/screen.ts';
import { makeStyle } from '../../src/report/text/style.ts';
import { concat, enhancedPacket, interfaceDescription, pcap, pcapng, sectionHeader } from '../support/capture-bytes.ts';
import { ROOT, folder, run } from '../support/command.ts';
import { conversations } from '../support/conversations.ts';
import { Watchdog } from '../support/watchdog.ts';

/** Set SYNOPTIC_SEED to try other damage. */
const SEED = Number(process.env['SYNOPTIC_SEED'] ?? 1);
const FLIPS = 2000;
/** In each of so many groups, so that a run says how far it came. */
const GROUPS = 10;
const PROCESSES = 24;
const MAX_SECONDS = 1;
/** For a pipeline that waits or works for ever. */
const PATIENCE_MS = 15_000;
/** Larger fixtures would say the same more slowly. */
const MAX_FIXTURE_BYTES = 16 * 1024;

/** mulberry32: numbers from 0 to below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const watchdog = new Watchdog(PATIENCE_MS);

afterAll(() => watchdog.stop());

/* ------------------------------------------------------------------------------------------------- what must hold */

/** The documents of damaged bytes, or the error they end in; anything else that is thrown fails the test. */
async function survive(
  paths: readonly string[],
  withText: boolean,
  options: AnalyzeOptions = {},
): Promise<Documents | CaptureError> {
  const before = process.cpuUsage();
  try {
    const analysis = await analyze(paths, options);
    const documents = { analyzed: analysis.analyzeDocument(), conns: analysis.connsDocument() };
    expectSound(documents, options.count !== undefined);
    if (withText) expectText(documents.analyzed, analysis);
    return documents;
  } catch (error) {
    if (error instanceof CaptureError) return error;
    throw error;
  } finally {
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6, 'seconds of processor time').toBeLessThan(MAX_SECONDS);
  }
}

interface Documents {
  readonly analyzed: AnalyzeDocument;
  readonly conns: ConnsDocument;
}

const sum = (record: Readonly<Record<string, number>>): number => Object.values(record).reduce((a, b) => a + b, 0);

function expectSound({ analyzed, conns }: Documents, isCut: boolean): void {
  const { accounting, capture, connections, protocols, complete } = analyzed;
  const { framesRead, framesDecoded, framesUndecoded, framesSkipped } = accounting;
  const skipped = sum(framesSkipped);
  const files = capture.files.reduce((frames, file) => frames + file.frames, 0);
  expect({
    framesAccountedFor: framesDecoded + sum(framesUndecoded) + skipped,
    framesOfCapture: capture.frames,
    // Known: with -c, this counts the frames of the last batch that were not asked for.
    framesOfFiles: isCut ? framesRead : files,
    framesOfProtocols: protocols.reduce((frames, row) => frames + row.frames, skipped),
    connectionRows: conns.connections.length,
    connectionIds: new Set(conns.connections.map(({ id }) => id)).size,
    connectionStates: sum(connections.byConnState),
    complete,
    damagedFrames: capture.damage.map(({ frame }) => frame),
    unsayable: [...unsayable('', { analyzed, conns })],
  }).toEqual({
    framesAccountedFor: framesRead,
    framesOfCapture: framesRead,
    framesOfFiles: framesRead,
    framesOfProtocols: framesRead,
    connectionRows: connections.total,
    connectionIds: connections.total,
    connectionStates: connections.total,
    complete: capture.damage.length === 0,
    damagedFrames: complete ? [] : [framesRead + 1],
    unsayable: [],
  });
}

/** Paths of values that JSON cannot say as they are: NaN, Infinity, undefined. */
function* unsayable(path: string, value: unknown): Generator<string> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* unsayable(`${path}.${key}`, inner);
  } else if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
    yield `${path}: ${value}`;
  }
}

/** The text can be made, and has nothing in it that steers a terminal. */
function expectText(analyzed: AnalyzeDocument, analysis: Analysis): void {
  const table = [...connsText(analysis.connectionRows(), 100, true)].join('');
  // oxlint-disable-next-line no-control-regex
  expect(screen(analyzed) + table).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
}

function screen(document: AnalyzeDocument): string {
  const style = makeStyle(false);
  return screenLines(document, { width: 80, fit: true, utc: true, style, command: 'synoptic' }).join('\n');
}

/* -------------------------------------------------------------------------------------------------------- prefixes */

describe.each<[string, Uint8Array, number]>([
  ['pcap', pcap(conversations), 24],
  ['pcapng', pcapng(conversations), 28],
])('every prefix of a %s', (name, bytes, headerBytes) => {
  test('has the frames that are whole in it, and says where it is cut', async () => {
    const path = join(folder(), 'prefix.bin');
    let frames = 0;
    for (let length = 0; length <= bytes.length; length++) {
      const prefix = bytes.subarray(0, length);
      writeFileSync(path, prefix);
      // A pipe goes through another reader.
      const withText = length % 32 === 0;
      const found = await labelled(`${name}, ${length} bytes`, () =>
        length % 3 === 0
          ? survive(['-'], withText, { standardInput: Readable.from([Buffer.from(prefix)]) })
          : survive([path], withText),
      );
      expect(found instanceof CaptureError, `${length} bytes`).toBe(length < headerBytes);
      if (found instanceof CaptureError) continue;
      const { accounting } = found.analyzed;
      expect(accounting.framesRead, `${length} bytes`).toBeGreaterThanOrEqual(frames);
      expect(accounting.framesDecoded).toBe(accounting.framesRead);
      frames = accounting.framesRead;
    }
    expect(frames).toBe(conversations.length);
  });
});

/* ------------------------------------------------------------------------------------------------------- bit flips */

interface Case {
  readonly label: string;
  readonly bytes: Uint8Array;
  readonly options: AnalyzeOptions;
}

const fixtures = smallFixtures();
const filters = ['tcp port 80', 'not udp and greater 60', 'ip6 or vlan', 'icmp or arp'].map((text) =>
  compileFilter(text),
);

function smallFixtures(): { name: string; bytes: Uint8Array }[] {
  const names = readdirSync(join(ROOT, 'fixtures'), { recursive: true, encoding: 'utf8' });
  const recorded = names
    .filter((name) => /\.pcap(ng)?$/.test(name) && statSync(join(ROOT, 'fixtures', name)).size <= MAX_FIXTURE_BYTES)
    .toSorted()
    .map((name) => ({ name, bytes: readFileSync(join(ROOT, 'fixtures', name)) }));
  return [
    { name: 'conversations.pcap', bytes: pcap(conversations, { variant: 'nanoseconds', order: 'big' }) },
    { name: 'conversations.pcapng', bytes: pcapng(conversations) },
    ...recorded,
  ];
}

/** The case depends on the seed and its number only, so that one can be tried alone. */
function damagedCase(number: number): Case {
  const random = randomNumbers(SEED * 1_000_003 + number);
  const below = (limit: number): number => Math.floor(random() * limit);
  const { name, bytes } = fixtures[below(fixtures.length)]!;
  const damaged = Uint8Array.from(bytes);
  // Headers are few and matter most: half of the cases keep to the first records.
  const reach = random() < 0.5 ? Math.min(bytes.length, 200) : bytes.length;
  const bits = Array.from({ length: 1 + below(8) }, () => below(8 * reach));
  for (const bit of bits) damaged[bit >> 3]! ^= 1 << (bit & 7);
  const options: { -readonly [K in keyof AnalyzeOptions]: AnalyzeOptions[K] } = {};
  if (random() < 0.3) options.filter = filters[below(filters.length)]!;
  if (random() < 0.1) options.from = { kind: 'relative', seconds: 0, nanoseconds: 1000 };
  if (random() < 0.1) options.count = 1 + below(10);
  const label = `SYNOPTIC_SEED=${SEED}, case ${number}: ${name}, bits ${bits.join(' ')}, ${JSON.stringify(options)}`;
  return { label, bytes: damaged, options };
}

/** Puts the case in front of what goes wrong with it. */
async function labelled<T>(label: string, work: () => Promise<T>): Promise<T> {
  watchdog.begin(label);
  try {
    return await work();
  } catch (error) {
    throw new Error(`${label}\n${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

test('there is something to damage', () => {
  expect(fixtures.length).toBeGreaterThan(20);
});

test.each(Array.from({ length: GROUPS }, (_, group) => group))('bit flips, group %i', async (group) => {
  const path = join(folder(), 'flipped.bin');
  let survivors = 0;
  for (let number = group; number < FLIPS; number += GROUPS) {
    const { label, bytes, options } = damagedCase(number);
    await labelled(label, async () => {
      writeFileSync(path, bytes);
      const withText = number % 4 === 0;
      const found =
        number % 3 === 0
          ? await survive(['-'], withText, { ...options, standardInput: Readable.from([Buffer.from(bytes)]) })
          : await survive([path], withText, options);
      if (!(found instanceof CaptureError)) survivors++;
    });
  }
  expect(survivors).toBeGreaterThan(FLIPS / GROUPS / 2);
});

test('bit flips as processes: an exit code of the table, one line, no stack trace', async () => {
  for (let number = 0; number < PROCESSES; number++) {
    const { label, bytes } = damagedCase(number);
    const cwd = folder({ 'a.bin': bytes });
    const { exit, out, err } = await run(`synoptic ${number % 2 === 0 ? '' : 'conns'} a.bin --json`, { cwd });
    await labelled(label, async () => {
      expect([0, 3, 4]).toContain(exit);
      // Two lines where the file is damaged and what could be read of it could not be decoded.
      expect(err).toMatch(exit === 0 ? /^$/ : /^(synoptic: .+\n){1,2}$/);
      if (out === '') expect(exit).toBe(3);
      else if (exit === 3) expect(JSON.parse(out)).toMatchObject({ accounting: { framesDecoded: 0 } });
      else expect(JSON.parse(out)).toMatchObject({ complete: exit === 0 });
    });
  }
});

test.each([
  ['beyond the year 9999', 400_000_000_000_000_000n, 0, '14645-06-30 15:06:40.000'],
  ['before the year 0', 0n, -100_000_000_000, '14:13:20.000'],
  ['that no calendar can say', 0x7fff_ffff_ffff_ffffn, 0, '1 frame'],
])('a time %s has a first screen', async (_name, units, offsetSeconds, shown) => {
  const packet = enhancedPacket('little', 0, units, conversations[0]!.data);
  const bytes = concat(sectionHeader(), interfaceDescription({ offsetSeconds }), packet);
  const analysis = await analyze([join(folder({ 'a.pcapng': bytes }), 'a.pcapng')]);
  expect(screen(analysis.analyzeDocument())).toContain(shown);
});
