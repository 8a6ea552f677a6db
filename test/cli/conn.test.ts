/** `synoptic conn CAPTURE ID` as a user types it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pcap } from '../support/capture-bytes.ts';
import { ROOT, folder, run } from '../support/command.ts';
import { conversations } from '../support/conversations.ts';

const capture = pcap(conversations);

interface Document {
  readonly complete: boolean;
  readonly connection: { readonly id: string };
  readonly segments: readonly { readonly frame: number; readonly side: string }[];
}

async function ok(line: string): Promise<string> {
  const ran = await run(line, { cwd: folder({ 'a.pcap': capture }) });
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out;
}

const json = async (words: string): Promise<Document> =>
  JSON.parse(await ok(`synoptic conn ${words} --json`)) as Document;
const frames = ({ segments }: Document): number[] => segments.map(({ frame }) => frame);

describe('the connection', () => {
  test.each([
    ['a.pcap 0', 'tcp:0', [4, 5, 6, 8, 11, 12, 17, 18, 19]],
    ['a.pcap tcp:1', 'tcp:1', [7, 9]],
    ['a.pcap udp:0', 'udp:0', [2, 3]],
    ['-r a.pcap 2', 'tcp:2', [10, 14]],
    ['-r a.pcap udp:1', 'udp:1', [20]],
    // The rest of the capture, as long as its own frames take part.
    ["a.pcap 1 -f 'port 443'", 'tcp:1', [7, 9]],
    ['a.pcap 0 --from 1 --to 1.8', 'tcp:0', [5, 6, 8]],
    ['a.pcap 0 -c 6', 'tcp:0', [4, 5, 6]],
  ])('%s', async (words, id, expected) => {
    const document = await json(words);
    expect([document.connection.id, document.complete]).toEqual([id, true]);
    expect(frames(document)).toEqual(expected);
  });

  test('from standard input', async () => {
    const piped = await ok('cat a.pcap | synoptic conn - 0');
    expect(piped).toContain('tcp:0  10.0.0.1:51000 (originator) > 10.0.0.2:80 (responder)  http  SF  ShADdFf');
    expect(piped).not.toContain('next:');
  });
});

describe('other formats', () => {
  test('NDJSON: one segment a line, and a summary', async () => {
    const rows = (await ok('synoptic conn a.pcap 1 --ndjson')).trimEnd().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { type: string }).type)).toEqual(['segment', 'segment', 'summary']);
  });

  test('CSV: lists as words', async () => {
    const lines = (await ok('synoptic conn a.pcap 1 --csv')).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^7,2023-11-14T22:13:21\.500006000Z,0,originator,SYN,0,,0,64240,64240,,,,,,,,1460,/);
    expect(lines[2]).toMatch(/,0.500002,responder,RST ACK,1,1,0,64240,.*,CLOSED,,silence reset$/);
  });

  test('a file with -o', async () => {
    const cwd = folder({ 'a.pcap': capture });
    expect(await run('synoptic conn a.pcap 1 -o out', { cwd })).toEqual({ exit: 0, out: '', err: '' });
    expect(readFileSync(join(cwd, 'out'), 'utf8')).toContain('refused: nothing listens there');
  });

  test('the schema', async () => {
    expect(await ok('synoptic schema conn')).toContain('"title": "synoptic conn --json"');
  });
});

describe('a wrong word', () => {
  test.each([
    ['', 'conn: no capture and no id given'],
    ['a.pcap', 'conn: a.pcap is not the id of a connection'],
    ['a.pcap tcp', 'conn: tcp is not the id of a connection'],
    ['a.pcap tcp:', 'conn: tcp: is not the id of a connection'],
    ['a.pcap -- -1', 'conn: -1 is not the id of a connection'],
    ['a.pcap icmp:1', 'conn: icmp:1 is not the id of a connection'],
    ['3', 'no capture given'],
  ])('%s', async (words, message) => {
    const ran = await run(`synoptic conn ${words}`, { cwd: folder({ 'a.pcap': capture }) });
    expect(ran).toMatchObject({ exit: 2, out: '' });
    expect(ran.err).toContain(`synoptic: ${message}\n  expected: synoptic `);
  });

  test.each([
    ['4', 'there is no tcp:4\n  the capture has 4 TCP connections, tcp:0 to tcp:3\n'],
    ['udp:2', 'there is no udp:2\n  the capture has 2 UDP connections, udp:0 to udp:1\n'],
    ["1 -f 'port 80'", 'none of the frames of tcp:1 took part\n'],
  ])('%s', async (words, message) => {
    const ran = await run(`synoptic conn a.pcap ${words}`, { cwd: folder({ 'a.pcap': capture }) });
    expect(ran).toMatchObject({ exit: 2, out: '' });
    expect(ran.err).toContain(`synoptic: conn: ${message}`);
  });
});

test('an id behind the damage of a file: both are told of', async () => {
  const cwd = folder({ 'a.pcap': capture.subarray(0, capture.length - 900) });
  const ran = await run('synoptic conn a.pcap 3', { cwd });
  expect(ran).toMatchObject({ exit: 2, out: '' });
  expect(ran.err).toMatch(
    /there is no tcp:3\n {2}the capture has 2 TCP connections, tcp:0 to tcp:1; it was not read whole\n$/,
  );
});

test('the ladder in README.md is what the command prints', async () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, line, shown] = /\n\$ npx (synoptic conn \S+ \S+ --utc)\n([\s\S]*?)```/.exec(readme) ?? [];
  const ran = await run(line!, { cwd: ROOT });
  expect(ran.out).toBe(shown);
});
