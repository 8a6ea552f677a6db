/** `synoptic follow CAPTURE ID` as a user types it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../src/report/schema/registry.ts';
import { pcap } from '../support/capture-bytes.ts';
import { ROOT, folder, run } from '../support/command.ts';
import { ACK, SYN, conversations, tcp } from '../support/conversations.ts';

const at = (data: Uint8Array, i: number) => ({ seconds: 1_700_000_000 + i, nanoseconds: 0, data });
const ends = { from: '10.0.0.1', to: '10.0.0.2', ports: [4000, 9] } as const;
const sent = (seq: number, payload: string | Uint8Array) => tcp({ ...ends, seq, flags: ACK, ack: 1, payload });

/** A hole, a version that differs, and bytes that would steer a terminal. */
const odd = [
  tcp({ ...ends, seq: 0, flags: SYN }),
  sent(1, 'one\x1b[2J\r\n'),
  sent(1, 'oNe\x1b[2J\r\n'),
  sent(100, '\u00e9\t!'),
].map(at);

/** A login whose password is sent again with another letter. */
const login = [
  tcp({ ...ends, seq: 0, flags: SYN }),
  sent(1, 'USER u\r\nPASS geheim\r\nAuthoriza'),
  sent(31, 'tion: Basic dTpw\r\nok\r\n'),
  sent(9, 'PASS gEheim\r\n'),
].map(at);

const files = { 'login.pcap': pcap(login), 'a.pcap': pcap(conversations), 'odd.pcap': pcap(odd) };

async function ok(line: string): Promise<string> {
  const ran = await run(line, { cwd: folder(files) });
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out;
}

describe('text', () => {
  test('both sides in the order of arrival', async () => {
    expect(await ok('synoptic follow a.pcap 0'))
      .toBe(`tcp:0  10.0.0.1:51000 (originator) > 10.0.0.2:80 (responder)  http  SF
originator 37 B
responder 43 B

--> originator, from byte 0, frame 8
GET / HTTP/1.1
Host: www.example


<-- responder, from byte 0, frame 11
HTTP/1.1 200 OK
Content-Length: 5

hello
`);
  });

  test('a gap, a conflict and control characters', async () => {
    expect(await ok('synoptic follow odd.pcap 0')).toBe(`tcp:0  10.0.0.1:4000 (originator) > 10.0.0.2:9 (responder)  S0
originator 103 B, 90 B not in the capture, 9 B sent again, 1 conflict
responder 0 B
where segments overlap: as linux does

--> originator, from byte 0, frame 2
one\\x1b[2J
[bytes 1 to 2: frame 2 has 6e (kept), frame 3 has 4e]
[bytes 9 to 99: 90 B not in the capture]
\u00e9\t!
`);
  });

  test('a hex dump of one side', async () => {
    const out = await ok('synoptic follow a.pcap 0 --side responder --hex');
    expect(out).toContain('00000020  20 35 0d 0a 0d 0a 68 65 6c 6c 6f                 | 5....hello|\n');
    expect(out).not.toContain('-->');
  });
});

describe('other forms', () => {
  test('raw, to a pipe and to a file', async () => {
    expect(await ok('synoptic follow a.pcap 0 --raw --side responder')).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    );
    const cwd = folder(files);
    expect(await run('synoptic follow odd.pcap 0 --raw -o out', { cwd })).toEqual({
      exit: 0,
      out: '',
      err: 'synoptic: originator: bytes 9 to 99 are not in the capture\n',
    });
    expect(readFileSync(join(cwd, 'out'))).toEqual(Buffer.from('one\x1b[2J\r\n\u00e9\t!'));
  });

  test('JSON is as its schema says, rows and all', async () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schemaOf('follow')!);
    for (const words of ['a.pcap 0', 'odd.pcap 0', 'a.pcap 2', 'login.pcap 0', 'login.pcap 0 --show-secrets']) {
      expect(validate(JSON.parse(await ok(`synoptic follow ${words} --json`))), JSON.stringify(validate.errors)).toBe(
        true,
      );
    }
    const rows = (await ok('synoptic follow odd.pcap 0 --ndjson')).trimEnd().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { type: string }).type)).toEqual([
      'chunk',
      'chunk',
      'chunk',
      'summary',
    ]);
    expect(await ok('synoptic follow a.pcap 0 --csv --side responder')).toMatch(/\nresponder,0,43,data,11,11,2023-/);
  });
});

describe('secrets', () => {
  test('are labels in text, asterisks in dumps and rows', async () => {
    const text = await ok('synoptic follow login.pcap 0');
    expect(text).toContain('2 secrets are covered; --show-secrets shows what was sent\n');
    expect(text).toContain(
      'USER u\nPASS <redacted password>\nAuthoriza\n[bytes 14 to 15: frame 2 has 2a (kept), frame 4 has 2a]\n',
    );
    expect(text).toContain('tion: Basic <redacted authorization>\nok\n');
    expect(await ok('synoptic follow login.pcap 0 --hex')).toContain('|USER u..PASS ***|');
    const rows = JSON.parse(await ok('synoptic follow login.pcap 0 --json')) as {
      redactedSecrets: number;
      chunks: { hex: string }[];
    };
    expect(rows.redactedSecrets).toBe(2);
    expect(Buffer.from(rows.chunks.map(({ hex }) => hex).join(''), 'hex').toString()).toBe(
      'USER u\r\nPASS ******\r\nAuthorization: Basic ****\r\nok\r\n',
    );
    for (const words of ['', '--hex', '--json', '--csv', '--ndjson']) {
      expect(await ok(`synoptic follow login.pcap 0 ${words}`)).not.toMatch(
        /geheim|gEheim|67656865|67456865|dTpw|6454/,
      );
    }
  });

  test('are shown where they are asked for, and in raw bytes', async () => {
    expect(await ok('synoptic follow login.pcap 0 --show-secrets')).toContain(
      'PASS geheim\nAuthoriza\n[bytes 14 to 15: frame 2 has 65',
    );
    expect(await ok('synoptic follow login.pcap 0 --raw')).toContain('PASS geheim\r\nAuthorization: Basic dTpw\r\n');
  });
});

test('raw: the files that curl downloaded, over a line that loses and reorders', async () => {
  const recordings = join(ROOT, 'fixtures/messages');
  const downloads = JSON.parse(readFileSync(join(recordings, 'downloads.json'), 'utf8')) as {
    bytes: number;
    sha256: string;
  }[];
  expect(downloads).toHaveLength(2);
  for (const [id, { bytes, sha256 }] of downloads.entries()) {
    const cwd = folder();
    const line = `synoptic follow ${recordings}/downloads.pcap.gz ${id} --raw --side responder -o answer`;
    expect(await run(line, { cwd })).toEqual({ exit: 0, out: '', err: '' });
    const answer = readFileSync(join(cwd, 'answer'));
    const content = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
    expect(content.length).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  }
});

describe('inside TLS', () => {
  const https = `${ROOT}/fixtures/http/https`;
  const keys = `--keylog ${https}.keys --rsa-key ${ROOT}/fixtures/tls/rsa-key.pem`;
  const inside = (id: number, more = ''): Promise<string> => ok(`synoptic follow ${https}.pcap ${id} ${keys} ${more}`);

  /** Bytes as `tshark -z follow,tls,raw` has them. */
  test.each([
    [0, 247, 2984],
    [1, 240, 45_227],
    [2, 133, 2498],
    [3, 118, 1667],
    [4, 83, 944],
    [5, 83, 944],
    [6, 88, 944],
    [7, 128, 1732],
    [8, 282, 45_229],
    [9, 176, 197],
  ])('connection %d: %d and %d bytes', async (id, asked, answered) => {
    const { chunks, decrypted } = JSON.parse(await inside(id, '--json')) as {
      decrypted: boolean;
      chunks: { side: string; start: number; end: number; kind: string }[];
    };
    expect(decrypted).toBe(true);
    const sizes = { originator: 0, responder: 0 } as Record<string, number>;
    for (const { side, start, end } of chunks) sizes[side]! += end - start;
    expect(sizes).toEqual({ originator: asked, responder: answered });
  });

  test('secrets are covered there too', async () => {
    const text = await inside(7);
    expect(text).toContain('Authorization: Basic <redacted authorization>');
    expect(await inside(7, '--show-secrets')).toContain(Buffer.from('user:secret').toString('base64'));
  });

  test('without a key that fits, the bytes are those on the wire', async () => {
    const document = JSON.parse(await ok(`synoptic follow ${https}.pcap 7 --keylog ${https}.keys --json`)) as {
      decrypted: boolean;
      chunks: { hex: string }[];
    };
    expect(document.decrypted).toBe(false);
    expect(document.chunks[0]!.hex).toMatch(/^1603/);
  });
});

test.each([
  ['udp:0', 'follow: UDP has datagrams and no stream'],
  ['9', 'follow: there is no tcp:9'],
  ['0 --side client', '--side client: expected one of originator, responder'],
  ['0 --overlap windows', '--overlap windows: expected one of first, last, bsd, linux, old-linux, solaris'],
  ['0 --hex --raw', '--hex and --raw cannot go together'],
  ['0 --raw --json', '--raw and --json cannot go together'],
])('a wrong word: %s', async (words, message) => {
  const ran = await run(`synoptic follow a.pcap ${words}`, { cwd: folder(files) });
  expect(ran).toMatchObject({ exit: 2, out: '' });
  expect(ran.err).toContain(`synoptic: ${message}`);
});
