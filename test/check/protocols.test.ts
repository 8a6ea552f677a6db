/** Rules about HTTP, TLS, SSH, DNS and WebSocket: each kind passing, failing and malformed; and the rows are those of the commands. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourcesOf } from '../../src/cli/check-sources.ts';
import { filesOf } from '../../src/cli/policy-file.ts';
import { analyze } from '../../src/analyze.ts';
import { Observers } from '../../src/flow/observers.ts';
import { ROOT, run } from '../support/command.ts';
import { place, rules, verdict } from './running.ts';

/** A recording of ours by folder and name, or one of ../shared/captures by name. */
const fixture = (name: string): string =>
  join(ROOT, name.includes('/') ? 'fixtures' : '../shared/captures', `${name}.pcap`);
const knownHosts = join(ROOT, 'fixtures/ssh/known_hosts');
const ca = join(ROOT, 'fixtures/tls/ca.pem');

/** A rule, a capture that passes it and one that does not, what is found in that, and a slip of the keys. */
const kinds: readonly [
  kind: string,
  rule: string,
  passes: string,
  fails: string,
  found: RegExp,
  slip: [from: string, to: string, problem: RegExp],
][] = [
  [
    'TLS at least 1.2',
    '{over: tls, every: {version: {atLeast: TLS 1.2}}}',
    'ci/good',
    'ci/tls-1.0',
    /^1 of 1 fail$/,
    ['TLS 1.2', 'TLS1.2', /version: 'TLS1.2'\n.*\n.*\n {2}expected: TLS 1\.2 or/],
  ],
  [
    'no TLS below 1.2',
    '{over: tls, none: {version: {below: TLS 1.2}}}',
    'ci/good',
    'ci/tls-1.0',
    /^1 of 1 fail$/,
    ['below', 'under', /version: unknown operator 'under'/],
  ],
  [
    'required ciphers',
    "{over: tls, every: {cipher: ['TLS_AES_*', TLS_CHACHA20_POLY1305_SHA256]}}",
    'ci/good',
    'ci/tls-1.0',
    /^1 of 1 fail$/,
    [
      'CHACHA20_POLY1305',
      'CHACHA2O_POLY1305',
      /cipher: 'TLS_CHACHA2O_POLY1305_SHA256'[^]*expected: TLS_CHACHA20_POLY1305_SHA256$/,
    ],
  ],
  [
    'forbidden ciphers',
    "{over: tls, none: {cipher: ['*_CBC_*', '*_NULL_*', '*_RC4_*']}}",
    'ci/good',
    'ci/tls-1.0',
    /^1 of 1 fail$/,
    ['*_CBC_*', '*_CCB_*', /cipher: '\*_CCB_\*'/],
  ],
  [
    'handshakes that end well',
    '{over: tls, every: {outcome: complete}}',
    'ci/good',
    'tls/expired',
    /^1 of 1 fail$/,
    ['complete', 'completed', /outcome: 'completed'[^]*expected: complete/],
  ],
  [
    'trusted certificates',
    '{over: tls, every: {chain.verdict: trusted}}',
    'tls/tls12-cbc',
    'ci/tls-1.0',
    /^1 of 1 fail$/,
    ['trusted', 'trsted', /chain.verdict: 'trsted'[^]*expected: trusted/],
  ],
  [
    'so many requests with status 200',
    '{over: http, where: {method: GET, path: /health}, count: {of: {status: 200}, exactly: 3}}',
    'ci/good',
    'http/curl',
    /^no HTTP requests that match$/,
    ['exactly: 3', 'exactly: three', /count: exactly: 'three'[^]*expected: a number/],
  ],
  [
    'no server errors',
    '{over: http, none: {status: {atLeast: 500}}}',
    'http/curl',
    'http/cache',
    /^\d+ of \d+ fail$/,
    ['status', 'code', /HTTP requests have no field 'code'/],
  ],
  [
    'no plain HTTP to these hosts',
    "{over: http, host: '127.0.0.*', count: {exactly: 0}}",
    'ssh/password',
    'ci/good',
    /^4$/,
    ['host', 'hosts', /unknown key 'hosts'[^]*expected: host;/],
  ],
  [
    'answers in time',
    '{over: http, p95: {field: timing.serverSeconds, below: 0.2}}',
    'ci/good',
    'http/curl',
    /^[\d.]+ \(\d+ values/,
    ['timing.serverSeconds', 'timing.seconds', /HTTP requests have no field 'timing.seconds'/],
  ],
  [
    'a header field, whatever its case',
    "{over: http, where: {status: 200}, every: {responseHeaders.content-TYPE: 'text/*'}}",
    'ci/good',
    'http/cache',
    /^\d+ of \d+ fail$/,
    ['responseHeaders', 'headers', /HTTP requests have no field 'headers'/],
  ],
  [
    'host keys of a known_hosts file',
    '{over: ssh, every: {hostKey.knownHosts: match}}',
    'ssh/password',
    'ssh/host-again',
    /^1 of 1 fail$/,
    ['match', 'matches', /hostKey.knownHosts: 'matches'[^]*expected: match;/],
  ],
  [
    'algorithms of SSH',
    "{over: ssh, none: {algorithms.kex: ['*-sha1', 'diffie-hellman-group1-*']}}",
    'ssh/password',
    'ssh/kex-diffie-hellman-group1-sha1',
    /^1 of 1 fail$/,
    ['algorithms.kex', 'algorithms.key', /SSH sessions have no field 'algorithms.key'/],
  ],
  [
    'names that are found',
    '{over: dns, every: {rcode: [NOERROR, NXDOMAIN]}}',
    'first-look/site',
    'http/dns',
    /^7 of 11 fail$/,
    ['rcode', 'rcodes', /DNS queries have no field 'rcodes'[^]*expected: rcode/],
  ],
  [
    'sound WebSocket messages',
    '{over: websocket, where: {type: [text, binary]}, none: {problems: text-not-utf8}}',
    'arkime__websocket',
    'http/websocket',
    /^1 of \d+ fail$/,
    ['text-not-utf8', 'not-utf8', /problems: 'not-utf8'/],
  ],
];

const files = { knownHosts, ca };

describe.each(kinds)('%s', (_, rule, passes, fails, found, [from, to, problem]) => {
  test.skipIf(!existsSync(fixture(passes)))('passes', async () => {
    const { exit, doc } = await verdict(rules(rule), [fixture(passes)], files);
    expect(doc.results).toEqual([expect.objectContaining({ passed: true })]);
    expect(exit).toBe(0);
  });

  test('fails', async () => {
    const { exit, doc } = await verdict(rules(rule), [fixture(fails)], files);
    const [result] = doc.results;
    expect(result).toMatchObject({ passed: false, found: expect.stringMatching(found) as string });
    for (const { connection, frame } of result!.evidence) {
      expect(connection).toMatch(/^(?:tcp|udp):\d+$/);
      expect(frame).toBeGreaterThan(0);
    }
    expect(exit).toBe(1);
  });

  test('malformed', async () => {
    const wrong = rule.replace(from, to);
    expect(wrong).not.toBe(rule);
    await expect(verdict(rules(wrong), [fixture(passes)], files)).rejects.toThrow(problem);
  });
});

describe('files that a policy names', () => {
  const rule = rules('{over: ssh, every: {hostKey.knownHosts: match}}');

  test('lie beside it, and the command line wins', async () => {
    writeFileSync(join(place, 'hosts'), readFileSync(knownHosts));
    const policy = `knownHosts: hosts\n${rule}`;
    expect((await verdict(policy, [fixture('ssh/password')])).exit).toBe(0);
    writeFileSync(join(place, 'hosts'), '# none\n');
    expect((await verdict(policy, [fixture('ssh/password')])).exit).toBe(1);
    expect((await verdict(policy, [fixture('ssh/password')], { knownHosts })).exit).toBe(0);
  });

  test('are missed where a rule needs them', async () => {
    await expect(verdict(rule, [fixture('ssh/password')])).rejects.toThrow(
      /:3:5: host keys without a known_hosts file[^]*expected: knownHosts: at the top/,
    );
    await expect(verdict(`knownHosts: nowhere\n${rule}`, [fixture('ssh/password')])).rejects.toThrow(/cannot be read/);
    await expect(
      verdict(`ca: ${knownHosts}\n${rules('{noFindings: {from: alert}}')}`, [fixture('ssh/password')]),
    ).rejects.toThrow(/no certificate in PEM/);
  });

  test('decide what is trusted', async () => {
    const trusted = rules('{over: tls, every: {chain.verdict: trusted}}');
    expect((await verdict(trusted, [fixture('tls/tls12-cbc')])).exit).toBe(1);
    expect((await verdict(`ca: ${ca}\n${trusted}`, [fixture('tls/tls12-cbc')])).exit).toBe(0);
  });
});

test('findings of protocols are looked at, and can be excepted', async () => {
  const all = rules('{noFindings: {from: warning}}');
  const { doc } = await verdict(all, [fixture('ci/tls-1.0')]);
  expect(doc.results[0]!.evidence.map(({ found }) => found.split(':')[0])).toEqual(['tls-old-version']);
  const except = rules('{noFindings: {from: warning, except: tls-old-version}}');
  expect((await verdict(except, [fixture('ci/tls-1.0')])).exit).toBe(0);
  for (const [name, id] of [
    ['http/dns', 'dns-failure'],
    ['http/websocket', 'websocket-unmasked-frame'],
    ['http/cache', 'http-redirect-loop'],
    ['ssh/brute-force', 'ssh-brute-force'],
  ] as const) {
    const one = rules(`{over: findings, where: {id: ${id}}, count: {atLeast: 1}}`);
    expect((await verdict(one, [fixture(name)])).doc.results[0], name).toMatchObject({ passed: true });
  }
});

/** As JSON has them, without the words that rules do not see. */
const plain = (rows: readonly object[]): unknown =>
  JSON.parse(JSON.stringify(rows.map((row) => ({ ...row, explanations: [] }))));

const withSecrets = join(ROOT, '../shared/captures/mercury__test_decrypt_dsb.pcapng');

test.runIf(existsSync(withSecrets))('secrets in the capture open what is inside TLS', async () => {
  const { exit, doc } = await verdict(rules('{over: http, none: {secure: true}}'), [withSecrets]);
  expect(exit).toBe(1);
  expect(doc.results[0]!.found).toMatch(/^19 /);
});

describe('rows are those of the command', () => {
  test.each([
    ['tls', 'handshakes', 'first-look/site'],
    ['tls', 'handshakes', 'ci/tls-1.0'],
    ['http', 'transactions', 'http/curl'],
    ['http', 'transactions', 'first-look/site'],
    ['http', 'transactions', 'http/websocket'],
    ['ssh', 'sessions', 'ssh/brute-force'],
    ['dns', 'queries', 'http/dns'],
    ['websocket', 'messages', 'http/websocket'],
  ])('%s %s of %s', async (command, key, name) => {
    const told = JSON.parse((await run(`synoptic ${command} --json ${fixture(name)}`)).out) as Record<
      string,
      unknown[]
    >;
    const none = { framings: new Map(), ...(await filesOf({})), findings: () => [] };
    const sources = await sourcesOf({ names: [command], headers: true, ...none });
    const observer = new Observers(...sources.flatMap((source) => source.observer ?? []));
    const analysis = await analyze([fixture(name)], { observer });
    for (const { finish } of sources) finish?.(analysis);
    const rows = [...sources.find((source) => command in source.rows)!.rows[command]!(analysis)];
    expect(rows.length).toBeGreaterThan(0);
    expect(plain(rows)).toEqual(plain(told[key] as object[]));
  });
});
