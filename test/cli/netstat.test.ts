/** `synoptic netstat`: its options, its formats, and what it says to wrong words. */
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../src/report/schema/registry.ts';
import type { HostRow, SocketRow, StepRow } from '../../src/report/socket-rows.ts';
import type { TableHead } from '../../src/report/netstat-documents.ts';
import { socketsText } from '../../src/report/text/netstat-table.ts';
import { cells } from '../../src/report/text/width.ts';
import { pcap } from '../support/capture-bytes.ts';
import { ROOT, folder, run } from '../support/command.ts';
import { conversations, unanswered } from '../support/conversations.ts';

interface Document extends TableHead {
  sockets: SocketRow[];
  hosts: HostRow[];
  steps: StepRow[];
  everySeconds: number;
}

const SITE = join(ROOT, 'fixtures/first-look/site.pcap');
const cwd = (): string => folder({ 'a.pcap': pcap(conversations), 'flood.pcap': pcap(unanswered(300)) });
const validate = new Ajv2020({ strict: true }).compile(schemaOf('netstat')!);

async function json(words: string): Promise<Document> {
  const { exit, out, err } = await run(`synoptic netstat ${words} --json`, { cwd: cwd() });
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  const document = JSON.parse(out) as Document;
  expect(validate(document) ? null : validate.errors).toBeNull();
  return document;
}

const names = ({ sockets }: Document): string[] => sockets.map((s) => `${s.local} > ${s.foreign} ${s.state}`);

describe('--at', () => {
  // Frames are a quarter of a second apart: SYN at 0.75, SYN-ACK at 1, ACK at 1.25.
  test.each([
    ['0.7', []],
    ['0.9', ['10.0.0.1:51000 > 10.0.0.2:80 SYN_SENT']],
    [
      '1.1',
      ['10.0.0.1:51000 > 10.0.0.2:80 SYN_SENT', '10.0.0.2:80 > * LISTEN', '10.0.0.2:80 > 10.0.0.1:51000 SYN_RECV'],
    ],
    [
      '2023-11-14T22:13:21.4Z',
      [
        '10.0.0.1:51000 > 10.0.0.2:80 ESTABLISHED',
        '10.0.0.2:80 > * LISTEN',
        '10.0.0.2:80 > 10.0.0.1:51000 ESTABLISHED',
      ],
    ],
  ])('%s', async (at, sockets) => {
    expect(names(await json(`a.pcap --at ${at}`))).toEqual(sockets);
  });

  test('is the end of the capture by default', async () => {
    const document = await json('a.pcap');
    expect(document).toMatchObject({ atTime: '2023-11-14T22:13:24.750019000Z', total: 6 });
    expect(document.atSeconds).toBeCloseTo(4.75);
  });

  test.each([
    ['100', 'synoptic: --at lies after the last frame: this is the end of the capture\n', 6],
    ['2023-11-14T22:13:19Z', 'synoptic: --at lies before the first frame: nothing is known of that time\n', 0],
  ])('outside the capture: %s', async (at, err, total) => {
    const ran = await run(`synoptic netstat a.pcap --json --at ${at}`, { cwd: cwd() });
    expect(ran).toMatchObject({ exit: 0, err });
    expect(JSON.parse(ran.out)).toMatchObject({ total });
  });
});

const sent = (document: Document): (number | null)[] =>
  document.sockets.filter(({ state }) => state === 'ESTABLISHED').map(({ sendQueue }) => sendQueue);

test('Send-Q: what was sent and not acknowledged at the moment; unknown from standard input', async () => {
  // The request of 37 bytes left at 1.75 and is acknowledged with the response, at 2.5.
  expect(sent(await json('a.pcap --at 2'))).toEqual([37, 0]);
  expect(sent(await json('a.pcap --at 2.6'))).toEqual([0, 43]);
  expect(sent(await json('- --at 2 < a.pcap'))).toEqual([null, null]);
  expect(sent(await json('- --to 2 < a.pcap'))).toEqual([37, 0]);
});

describe('which sockets', () => {
  test.each(['syn_sent', 'SYN-SENT', 'listen,Syn_Sent'])('--state %s', async (state) => {
    const document = await json(`a.pcap --state ${state}`);
    const isWanted = (s: SocketRow): boolean => s.state === 'SYN_SENT' || state.includes('listen');
    expect(document.sockets.every(isWanted)).toBe(true);
    expect(document.total).toBe(6);
  });

  test('--host', async () => {
    expect(names(await json('a.pcap --host 10.0.0.2'))).toEqual(['10.0.0.2:80 > * LISTEN']);
    const six = await json('a.pcap --host 2001:DB8:0::2');
    expect(names(six)).toEqual([
      '[2001:db8::2]:8080 > * LISTEN',
      '[2001:db8::2]:8080 > [2001:db8::1]:51003 ESTABLISHED',
    ]);
    expect(six.sockets.map(({ protocol }) => protocol)).toEqual(['tcp6', 'tcp6']);
    expect(names(await json('a.pcap --host 10.9.9.9'))).toEqual([]);
  });
});

test('--summary: one row a host', async () => {
  const document = await json('a.pcap --at 1.1 --summary');
  expect(document.hosts).toEqual([
    { host: '10.0.0.1', total: 1, byState: { SYN_SENT: 1 } },
    { host: '10.0.0.2', total: 2, byState: { LISTEN: 1, SYN_RECV: 1 } },
  ]);
  expect(document).toMatchObject({ total: 3, byState: { LISTEN: 1, SYN_SENT: 1, SYN_RECV: 1 } });
});

test('--every: one row a step', async () => {
  const document = await json('a.pcap --every 500ms --at 1.5');
  expect(document.everySeconds).toBe(0.5);
  expect(document.steps.map(({ seconds, byState }) => [seconds, byState])).toEqual([
    [0, {}],
    [0.5, {}],
    [1, { SYN_SENT: 1 }],
    [1.5, { LISTEN: 1, ESTABLISHED: 2 }],
  ]);
});

test.each([
  ['--state OPEN', '--state OPEN: expected one or more of LISTEN, SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT1'],
  ['--host example.org', '--host example.org: expected an IP address'],
  ['--host 10.1', '--host 10.1: expected an IP address'],
  ['--at noon', '--at noon: not a time'],
  ['--every 5', '--every 5: not a step'],
  ['--every 0s', '--every 0s: not a step'],
  ['--every 1s --summary', '--summary and --every cannot go together'],
  ['--every 0.01ms', '--every 0.01ms: 475002 steps'],
])('a wrong word: %s', async (words, message) => {
  const { exit, out, err } = await run(`synoptic netstat a.pcap ${words}`, { cwd: cwd() });
  expect({ exit, out }).toEqual({ exit: 2, out: '' });
  expect(err).toContain(`synoptic: ${message}`);
});

describe('formats', () => {
  test('CSV', async () => {
    const { out } = await run('synoptic netstat a.pcap --at 1.1 --csv', { cwd: cwd() });
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head).toBe(
      'host,protocol,local,foreign,state,sinceTime,ageSeconds,recvQueue,sendQueue,transmissions,inferred,connection',
    );
    expect(rows[0]).toMatch(
      /^10\.0\.0\.1,tcp,10\.0\.0\.1:51000,10\.0\.0\.2:80,SYN_SENT,2023.*Z,0\.349997,0,1,1,false,tcp:0$/,
    );
    const summary = await run('synoptic netstat a.pcap --summary --csv', { cwd: cwd() });
    expect(summary.out).toMatch(/^host,total,byState\.LISTEN,byState\.SYN_SENT,.*byState\.TIME_WAIT\n/);
  });

  test('NDJSON: the rows of --json, the summary last', async () => {
    for (const [words, type, key] of [
      ['', 'socket', 'sockets'],
      ['--summary', 'host', 'hosts'],
      ['--every 1s', 'step', 'steps'],
    ] as const) {
      const { out } = await run(`synoptic netstat a.pcap ${words} --ndjson`, { cwd: cwd() });
      const rows = out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      const { [key]: expected, ...head } = await json(`a.pcap ${words}`);
      expect(rows.slice(0, -1)).toEqual(expected.map((row) => Object.assign({ type }, row)));
      expect(rows.at(-1)).toEqual({ type: 'summary', ...head });
    }
  });

  test('a capture without frames', async () => {
    const empty = folder({ 'a.pcap': pcap([]) });
    for (const words of ['', '--summary', '--every 1s', '--at 3']) {
      const { exit, out } = await run(`synoptic netstat a.pcap ${words} --json`, { cwd: empty });
      expect(exit).toBe(0);
      expect(validate(JSON.parse(out)) ? null : validate.errors).toBeNull();
      expect((await run(`synoptic netstat a.pcap ${words}`, { cwd: empty })).out).toContain('a.pcap  no frames');
    }
  });
});

describe('text', () => {
  const options = { utc: true, name: 'site.pcap', states: [] };

  test('a table at 100 columns', async () => {
    const { sockets, ...head } = await json(`${SITE} --at 9`);
    const out = [...socketsText(head, sockets, { ...options, width: 100 })].join('');
    await expect(out).toMatchFileSnapshot('../golden/netstat-table.txt');
  });

  test.each([
    ['summary', '--at 12 --summary'],
    ['series', '--every 2s --to 20'],
  ])('%s', async (name, words) => {
    const { out } = await run(`synoptic netstat ${SITE} --utc ${words}`);
    await expect(out).toMatchFileSnapshot(`../golden/netstat-${name}.txt`);
  });

  test.each([40, 60, 80, 100])('no line is wider than %i', async (width) => {
    const { sockets, ...head } = await json(`${SITE} --at 9`);
    const many = Array.from({ length: 12 }, () => sockets).flat();
    for (const rows of [sockets, many]) {
      const out = [...socketsText(head, rows, { ...options, width })].join('');
      for (const line of out.split('\n')) expect(cells(line), line).toBeLessThanOrEqual(width);
      expect(out).toContain('TIME_WAIT ?');
    }
  });

  test('more than 200 sockets, and more than 40 hosts', async () => {
    const { out } = await run('synoptic netstat flood.pcap --at 299 --every 100s', { cwd: cwd() });
    expect(out.split('\n')[3]).toMatch(/^\S+ +0 +1 +1$/);
    const table = await run('synoptic netstat a.pcap -r flood.pcap --summary', { cwd: cwd() });
    expect(table.out).toContain('flood.pcap and 1 more at');
  });

  test('--help names its options', async () => {
    const { out } = await run('synoptic netstat --help');
    for (const word of ['--at', '--state', '--host', '--summary', '--every']) expect(out).toContain(word);
  });
});
