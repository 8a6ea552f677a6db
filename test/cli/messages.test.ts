/** `synoptic messages --frame SPEC` as a user types it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../src/report/schema/registry.ts';
import { pcap } from '../support/capture-bytes.ts';
import { ROOT, folder, run } from '../support/command.ts';
import { ACK, SYN, tcp } from '../support/conversations.ts';

const at = (data: Uint8Array, i: number) => ({ seconds: 1_700_000_000 + i, nanoseconds: 0, data });
const ends = { from: '10.0.0.1', to: '10.0.0.2', ports: [4000, 9] } as const;
const back = { from: '10.0.0.2', to: '10.0.0.1', ports: [9, 4000] } as const;
const first = 'this is the first msg\nthis is';
const second = ' the second msg\nno end';

/** One and a half messages, and then the rest. */
const book = [
  tcp({ ...ends, seq: 0, flags: SYN }),
  tcp({ ...back, seq: 0, ack: 1, flags: SYN | ACK }),
  tcp({ ...ends, seq: 1, ack: 1, payload: first }),
  tcp({ ...ends, seq: 1 + first.length, ack: 1, payload: second }),
].map(at);

const files = { 'a.pcap': pcap(book) };
const site = `${ROOT}/fixtures/first-look/site.pcap`;

async function ok(line: string): Promise<string> {
  const ran = await run(line, { cwd: folder(files) });
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out;
}

test('text: segments over messages, and why', async () => {
  expect(await ok('synoptic messages a.pcap --frame line'))
    .toBe(`tcp:0  10.0.0.1:4000 > 10.0.0.2:9  line   2 messages   whole 0  sticky 1  split 0  both 1  incomplete 1

frame   originator
    3   |#0 sticky 22 B||#1 sticky+split 23 B ...
    4   ... #1|

why: 1 pipelined: several messages were ready when the segment was sent
why: 1 written-apart: the sender sent it in parts, although a segment had room
segments per message: 1 (1x)  2 (1x)
messages per segment: 1 (1x)  2 (1x)
`);
});

test('reads: what a small and a slow reader would have got', async () => {
  const read = async (words: string): Promise<string[]> =>
    (await ok(`synoptic messages a.pcap --frame line ${words} --ndjson`))
      .split('\n')
      .filter((row) => row.includes('"read"'));
  expect(await read('--read-size 1024')).toEqual([
    '{"type":"read","connection":"tcp:0","side":"originator","start":0,"end":29,"messages":2,"wholeMessages":1,"firstMessage":0,"text":"this is the first msg\\nthis is"}',
    '{"type":"read","connection":"tcp:0","side":"originator","start":29,"end":51,"messages":2,"wholeMessages":0,"firstMessage":1,"text":" the second msg\\nno end"}',
  ]);
  expect(await read('--read-size 20 --read-delay 1500ms')).toHaveLength(3);
  expect(await ok('synoptic messages a.pcap --frame line --read-size 20')).toContain(
    'read(20) would have returned 4 pieces: 2 with more than one message, 4 with a part of one\n',
  );
});

test('reads: what a program would have printed, escaped, clipped, without secrets', async () => {
  expect(await ok('synoptic messages a.pcap --frame line --read-size 1024')).toContain(
    '\na read of what the originator sent\n  msg = this is the first msg\\x0athis is\n  msg =  the second msg\\x0ano end\n',
  );
  const long = `PASS geheim\n${'x'.repeat(100)}\n`;
  const cwd = folder({ 's.pcap': pcap([...book.slice(0, 2), at(tcp({ ...ends, seq: 1, ack: 1, payload: long }), 2)]) });
  const shown = async (words: string): Promise<string> =>
    (await run(`synoptic messages s.pcap --frame line --read-size 1024 ${words}`, { cwd })).out;
  expect(await shown('')).toContain(`  msg = PASS <redacted password>\\x0a${'x'.repeat(52)}...\n`);
  expect(await shown('--ndjson')).not.toContain('geheim');
  expect(await shown('--show-secrets')).toContain('  msg = PASS geheim\\x0axxx');
});

describe('the server on port 9000 of the first look', () => {
  interface Document {
    readonly summary: Readonly<Record<string, unknown>>;
    readonly messages: readonly {
      readonly connection: string;
      readonly side: string;
      readonly fields: { length: number };
    }[];
  }
  const read = async (words: string): Promise<Document> =>
    JSON.parse(await ok(`synoptic messages ${site} ${words} --json`)) as Document;

  test('what its client says it sent', async () => {
    const { messages, summary } = await read('--frame 9000=length:size=4,offset=0');
    const lengths = messages
      .filter(({ connection, side }) => connection === 'tcp:11' && side === 'originator')
      .map(({ fields }) => fields.length);
    const turns = [[40], [30, 50, 20], [3200], Array<number>(8).fill(12), [1400, 600]];
    expect(lengths).toEqual(Array.from({ length: 14 }, (_, turn) => turns[turn % 5]!).flat());
    expect(summary).toMatchObject({
      messages: 88,
      whole: 35,
      sticky: 45,
      split: 6,
      both: 2,
      incomplete: 0,
      problems: 0,
    });
  });

  test('JSON is as its schema says', async () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schemaOf('messages')!);
    for (const words of [
      '--frame 9000=length:size=4',
      '--frame line:max=9 --frame 9000=varint32',
      '--frame 1=json',
      '--frame 9000=length:size=4 --read-size 99',
      '--infer',
      '--frame 9000=length:size=4 --infer',
    ]) {
      expect(validate(await read(words)), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  test('TLS records, and other formats', async () => {
    expect(await ok(`synoptic messages ${site} --frame 443=tls --csv`)).toContain(
      '\ntcp:7,originator,0,0,517,whole,,1,115,2026-',
    );
    const rows = (await ok('synoptic messages a.pcap --frame 9=line --ndjson')).trimEnd().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { type: string }).type)).toEqual([
      'message',
      'message',
      'finding',
      'finding',
      'summary',
    ]);
  });
});

/** A connection from its own port: what the client sends in segments, and what the server answers. */
function talk(port: number, asked: readonly string[], answered: readonly string[]): Uint8Array[] {
  const to = { from: '10.0.0.1', to: '10.0.0.2', ports: [port, 9] } as const;
  const fro = { from: '10.0.0.2', to: '10.0.0.1', ports: [9, port] } as const;
  let [seq, ack] = [1, 1];
  const frames = [tcp({ ...to, seq: 0, flags: SYN }), tcp({ ...fro, seq: 0, ack: 1, flags: SYN | ACK })];
  for (const payload of asked) {
    frames.push(tcp({ ...to, seq, ack, payload }));
    seq += payload.length;
  }
  for (const payload of answered) {
    frames.push(tcp({ ...fro, seq: ack, ack: seq, payload }));
    ack += payload.length;
  }
  return frames;
}

describe('a file of framings', () => {
  const file = '# our protocols\n\n9=line\r\n  9000=length:size=4\n';
  const more = { ...files, good: file, wrong: '9=line\n# no\n9000=length:sise=4\n', twice: 'line\njson\n' };
  const framing = async (words: string): Promise<{ exit: number; out: string; err: string }> =>
    run(`synoptic messages a.pcap ${words}`, { cwd: folder(more) });

  test('says what --frame would; that goes first', async () => {
    expect((await framing('--frames good')).out).toContain('10.0.0.2:9  line   2 messages');
    expect((await framing('--frames good --frame 9=json')).out).toContain('breaks the framing json;');
  });

  test.each([
    ['wrong', "synoptic: wrong line 3: framing: unknown key 'sise' at column 8\n  length:sise=4\n         ^^^^\n"],
    ['twice', 'synoptic: twice line 2: there is a framing for that already\n'],
    ['none', 'synoptic: --frames none: cannot be read (ENOENT)\n'],
  ])('%s', async (name, message) => {
    const ran = await framing(`--frames ${name}`);
    expect(ran).toMatchObject({ exit: 2, out: '' });
    expect(ran.err).toContain(message);
  });
});

describe('findings', () => {
  interface Finding {
    readonly id: string;
    readonly severity: string;
    readonly summary: string;
    readonly frames: readonly number[];
  }

  async function findings(frames: readonly Uint8Array[], words: string): Promise<Finding[]> {
    const cwd = folder({ 'f.pcap': pcap(frames.map(at)) });
    const { out, exit } = await run(`synoptic messages f.pcap ${words} --json`, { cwd });
    expect(exit).toBe(0);
    return (JSON.parse(out) as { findings: Finding[] }).findings;
  }

  const told = (all: readonly Finding[]): string[] => all.map(({ id, severity }) => `${severity} ${id}`);
  const ports = [1, 2, 3, 4];
  const whole = ports.flatMap((port) => talk(5000 + port, ['a\n', 'b\n'], ['A\n', 'B\n']));

  test('messages that came whole: none', async () => {
    expect(await findings(whole, '--frame line')).toEqual([]);
  });

  test('that stick together and split are information', async () => {
    const sticky = ports.flatMap((port) => talk(6000 + port, ['a\nb\n'], ['A\n', 'B\n']));
    expect(told(await findings([...whole, ...sticky], '--frame line'))).toEqual(['info message-sticky']);
    const split = ports.flatMap((port) => talk(6000 + port, ['a', 'a\n'], ['A\n']));
    const found = await findings([...whole, ...split], '--frame line');
    expect(told(found)).toEqual(['info message-split']);
    expect(found[0]!.summary).toBe('10.0.0.2:9  4 of 24 messages lie over several segments (4 written-apart)');
    expect(found[0]!.frames.slice(0, 2)).toEqual([27, 28]);
  });

  test('a warning where only they stay unanswered', async () => {
    const sticky = ports.flatMap((port) => talk(6000 + port, ['a\nb\n'], ['A\n']));
    expect(told(await findings([...whole, ...sticky], '--frame line'))).toEqual(['warning message-sticky']);
    const { out } = await run('synoptic messages f.pcap --frame line', {
      cwd: folder({ 'f.pcap': pcap([...whole, ...sticky].map(at)) }),
    });
    expect(out).toContain('\nWARNING  message-sticky  10.0.0.2:9  8 of 28 messages share a segment with another');
    // A protocol without answers is none of that.
    const silent = ports.flatMap((port) => talk(5000 + port, ['a\n', 'b\n'], []));
    expect(told(await findings([...silent, ...sticky], '--frame line'))).toEqual(['info message-sticky']);
  });

  test('what breaks the framing, and bytes that came twice', async () => {
    const long = await findings(talk(7000, ['a\n', 'far too long\n', 'b\n'], []), '--frame line:max=5');
    expect(told(long)).toEqual(['warning message-framing-error']);
    expect(long[0]!.summary).toBe(
      '10.0.0.1:7000  1 place breaks the framing line:max=5; the first is too-long at byte 2: a message of 12 bytes, more than 5',
    );
    const twice = [...talk(7000, ['abc\n'], []), tcp({ ...ends, ports: [7000, 9], seq: 1, ack: 1, payload: 'aXc\n' })];
    const conflict = await findings(twice, '--frame line');
    expect(told(conflict)).toEqual(['warning tcp-overlap-conflict']);
    expect(conflict[0]!.frames).toEqual([3, 4]);
    expect(
      (
        await run('synoptic messages f.pcap --frame line --fail-on warning', {
          cwd: folder({ 'f.pcap': pcap(twice.map(at)) }),
        })
      ).exit,
    ).toBe(1);
  });
});

test('inside TLS: requests and answers, at the frames of their records', async () => {
  const https = `${ROOT}/fixtures/http/https`;
  const ran = await run(`synoptic messages ${https}.pcap --frame http --keylog ${https}.keys`);
  expect(ran.out).toContain('443  http   6 messages   whole 6  sticky 0  split 0  both 0  incomplete 0');
  expect(ran.out).toContain('   33   |#1 split 44135 B ...\n   34   ... #1 ...\n   36   ... #1|');
  // Records are what --frame tls asks for.
  const records = await run(`synoptic messages ${https}.pcap --frame tls --keylog ${https}.keys -f 'port 33120'`);
  expect(records.out).toContain('tls   ');
  expect(records.out).not.toContain('http');
});

test.each([
  ['', 'messages: no framing given\n  expected: --frame [PORT=]SPEC'],
  [
    '--frame 9=length:sise=4',
    "framing: unknown key 'sise' at column 8\n  length:sise=4\n         ^^^^\n  expected: size, offset",
  ],
  ['--frame 0=line', "--frame 0=line: expected a port from 1 to 65535 before '='"],
  ['--frame line --read-size 0', '--read-size 0: expected a whole number from 1'],
  ['--frame line --read-delay 1s', '--read-delay needs --read-size'],
  ['--frame line --read-size 1 --read-delay 1', '--read-delay 1: expected a time'],
  ['--frame line --frame json', '--frame json: there is a framing for that already'],
])('a wrong word: %s', async (words, message) => {
  const ran = await run(`synoptic messages a.pcap ${words}`, { cwd: folder(files) });
  expect(ran).toMatchObject({ exit: 2, out: '' });
  expect(ran.err).toContain(`synoptic: ${message}`);
});
