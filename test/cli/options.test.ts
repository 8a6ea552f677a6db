/** What the options do to a result, each against the same twenty frames. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runAnalyze } from '../../src/cli/commands.ts';
import { type RawConnsOptions, rowChoice, runConns } from '../../src/cli/conns.ts';
import { type RawOptions, commonOptions } from '../../src/cli/options.ts';
import { pcap } from '../support/capture-bytes.ts';
import { folder, run } from '../support/command.ts';
import { SYN, conversations, tcp, unanswered } from '../support/conversations.ts';

interface Row {
  type?: string;
  id: string;
  index: number;
  firstFrame: number;
  lastFrame: number;
  connState: string;
  startTime: string;
}

interface Result {
  complete: boolean;
  capture: object;
  accounting: object;
  connections: Row[];
}

const capture = pcap(conversations);

/** Runs a line beside `a.pcap` and expects it to go well. */
async function ok(line: string, exit = 0): Promise<string> {
  const ran = await run(line, { cwd: folder({ 'a.pcap': capture }) });
  expect(ran).toMatchObject({ exit, err: '' });
  return ran.out;
}

/** Options as commander hands them over; those that are not given have its defaults. */
type Given = Partial<RawOptions> & RawConnsOptions;

/** The same without a process of its own: what the command writes with `-o`. */
async function written(command: 'analyze' | 'conns', given: Given, bytes: Uint8Array = capture): Promise<Ran> {
  const cwd = folder({ 'a.pcap': bytes });
  const output = join(cwd, 'out');
  const common = await commonOptions([join(cwd, 'a.pcap')], { color: 'auto', progress: false, ...given, output });
  const exit = await (command === 'analyze'
    ? runAnalyze({ ...common, decode: false, names: false })
    : runConns({ ...common, choice: rowChoice(given) }));
  return { exit, out: readFileSync(output, 'utf8') };
}

interface Ran {
  readonly exit: number;
  readonly out: string;
}

const json = async (command: 'analyze' | 'conns', given: Given): Promise<Result> =>
  JSON.parse((await written(command, { ...given, json: true })).out) as Result;
const lines = (out: string): string[] => out.replace(/\n$/, '').split('\n');
const rows = (out: string): Row[] => lines(out).map((line) => JSON.parse(line) as Row);

const read = (framesRead: number, framesDecoded: number, framesSkipped: object): object => ({
  framesRead,
  framesDecoded,
  framesUndecoded: {},
  framesSkipped,
});

describe('which frames', () => {
  test('-c stops after so many frames', async () => {
    expect(await json('analyze', { count: '7' })).toMatchObject({
      complete: true,
      accounting: read(7, 7, {}),
      capture: { frames: 7, lastTime: '2023-11-14T22:13:21.500006000Z' },
    });
  });

  test('-c counts frames that match, and reads no further', async () => {
    expect(await json('analyze', { filter: 'port 443', count: '1' })).toMatchObject({
      accounting: read(7, 1, { filter: 6 }),
      capture: { frames: 7 },
    });
  });

  test('-c: the files count the frames that the capture counts', async () => {
    expect(await json('analyze', { count: '7' })).toMatchObject({ capture: { files: [{ frames: 7 }], frames: 7 } });
  });

  test('-f leaves ids and frame numbers as they are', async () => {
    const all = await json('conns', {});
    const some = await json('conns', { filter: 'tcp port 443 or port 22' });
    expect(some.connections).toEqual(all.connections.filter(({ id }) => id === 'tcp:1' || id === 'tcp:2'));
    expect(some.connections.map(({ index, firstFrame, lastFrame }) => [index, firstFrame, lastFrame])).toEqual([
      [1, 7, 9],
      [2, 10, 14],
    ]);
    expect(some.accounting).toEqual(read(20, 4, { filter: 16 }));
    expect(some.capture).toMatchObject({ frames: 20, firstTime: '2023-11-14T22:13:20.000000000Z' });
  });

  test('a filter that matches nothing is no error', async () => {
    expect(await json('analyze', { filter: 'port 1' })).toMatchObject({
      complete: true,
      accounting: read(20, 0, { filter: 20 }),
      connections: { total: 0 },
      protocols: [],
    });
  });

  // Frames 5 to 8: 1.000004 to 1.750007 seconds after the first one.
  test.each([
    ['seconds from the first frame', '1', '1.8'],
    ['seconds, exact to the nanosecond', '1.000004', '1.750007'],
    ['ISO 8601', '2023-11-14T22:13:21Z', '2023-11-14T22:13:21.8Z'],
    ['ISO 8601, exact to the nanosecond', '2023-11-14T22:13:21.000004Z', '2023-11-14T22:13:21.750007000Z'],
    ['ISO 8601 with an offset, and without', '2023-11-15T06:13:21+08:00', '2023-11-14T22:13:21.8'],
    ['one of each', '1', '2023-11-14T22:13:21.8Z'],
  ])('--from and --to: %s', async (_name, from, to) => {
    const { accounting, connections } = await json('conns', { from, to });
    expect(accounting).toEqual(read(20, 4, { time: 16 }));
    // tcp:0 lost its SYN to the window, but not its name.
    expect(connections.map(({ id, firstFrame }) => [id, firstFrame])).toEqual([
      ['tcp:0', 5],
      ['tcp:1', 7],
    ]);
  });

  test.each([
    ['1.000004001', '1.8'],
    ['1', '1.750006999'],
    ['2023-11-14T22:13:21.000004001Z', '1.8'],
  ])('--from %s --to %s is a nanosecond too narrow', async (from, to) => {
    expect((await json('analyze', { from, to })).accounting).toEqual(read(20, 3, { time: 17 }));
  });

  test('--from, --to and -f together: each frame is skipped for one reason', async () => {
    const { accounting } = await json('analyze', { from: '1', to: '1.8', filter: 'port 80' });
    expect(accounting).toEqual(read(20, 3, { filter: 1, time: 16 }));
  });

  test('--conn-state keeps rows of these states, and all of the accounting', async () => {
    const all = await json('conns', {});
    const some = await json('conns', { connState: 's0, REJ' });
    expect(some.connections).toEqual(all.connections.filter(({ connState }) => ['S0', 'REJ'].includes(connState)));
    expect(some.connections).toHaveLength(3);
    expect(some.accounting).toEqual(all.accounting);
    expect((await json('conns', { connState: 'RSTR' })).connections).toEqual([]);
    const text = await written('conns', { connState: 'REJ' });
    expect(lines(text.out)).toHaveLength(2);
  });

  test('the words of the command line reach them', async () => {
    const out = await ok("synoptic conns a.pcap --from 1 --to 3.3 -f 'not port 53' -c 8 --conn-state S0,REJ --json");
    const { accounting, connections } = JSON.parse(out) as Result;
    expect(accounting).toEqual(read(12, 8, { time: 4 }));
    expect(connections.map(({ id }) => id)).toEqual(['tcp:1', 'tcp:2']);
  });

  test('-r is one more capture', async () => {
    expect(await ok('synoptic conns -r a.pcap --json')).toBe(await ok('synoptic conns a.pcap --json'));
    const twice = await ok('synoptic -r a.pcap -r a.pcap a.pcap --json');
    expect(JSON.parse(twice)).toMatchObject({ accounting: { framesRead: 60 } });
  });
});

describe('verdicts', () => {
  test.each<['analyze' | 'conns', Given, number]>([
    ['analyze', { failOn: 'info' }, 1],
    ['analyze', { failOn: 'warning' }, 1],
    ['analyze', { failOn: 'alert' }, 0],
    ['analyze', { failOn: 'warning', filter: 'port 80' }, 0],
    ['conns', { failOn: 'warning' }, 1],
    ['conns', { failOn: 'alert' }, 0],
  ])('%s %j: exit %i, and the same result', async (command, given, exit) => {
    const { failOn: _, ...rest } = given;
    const { out } = await written(command, { ...rest, ndjson: true });
    const verdict = await written(command, { ...given, ndjson: true });
    expect(withoutPath(verdict.out)).toBe(withoutPath(out));
    expect(verdict.exit).toBe(exit);
  });

  test('the exit code is that of the process', async () => {
    await ok('synoptic a.pcap --fail-on warning', 1);
  });
});

/** Each run has a folder of its own. */
const withoutPath = (text: string): string => text.replaceAll(/"path":"[^"]*a\.pcap"/g, '"path":"a.pcap"');

describe('colour', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  // Tests are not run on a terminal; so `auto` is plain unless the environment asks for colour.
  test.each<[color: string, NO_COLOR: string | undefined, FORCE_COLOR: string | undefined, coloured: boolean]>([
    ['auto', undefined, undefined, false],
    ['auto', undefined, '1', true],
    ['auto', undefined, '0', false],
    ['auto', '1', '1', false],
    ['auto', '', '1', true],
    ['auto', undefined, '', false],
    ['always', '1', undefined, true],
    ['always', undefined, '0', true],
    ['never', undefined, '1', false],
  ])('--color %s NO_COLOR=%s FORCE_COLOR=%s: %s', async (color, noColor, forceColor, coloured) => {
    vi.stubEnv('NO_COLOR', noColor);
    vi.stubEnv('FORCE_COLOR', forceColor);
    // As if the result went to a file, in case somebody does run the tests on a terminal.
    const { colour } = await commonOptions(['a.pcap'], { color, progress: false, output: 'out' });
    expect(colour).toBe(coloured);
  });

  test('colour adds nothing but colour', async () => {
    const plain = await ok('synoptic a.pcap');
    expect(plain).not.toContain('\u001b');
    for (const line of ['synoptic a.pcap --color always', 'env FORCE_COLOR=1 synoptic a.pcap']) {
      const coloured = await ok(line);
      expect(coloured).toContain('\u001b[1m');
      // oxlint-disable-next-line no-control-regex
      expect(coloured.replaceAll(/\u001b\[\d*m/g, '')).toBe(plain);
    }
    expect(await ok('env NO_COLOR=1 FORCE_COLOR=1 synoptic a.pcap')).toBe(plain);
  });
});

test.each([
  ['synoptic a.pcap', '2023-11-14 22:13:20.000 to 22:13:24.750 UTC  4.8 s'],
  ['env TZ=Asia/Shanghai synoptic a.pcap', '2023-11-15 06:13:20.000 to 06:13:24.750 GMT+8  4.8 s'],
  ['env TZ=Asia/Shanghai synoptic a.pcap --utc', '2023-11-14 22:13:20.000 to 22:13:24.750 UTC  4.8 s'],
  [
    'env TZ=America/St_Johns LC_ALL=de_DE.UTF-8 synoptic a.pcap',
    '2023-11-14 18:43:20.000 to 18:43:24.750 GMT-3:30  4.8 s',
  ],
])('times in text: %s', async (line, times) => {
  expect(lines(await ok(line))[1]).toMatch(times);
});

/** Of the connections, in the order of their rows. */
const ids = async (bytes: Uint8Array): Promise<string[]> =>
  rows((await written('conns', { ndjson: true }, bytes)).out)
    .slice(0, -1)
    .map(({ id }) => id);

const syn = (port: number): Uint8Array =>
  tcp({ from: '10.0.0.1', to: '10.0.0.2', ports: [port, 80], flags: SYN, seq: port });

describe('NDJSON', () => {
  test('conns: one connection a line in order of start, the summary last', async () => {
    const all = rows(await ok('synoptic conns a.pcap --ndjson'));
    expect(all.map(({ type }) => type)).toEqual([...Array.from({ length: 6 }, () => 'connection'), 'summary']);
    expect(all.slice(0, -1).map(({ id }) => id)).toEqual(['udp:0', 'tcp:0', 'tcp:1', 'tcp:2', 'tcp:3', 'udp:1']);
    expect(all.at(-1)).toMatchObject({ schemaVersion: 1, complete: true, accounting: read(20, 20, {}) });
    // The rows are those of --json.
    const { connections, ...head } = JSON.parse(await ok('synoptic conns a.pcap --json')) as Result;
    expect(all.slice(0, -1)).toEqual(connections.map((row) => Object.assign({ type: 'connection' }, row)));
    expect(all.at(-1)).toEqual({ type: 'summary', ...head });
  });

  test('rows are in order of start even where the file is not', async () => {
    expect(await ids(pcap(unanswered(5).toReversed()))).toEqual(['tcp:4', 'tcp:3', 'tcp:2', 'tcp:1', 'tcp:0']);
  });

  test('equal starts: in order of id', async () => {
    const frames = [9, 3, 7, 1].map((port) => ({ seconds: 1, nanoseconds: 0, data: syn(port) }));
    expect(await ids(pcap(frames))).toEqual(['tcp:0', 'tcp:1', 'tcp:2', 'tcp:3']);
  });

  test('analyze: protocols, talkers, findings, then the summary', async () => {
    const all = rows((await written('analyze', { ndjson: true })).out);
    const kinds = all.map(({ type }) => type!);
    expect([...new Set(kinds)]).toEqual(['protocol', 'talker', 'finding', 'summary']);
    expect(kinds.filter((kind) => kind === 'summary')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'finding')).toHaveLength(2);
    expect(all.at(-1)).toMatchObject({ complete: true, accounting: read(20, 20, {}), connections: { total: 6 } });
  });

  test('a damaged file: the summary says so', async () => {
    const cwd = folder({ 'cut.pcap': capture.subarray(0, -1) });
    const { exit, out } = await run('synoptic conns cut.pcap --ndjson', { cwd });
    expect(exit).toBe(4);
    expect(rows(out).at(-1)).toMatchObject({ type: 'summary', complete: false, accounting: { framesRead: 19 } });
  });
});

describe('CSV', () => {
  test('conns: a header, then as many fields in every row', async () => {
    const all = lines(await ok('synoptic conns a.pcap --csv')).map((line) => line.split(','));
    expect(all).toHaveLength(7);
    expect(all[0]!.slice(0, 7)).toEqual([
      'id',
      'transport',
      'index',
      'originator.address',
      'originator.port',
      'responder.address',
      'responder.port',
    ]);
    for (const row of all) expect(row).toHaveLength(all[0]!.length);
    const column = (name: string): string[] => all.map((row) => row[all[0]!.indexOf(name)]!);
    expect(column('id')).toEqual(['id', 'udp:0', 'tcp:0', 'tcp:1', 'tcp:2', 'tcp:3', 'udp:1']);
    expect(column('connState').slice(1)).toEqual(['SF', 'SF', 'REJ', 'S0', 'S1', 'S0']);
    expect(column('service').slice(1)).toEqual(['dns', 'http', '', '', '', '']);
  });

  test('a value is never a formula, and never two fields', async () => {
    const names = ['=1+cmd.pcap', '+1 2.pcap', '@sum.pcap', 'a,b "c".pcap'];
    const cwd = folder(Object.fromEntries(names.map((name) => [name, capture])));
    const { exit, out } = await run(`synoptic ${names.map((name) => `'${name}'`).join(' ')} --csv`, { cwd });
    expect(exit).toBe(0);
    const [head, ...fields] = lines(out);
    expect(head).toBe('key,value');
    const paths = fields.filter((line) => /^capture\.files\.\d\.path,/.test(line)).map((line) => line.slice(21));
    expect(paths).toEqual([`'=1+cmd.pcap`, `'+1 2.pcap`, `'@sum.pcap`, '"a,b ""c"".pcap"']);
  });
});

test.each([
  ['--from 10 --to 5', '--to 5: before --from 10'],
  ['--from 2026-11-20T10:00:00Z --to 2026-11-20T10:00:00+01:00', '--to 2026-11-20T10:00:00+01:00: before --from'],
])('%s is refused: nothing lies there', async (options, message) => {
  const ran = await run(`synoptic a.pcap ${options}`, { cwd: folder({ 'a.pcap': capture }) });
  expect(ran).toMatchObject({ exit: 2, out: '' });
  expect(ran.err).toContain(`synoptic: ${message}`);
});

test('a moment is a span as well', async () =>
  expect((await json('conns', { from: '0', to: '0' })).complete).toBe(true));

test('-o writes what would have been printed, and replaces what was there', async () => {
  const cwd = folder({ 'a.pcap': capture, 'out.txt': 'old' });
  expect(await run('synoptic conns a.pcap -o out.txt', { cwd })).toEqual({ exit: 0, out: '', err: '' });
  const file = readFileSync(join(cwd, 'out.txt'), 'utf8');
  expect(lines(file)).toHaveLength(7);
  expect(await ok('synoptic conns a.pcap -o -')).toBe(file);
  expect(await ok('synoptic conns a.pcap')).toBe(file);
});

test('--help names the options and the exit codes', async () => {
  const help = await ok('synoptic conns --help');
  for (const word of ['--read', '--filter', '--conn-state', '--fail-on', '--utc', '--no-progress']) {
    expect(help).toContain(word);
  }
  expect(help).not.toContain('--display-filter');
  expect(await ok('synoptic --help')).toMatch(/Exit codes: 0 .*, 1 .*, 2 .*, 3 .*, 4 .*\n.*5 .*, 130 /);
});
