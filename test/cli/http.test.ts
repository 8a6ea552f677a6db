/** `synoptic http`, `websocket` and `dns` as a user types them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../src/report/schema/registry.ts';
import { pcap } from '../support/capture-bytes.ts';
import { ROOT, folder, run } from '../support/command.ts';
import { ACK, FIN, SYN, tcp } from '../support/conversations.ts';

const fixture = (name: string): string => `${ROOT}/fixtures/http/${name}.pcap`;

async function ok(line: string, cwd = folder()): Promise<string> {
  const ran = await run(line, { cwd });
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out;
}

type Row = Record<string, unknown>;
const json = async (line: string, cwd?: string): Promise<Record<string, Row[]>> =>
  JSON.parse(await ok(`${line} --json`, cwd)) as Record<string, Row[]>;

const ends = { from: '10.0.0.1', to: '10.0.0.2', ports: [4000, 80] } as const;
const back = { from: '10.0.0.2', to: '10.0.0.1', ports: [80, 4000] } as const;

/** `>` the client, `<` the server; what it sends, and the seconds before. */
type Step = readonly ['>' | '<' | 'fin<', string, number];

/** A connection: `>` and `<` with what is sent, and the seconds before it. */
function conversation(...steps: readonly Step[]): Uint8Array {
  const next: [number, number] = [1, 1];
  let at = 1_700_000_000;
  const frames = [tcp({ ...ends, seq: 0, flags: SYN }), tcp({ ...back, seq: 0, ack: 1, flags: SYN | ACK })].map(
    (data) => ({ data, at }),
  );
  for (const [direction, payload, seconds] of steps) {
    at += seconds;
    const side = direction === '>' ? 0 : 1;
    const flags = direction === 'fin<' ? FIN | ACK : ACK;
    frames.push({
      data: tcp({ ...(side === 0 ? ends : back), seq: next[side], ack: next[side === 0 ? 1 : 0], flags, payload }),
      at,
    });
    next[side] += payload.length + (direction === 'fin<' ? 1 : 0);
  }
  return pcap(
    frames.map(({ data, at: time }) => ({
      seconds: Math.floor(time),
      nanoseconds: Math.round((time % 1) * 1e9),
      data,
    })),
  );
}

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: a.test\r\n${more}\r\n`;
const answer = (status: string, body = '', more = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

/** Each request at a host of its own. */
const asking = (count: number): Uint8Array =>
  conversation(
    ...Array.from({ length: count }, (_, i): Step => ['>', `GET / HTTP/1.1\r\nHost: h${i}.test\r\n\r\n`, 0.001]),
  );

/** Ids of the findings about a conversation. */
async function findings(...steps: readonly Step[]): Promise<unknown[]> {
  const found = await json('synoptic http a.pcap', folder({ 'a.pcap': conversation(...steps) }));
  return found['findings']!.map(({ id }) => id);
}

/** Paths of the rows that options choose. */
const paths = async (options: string): Promise<unknown[]> =>
  (await json(`synoptic http ${fixture('curl')} ${options}`))['transactions']!.map(({ path }) => path);

/** So many failures, so many seconds apart. */
const burst = (n: number, gap: number) =>
  Array.from(
    { length: n },
    (_, i) =>
      [
        ['>', get(`/${i}`), gap],
        ['<', answer('503 No'), 0],
      ] as const,
  ).flat();

/** Findings about one thing fetched twice, ten seconds apart. */
const twice = (first: string, second: string, request = '', before = '') =>
  findings(
    ['>', get('/a', before), 0],
    ['<', answer('200 OK', 'x', first), 0.1],
    ['>', get('/a', request), 10],
    ['<', answer('200 OK', 'x', second), 0.1],
  );

/** A POST with these fields and bytes. */
const post = (more: string, body: string): readonly ['>', string, number] => [
  '>',
  `POST /p HTTP/1.1\r\nHost: a\r\n${more}\r\n${body}`,
  0,
];

const there = (place: string) => ['<', answer('303 There', '', `Location: http://a.test${place}\r\n`), 0] as const;
const wants = (place: string) => ['>', get(place), 0.1] as const;
const hop = (from: string, to: string, code = '302 There') =>
  [
    ['>', get(from), 0.1],
    ['<', answer(code, '', `Location: ${to}\r\n`), 0],
  ] as const;

/** Findings of a command, each with its connection. */
const ids = async (command: string): Promise<unknown[]> =>
  (await json(`synoptic ${command}`))['findings']!.map((each) => [each['id'], each['connection']]);

// oxlint-disable-next-line no-control-regex
const unsafe = /[\u001b\u009b\u0007]/;

describe('schemas', () => {
  const ajv = new Ajv2020({ strict: true });
  test.each([
    ['http', 'curl'],
    ['http', 'cache'],
    ['http', 'websocket'],
    ['http', 'dns'],
    ['websocket', 'websocket'],
    ['dns', 'dns'],
  ])('%s %s', async (command, name) => {
    const text = await ok(`synoptic ${command} ${fixture(name)} --json`);
    const validate = ajv.compile(schemaOf(command)!);
    ajv.removeSchema();
    expect(validate(JSON.parse(text)) ? null : validate.errors).toBeNull();
    expect(text).not.toMatch(/[:[,]\s*(NaN|-?Infinity|undefined)\b/);
  });

  test.each(['http', 'websocket', 'dns'])('%s: NDJSON and CSV have as many rows', async (command) => {
    const name = command === 'http' ? 'curl' : command;
    const key = { http: 'transactions', websocket: 'messages', dns: 'queries' }[command]!;
    const rows = (await json(`synoptic ${command} ${fixture(name)}`))[key]!.length;
    expect(rows).toBeGreaterThan(5);
    const lines = (await ok(`synoptic ${command} ${fixture(name)} --ndjson`)).trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('{"type":"summary"'))).toHaveLength(rows);
    expect((await ok(`synoptic ${command} ${fixture(name)} --csv`)).trimEnd().split('\n')).toHaveLength(rows + 1);
  });
});

describe('http', () => {
  test('only what is wanted', async () => {
    expect(await paths('--status 4xx')).toEqual(['/numbers.txt', '/nothing']);
    expect(await paths('--status 302,206')).toEqual(['/numbers.txt', '/moved']);
    expect(await paths('--slow 250ms')).toEqual(['/slow', '/slow', '/slow', '/style.css', '/numbers.txt']);
    expect(await paths('--host "*.0.0.?" --status 404')).toEqual(['/nothing']);
    expect(await paths('--host "*.example" --status 404')).toEqual([]);
    expect(await paths('--status none')).toEqual([]);
  });

  test.each([
    ['--status 5x', '--status 5x: expected codes or classes, as in 5xx or 404,503, or none'],
    ['--slow soon', '--slow soon: expected a time, as in 500ms or 1.5s'],
  ])('%s is refused', async (options, message) => {
    const ran = await run(`synoptic http ${fixture('curl')} ${options}`);
    expect(ran).toMatchObject({ exit: 2, err: `synoptic: ${message}\n` });
  });

  test('secrets are redacted unless asked for', async () => {
    for (const format of ['--json', '--ndjson', '--explain', '', '--csv', '--har x.har']) {
      const cwd = folder();
      const text = await ok(`synoptic http ${fixture('curl')} ${format}`, cwd);
      const har = existsSync(join(cwd, 'x.har')) ? readFileSync(join(cwd, 'x.har'), 'utf8') : '';
      expect(text + har).not.toMatch(/dXNlcjpzZWNyZXQ|abcdef|ghijkl/);
      if (har !== '') expect(har).toContain('session=<redacted 6 characters>');
    }
    expect(await ok(`synoptic http ${fixture('curl')} --json --show-secrets`)).toMatch(/Basic dXNlcjpzZWNyZXQ=/);
  });

  test('--explain says what rows and hosts mean', async () => {
    const text = await ok(`synoptic http ${fixture('curl')} --explain`);
    for (const line of [
      '    206: a part: Content-Range bytes 10-19/1492, asked for with Range bytes=10-19',
      '    416: the range lies outside the content: bytes */1492',
      '    302: found elsewhere for now; many clients turn POST into GET; Location: http://127.0.0.1/index.html',
      '    HEAD: what GET would answer, without the body',
    ]) {
      expect(text).toContain(line);
    }
    const cache = await ok(`synoptic http ${fixture('cache')} --explain`);
    expect(cache).toContain('    503: the server cannot answer for now; come again in 30 s\n');
    expect(cache).toContain('    304: not changed since If-None-Match: no body was sent again\n');
    expect(cache).toContain('    Cache: fresh for 3600 s (max-age)\n');
    expect(cache).toContain('19 of 19 transactions on 1 connection   ');
    expect(text).toMatch(/POST 127\.0\.0\.1\/upload {2}200\n.*\n {4}100: came first, in frame 112\n/);
    expect(text).toContain('    cookie session: 1 value in 1 request\n');
  });

  test('targets that are no path, and requests without a response, are told as they are', async () => {
    const bytes = conversation(
      ['>', 'OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n', 0],
      ['<', answer('200 OK'), 0.1],
      ['>', get('/r', 'Range: bytes=9-\r\n'), 0],
      ['<', answer('416 Range Not Satisfiable', '', 'Content-Range: bytes */5\r\n'), 0.1],
      ['>', 'CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\n\r\n', 0],
    );
    const text = await ok('synoptic http a.pcap --explain', folder({ 'a.pcap': bytes }));
    expect(text).toContain('  OPTIONS a.test *  200\n');
    expect(text).toContain('  CONNECT b.test:443  none\n');
    expect(text).not.toContain('Content-Range: these bytes');
    expect(text).toContain('3 of 3 transactions on 1 connection   200 (1x)  416 (1x)  none (1x)\n');
  });

  test('that a response to HTTP/0.9 is not read is no missing response', async () => {
    const old = conversation(['>', 'GET /a\r\n', 0], ['<', '<html>', 0.1], ['fin<', '', 0]);
    const cwd = folder({ 'old.pcap': old, 'a.pcap': conversation(['>', get('/a'), 0]) });
    expect(await ok('synoptic http old.pcap --explain', cwd)).toContain(
      '    none: a response to HTTP/0.9 has no status,',
    );
    expect(await ok('synoptic http a.pcap --explain', cwd)).toContain('    none: no response was seen\n');
  });

  test('fields that protect a page are told once a host, seen and missing', async () => {
    const page = answer('200 OK', 'x', 'Content-Type: text/html\r\nX-XSS-Protection: 0\r\n');
    const clear = folder({ 'a.pcap': conversation(['>', get('/'), 0], ['<', page, 0.1]) });
    const text = await ok('synoptic http a.pcap --explain', clear);
    expect(text).toContain('    pages with x-xss-protection (1 of 1)\n');
    expect(text).toContain('    pages without content-security-policy, x-frame-options, x-content-type-options\n');
    const { hosts } = await json(`synoptic http ${fixture('https')} --keylog ${ROOT}/fixtures/http/https.keys`);
    expect(hosts![0]!['security']).toMatchObject({ missing: expect.arrayContaining(['strict-transport-security']) });
  });

  test('HAR: one entry a request, times that add up', async () => {
    const cwd = folder();
    await ok(`synoptic http ${fixture('curl')} --har a.har`, cwd);
    const { log } = JSON.parse(readFileSync(join(cwd, 'a.har'), 'utf8')) as {
      log: { version: string; entries: { time: number; request: Row; timings: Record<string, number> }[] };
    };
    expect(log.version).toBe('1.2');
    expect(log.entries).toHaveLength(22);
    for (const { time, timings } of log.entries) {
      const sum = Object.values(timings).reduce((all, each) => all + Math.max(0, each), 0);
      expect(time).toBeCloseTo(sum, 2);
    }
    expect(log.entries[0]!.request).toMatchObject({ method: 'GET', url: 'http://127.0.0.1/index.html' });
  });

  test('bodies as files: decompressed, named safely, nothing overwritten', async () => {
    const path = '/../../etc/pass%2fwd;x?q=/../y';
    const bytes = conversation(
      ['>', get(path), 0],
      ['<', answer('200 OK', 'first'), 0.1],
      ['>', get('/'), 0],
      ['<', answer('200 OK', 'root'), 0],
    );
    const cwd = folder({ 'a.pcap': bytes });
    for (let i = 0; i < 2; i++) {
      const { exit, err } = await run('synoptic http a.pcap --extract out', { cwd });
      expect({ exit, err }).toEqual({ exit: 0, err: 'synoptic: 2 bodies written\n' });
    }
    const name = 'tcp-0-0-pass_2fwd_x';
    expect(readdirSync(join(cwd, 'out')).toSorted()).toEqual([name, `${name}.1`, 'tcp-0-1-index', 'tcp-0-1-index.1']);
    expect(readFileSync(join(cwd, 'out', name), 'utf8')).toBe('first');
    const other = folder();
    await run(`synoptic http ${fixture('curl')} --extract out`, { cwd: other });
    const numbers = Array.from({ length: 400 }, (_, i) => `${i + 1}\n`).join('');
    expect(readFileSync(join(other, 'out/tcp-4-0-numbers.txt'), 'utf8')).toBe(numbers);
  });

  test('one body is no bodies', async () => {
    const { err } = await run(`synoptic http ${fixture('faults')} --slow 1s --extract out`, { cwd: folder() });
    expect(err).toBe('synoptic: 1 body written\n');
  });

  test('more hosts than are told is said', async () => {
    const cwd = folder({ 'full.pcap': asking(1000), 'more.pcap': asking(1001) });
    const full = await json('synoptic http full.pcap', cwd);
    expect([full['hosts']!.length, full['limitsReached']]).toEqual([1000, []]);
    const { exit, out, err } = await run('synoptic http more.pcap --json', { cwd });
    expect(err).toBe('synoptic: a limit was reached: hosts; the result is not complete\n');
    const more = JSON.parse(out) as typeof full;
    expect([exit, more['hosts']!.length, more['limitsReached']]).toEqual([4, 1000, ['hosts']]);
  });

  test('text and CSV, too, say why the result is partial', async () => {
    const steps: Step[] = Array.from({ length: 1200 }, (_, i) => ['>', get(`/${i}`), 0.001]);
    const cwd = folder({ 'a.pcap': conversation(...steps) });
    for (const form of ['', '--csv']) {
      const { exit, err } = await run(`synoptic http a.pcap ${form}`, { cwd });
      expect({ exit, err }).toEqual({
        exit: 4,
        err: 'synoptic: a limit was reached: outstanding-requests; the result is not complete\n',
      });
    }
  });

  test.runIf(existsSync('/proc/self'))('a folder that cannot be made ends the run', async () => {
    const { exit, err } = await run(`synoptic http ${fixture('curl')} --extract /proc/synoptic`, { cwd: folder() });
    expect({ exit, err }).toEqual({
      exit: 5,
      err: 'synoptic: /proc/synoptic: cannot write the result: no such folder\n',
    });
  });

  test('HAR and rows cannot go to one place', async () => {
    for (const places of ['--har -', '--har a.har -o ./a.har']) {
      const cwd = folder();
      const { exit, out, err } = await run(`synoptic http ${fixture('curl')} ${places}`, { cwd });
      expect({ exit, out }).toEqual({ exit: 2, out: '' });
      expect(err).toContain('the rows go there too');
      expect(readdirSync(cwd)).toEqual([]);
    }
    const { log } = JSON.parse(await ok(`synoptic http ${fixture('curl')} --har - -o rows.csv --csv`)) as {
      log: { entries: unknown[] };
    };
    expect(log.entries).toHaveLength(22);
  });

  test('no byte of a packet steers a terminal', async () => {
    const bytes = conversation(
      ['>', get('/\u001b[31m', 'Cookie: \u001b]0;x\u0007=1\r\n'), 0],
      ['<', answer('200 \u001b[2J', 'x', 'Content-Type: \u009b31m\r\nVary: \u001b\r\n'), 0.1],
    );
    for (const format of ['', '--explain', '--csv', '--json']) {
      expect(await ok(`synoptic http a.pcap ${format}`, folder({ 'a.pcap': bytes }))).not.toMatch(unsafe);
    }
  });
});

describe('findings: where they speak and where not', () => {
  const keepAlive = [
    ['>', get('/a'), 0],
    ['<', answer('200 OK', 'x'), 0.1],
  ] as const;

  test('http-slow', async () => {
    expect(await findings(['>', get('/a'), 0], ['<', answer('200 OK'), 1.5])).toEqual(['http-slow']);
    expect(await findings(['>', get('/a'), 0], ['<', answer('200 OK'), 0.5])).toEqual([]);
    // A large body on a slow line.
    expect(
      await findings(['>', get('/a'), 0], ['<', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx', 0.1], ['<', 'y', 5]),
    ).toEqual([]);
  });

  test('http-slow says what TCP explains', async () => {
    const body = 'x'.repeat(100);
    const response = answer('200 OK', body);
    // The same again, after two seconds of silence.
    const frames = [
      tcp({ ...ends, seq: 0, flags: SYN }),
      tcp({ ...back, seq: 0, ack: 1, flags: SYN | ACK }),
      tcp({ ...ends, seq: 1, ack: 1, payload: get('/a') }),
      tcp({ ...back, seq: 1, ack: 1 + get('/a').length, payload: response.slice(0, 60) }),
      tcp({ ...back, seq: 1, ack: 1 + get('/a').length, payload: response.slice(0, 60) }),
      tcp({ ...back, seq: 61, ack: 1 + get('/a').length, payload: response.slice(60) }),
    ];
    const times = [0, 0, 0, 0.1, 2.1, 2.2];
    const bytes = pcap(
      frames.map((data, i) => ({
        seconds: 1_700_000_000 + Math.floor(times[i]!),
        nanoseconds: Math.round((times[i]! % 1) * 1e9),
        data,
      })),
    );
    const [finding] = (await json('synoptic http a.pcap', folder({ 'a.pcap': bytes })))['findings']!;
    expect(finding).toMatchObject({ id: 'http-slow', measured: { tcpRecoverySeconds: 2 } });
    expect((finding!['measured'] as Row)['tcpShare']).toBeCloseTo(2 / 2.2);
  });

  test('http-error-burst', async () => {
    expect(await findings(...burst(5, 1))).toEqual(['http-error-burst']);
    expect(await findings(...burst(4, 1))).toEqual([]);
    expect(await findings(...burst(6, 8))).toEqual([]);
  });

  test('http-keep-alive-race', async () => {
    expect(await findings(...keepAlive, ['fin<', '', 5], ['>', get('/b'), 0.01])).toEqual(['http-keep-alive-race']);
    expect(await findings(...keepAlive, ['>', get('/b'), 5], ['fin<', '', 0.01])).toEqual(['http-keep-alive-race']);
    // Closed at once, closed without a request, answered.
    expect(await findings(...keepAlive, ['fin<', '', 0.01], ['>', get('/b'), 0.01])).toEqual([]);
    expect(await findings(...keepAlive, ['fin<', '', 5])).toEqual([]);
    expect(
      await findings(...keepAlive, ['>', get('/b'), 5], ['<', answer('200 OK'), 0.01], ['fin<', '', 0.01]),
    ).toEqual([]);
  });

  test('http-redirect-loop', async () => {
    const circle = [...hop('/a', '/b'), ...hop('/b', '/a')];
    expect(await findings(...circle, ...circle, ...hop('/a', '/b'))).toEqual(['http-redirect-loop']);
    expect(await findings(...circle, ['>', get('/a'), 0.1], ['<', answer('200 OK'), 0])).toEqual([]);
  });

  test('http-redirect-chain', async () => {
    const page = [
      ['>', get('/d'), 0.1],
      ['<', answer('200 OK', 'x'), 0.05],
    ] as const;
    const three = [...hop('/a', '/b'), ...hop('/b', '/c', '301 There'), ...hop('/c', '/d', '307 There')];
    const chain = ['http-redirect-chain'];
    expect(await findings(...three)).toEqual(chain);
    expect(await findings(...three, ...page)).toEqual(chain);
    // One and two are ordinary; so is one after the other without leading there, and what the cache had.
    expect(await findings(...hop('/c', '/d'), ...page)).toEqual([]);
    expect(await findings(...hop('/b', '/c'), ...hop('/c', '/d'), ...page)).toEqual([]);
    expect(await findings(...hop('/a', '/d'), ...hop('/b', '/d'), ...hop('/c', '/d'), ...page)).toEqual([]);
    expect(await findings(...hop('/a', '/b'), ...hop('/b', '/c'), ...hop('/c', '/d', '304 Same'))).toEqual([]);
    const bytes = conversation(...three, ...page);
    const [finding] = (await json('synoptic http a.pcap', folder({ 'a.pcap': bytes })))['findings']!;
    expect(finding).toMatchObject({
      severity: 'info',
      connection: 'tcp:0',
      measured: { redirects: 3, times: 1, status: 200 },
    });
    expect((finding!['measured'] as Row)['seconds']).toBeCloseTo(0.35);
    expect(finding!['summary']).toMatch(
      /3 redirects in a row, in 350\.0 ms: \S+\/a > \S+\/b > \S+\/c > \S+\/d \(200\)$/,
    );
    expect(finding!['frames']).toHaveLength(8);
    const again = await json(
      'synoptic http a.pcap',
      folder({ 'a.pcap': conversation(...three, ...page, ...three, ...page) }),
    );
    expect(again['findings']).toMatchObject([{ measured: { redirects: 3, times: 2, status: 200 } }]);
  });

  test('http-redirect-chain: without an end', async () => {
    const hops = Array.from({ length: 250 }, (_, i) => hop(`/${i}${'x'.repeat(300)}`, `/${i + 1}${'x'.repeat(300)}`));
    const long = await json('synoptic http a.pcap', folder({ 'a.pcap': conversation(...hops.flat()) }));
    expect(long['findings']!.map(({ measured }) => (measured as Row)['redirects'])).toEqual([100, 100, 50]);
    expect(String(long['findings']![0]!['summary']).length).toBeLessThan(1500);
  });

  test('http-redirect-chain: a form that was sent leads to a page', async () => {
    const form = post('Content-Length: 1\r\n', 'x');
    const chain = ['http-redirect-chain'];
    expect(await findings(form, there('/b'), wants('/b'), there('/c'), wants('/c'), there('/d'))).toEqual(chain);
    expect(await findings(form, there('/b'), wants('/b'), there('/c'), wants('/x'), there('/d'))).toEqual([]);
  });

  test('http-redundant-request', async () => {
    expect(await twice('Cache-Control: max-age=60\r\n', '')).toEqual(['http-redundant-request']);
    expect(await twice('ETag: "1"\r\n', 'ETag: "1"\r\n')).toEqual(['http-redundant-request']);
    expect(await twice('Cache-Control: max-age=5\r\n', '')).toEqual([]);
    expect(await twice('Cache-Control: max-age=60, no-store\r\n', '')).toEqual([]);
    expect(await twice('Cache-Control: max-age=60\r\n', '', 'Cache-Control: no-cache\r\n')).toEqual([]);
    expect(await twice('Cache-Control: max-age=60\r\nVary: Accept\r\n', '', 'Accept: text/css\r\n')).toEqual([]);
    expect(await twice('ETag: "1"\r\n', 'ETag: "2"\r\n')).toEqual([]);
    expect(await twice('', '')).toEqual([]);
  });

  test('http-redundant-request: whose cache', async () => {
    const fresh = 'Cache-Control: max-age=60\r\n';
    const asked = (before: string, request: string, control = fresh) => twice(control, '', request, before);
    const redundant = ['http-redundant-request'];
    // Programs and users behind one address.
    expect(await asked('User-Agent: a\r\n', 'User-Agent: b\r\n')).toEqual([]);
    expect(await asked('User-Agent: a\r\n', 'User-Agent: a\r\n')).toEqual(redundant);
    expect(await asked('Authorization: Basic YTph\r\n', 'Authorization: Basic Yjpi\r\n')).toEqual([]);
    expect(await asked('Cookie: id=1; lang=en\r\n', 'Cookie: id=2\r\n')).toEqual([]);
    expect(await asked('Cookie: id=1; visits=1\r\n', 'Cookie: visits=2; id=1\r\n')).toEqual(redundant);
    expect(await asked('', 'Cookie: id=1\r\n')).toEqual(redundant);
    // Proxies, which say for whom they ask or do not.
    expect(await asked('X-Forwarded-For: 10.9.9.1\r\n', 'X-Forwarded-For: 10.9.9.2\r\n')).toEqual([]);
    expect(await asked('Forwarded: for=a\r\nVia: p\r\n', 'Forwarded: for=b\r\nVia: p\r\n')).toEqual([]);
    expect(await asked('Via: 1.1 p\r\n', 'Via: 1.1 p\r\n')).toEqual(redundant);
    const priv = 'Cache-Control: private, max-age=60\r\n';
    expect(await asked('', '', priv)).toEqual(redundant);
    expect(await asked('Via: 1.1 p\r\n', 'Via: 1.1 p\r\n', priv)).toEqual([]);
    expect(await asked('Via: 1.1 p\r\nX-Forwarded-For: a\r\n', 'Via: 1.1 p\r\nX-Forwarded-For: a\r\n', priv)).toEqual(
      redundant,
    );
    // s-maxage is for shared caches (RFC 9111 section 5.2.2.10).
    for (const control of ['s-maxage=60', 's-maxage=60, max-age=5', 's-maxage=60, max-age=0']) {
      expect(await asked('', '', `Cache-Control: ${control}\r\n`)).toEqual([]);
      expect(await asked('Via: 1.1 p\r\n', 'Via: 1.1 p\r\n', `Cache-Control: ${control}\r\n`)).toEqual(redundant);
    }
  });

  test('http-framing-ambiguity', async () => {
    expect(
      await findings(post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), [
        '<',
        answer('200 OK'),
        0,
      ]),
    ).toEqual(['http-framing-ambiguity']);
    expect(await findings(post('Content-Length: 5\r\n', 'hello'), ['<', answer('200 OK'), 0])).toEqual([]);
  });

  test('of WebSocket and DNS, in our recordings', async () => {
    expect(await ids(`websocket ${fixture('websocket')}`)).toEqual([
      ['websocket-unmasked-frame', 'tcp:1'],
      ['websocket-abnormal-close', 'tcp:1'],
      ['websocket-abnormal-close', 'tcp:2'],
    ]);
    expect(await ids(`dns ${fixture('dns')}`)).toEqual([
      ['dns-failure', null],
      ['dns-failure', null],
    ]);
    expect(await ids(`dns ${fixture('dns')} -f tcp`)).toEqual([]);
  });

  test('--fail-on takes them', async () => {
    expect((await run(`synoptic websocket ${fixture('websocket')} --fail-on warning`)).exit).toBe(1);
    expect((await run(`synoptic websocket ${fixture('websocket')} --fail-on alert`)).exit).toBe(0);
  });
});

test('websocket-accept-mismatch', async () => {
  const ask = get('/', 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n');
  const upgraded = async (accept: string, sent = '\u0081\u0002hi'): Promise<unknown[]> => {
    const yes = `HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
    const bytes = conversation(['>', ask, 0], ['<', `${yes}${sent}`, 0]);
    return (await json('synoptic websocket a.pcap', folder({ 'a.pcap': bytes })))['findings']!.map(({ id }) => id);
  };
  // The example of RFC 6455 section 1.3.
  expect(await upgraded('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')).toEqual([]);
  expect(await upgraded('x3pPLMBiTxaQ9kYGzzhZRbK+xOo=')).toEqual(['websocket-accept-mismatch']);
  // A client that gives the connection up says nothing more.
  expect(await upgraded('x3pPLMBiTxaQ9kYGzzhZRbK+xOo=', '')).toEqual(['websocket-accept-mismatch']);
  expect(await upgraded('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', '')).toEqual([]);
});

describe('inside TLS', () => {
  const keys = `--keylog ${ROOT}/fixtures/http/https.keys --rsa-key ${ROOT}/fixtures/tls/rsa-key.pem`;

  test('needs keys', async () => {
    const { transactions } = await json(`synoptic http ${fixture('https')}`);
    expect(transactions!.map(({ method }) => method)).toEqual(['CONNECT']);
    expect((await run(`synoptic http ${fixture('https')} --keylog missing`)).exit).toBe(2);
  });

  test('rows say what was asked, by which version, and that it was secured', async () => {
    const { transactions } = await json(`synoptic http ${fixture('https')} ${keys}`);
    const count = (protocol: string, secure: boolean): number =>
      transactions!.filter((row) => row['protocol'] === protocol && row['secure'] === secure).length;
    expect([count('http/1', true), count('http/2', true), count('http/1', false)]).toEqual([11, 8, 1]);
    const waited = transactions!.find(({ stream, path }) => stream === 1 && path === '/big.txt')!;
    // The client reads on after 150 ms.
    expect((waited['timing'] as { stalledSeconds: number }).stalledSeconds).toBeGreaterThan(0.14);
  });

  test('secrets stay covered', async () => {
    const covered = await ok(`synoptic http ${fixture('https')} ${keys} --json`);
    expect(covered).not.toContain('c2VjcmV0');
    expect(covered).not.toContain('abcdef');
    const shown = await ok(`synoptic http ${fixture('https')} ${keys} --json --show-secrets`);
    expect(shown).toContain(Buffer.from('user:secret').toString('base64'));
    expect(shown).toContain('session=abcdef');
  });

  test('HAR has https', async () => {
    const cwd = folder();
    await ok(`synoptic http ${fixture('https')} ${keys} --har a.har`, cwd);
    const har = JSON.parse(readFileSync(join(cwd, 'a.har'), 'utf8')) as { log: { entries: { request: Row }[] } };
    const urls = har.log.entries.map(({ request }) => request['url']);
    expect(urls).toContain('https://shop.test/index.html');
    expect(urls.filter((url) => String(url).startsWith('http:'))).toEqual([]);
  });

  test('a WebSocket', async () => {
    const text = await ok(`synoptic websocket ${fixture('https')} ${keys}`);
    expect(text).toContain('wss://shop.test/chat   accept verified   4 messages   closed by originator: 1000');
    expect(text).toContain('a question');
  });
});

test('conns --names labels addresses with what DNS said', async () => {
  const site = `${ROOT}/fixtures/first-look/site.pcap`;
  expect(await ok(`synoptic conns ${site}`)).toContain(' 10.0.1.9:80 ');
  const text = await ok(`synoptic conns ${site} --names`);
  expect(text).toContain(' shop.example:80 ');
  expect(text).not.toContain('10.0.1.9');
});

/** Findings of a command on the recording of faults, each with its connection. */
async function told(command: string): Promise<string[]> {
  const document = await json(`synoptic ${command} ${fixture('faults')} --json`);
  return document['findings']!.map(({ id, connection }) => `${id as string} ${connection as string | null}`);
}

test('each fault of a recording is told once, and nothing else', async () => {
  expect(await told('http')).toEqual([
    'http-error-burst null',
    'http-slow tcp:8',
    'http-keep-alive-race tcp:10',
    'http-framing-ambiguity tcp:9',
  ]);
  // The client gave up without a byte, as it should: the answer is still told, and that it said no goodbye is not.
  expect(await told('websocket')).toEqual(['websocket-accept-mismatch tcp:11']);
});

test('analyze, tls and http take --names, in text only', async () => {
  const site = `${ROOT}/fixtures/first-look/site.pcap`;
  const text = await ok(`synoptic ${site} --names`);
  expect(text).toContain(' > shop.example:8080  the originator shut its window');
  expect(text).toContain('10.0.0.5 > shop.example:80 ');
  expect(text).not.toContain('10.0.1.9');
  expect(await ok(`synoptic ${site} --names --json`)).toBe(await ok(`synoptic ${site} --json`));
  expect((await run(`synoptic ${site} --names --no-decode`)).exit).toBe(2);
  const tls = await ok(`synoptic tls ${site} --names`);
  expect(tls).toContain('shop.example:443');
  expect(tls).not.toContain('10.0.1.9');
  expect(await ok(`synoptic tls ${site} --names --json`)).toBe(await ok(`synoptic tls ${site} --json`));
  const http = await ok(`synoptic http ${site} --names --explain`);
  expect(http).toContain('shop.example');
  expect(http).not.toContain('10.0.1.9');
});
