/** `synoptic tls` and `synoptic ssh` as a user types them, and their documents against the schema. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../src/report/schema/registry.ts';
import { ROOT, folder, run } from '../support/command.ts';

const tls = join(ROOT, 'fixtures/tls');
const ssh = join(ROOT, 'fixtures/ssh');

async function ok(line: string): Promise<string> {
  const ran = await run(line);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out;
}

const all = (path: string): string => join(path, '*.pcap');

describe.each([
  ['tls', tls, 'handshakes'],
  ['ssh', ssh, 'sessions'],
] as const)('%s', (command, path, rows) => {
  const validate = new Ajv2020({ strict: true }).compile(schemaOf(command)!);

  test('the document of all recordings at once keeps its schema', async () => {
    const document = JSON.parse(await ok(`synoptic ${command} --json ${all(path)}`)) as Record<string, unknown[]>;
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const recordings = readdirSync(path).filter((name) => name.endsWith('.pcap'));
    expect(document[rows]!.length).toBeGreaterThanOrEqual(recordings.length);
    expect(document['findings']!.length).toBeGreaterThan(5);
  });

  test('nothing of it in a capture without', async () => {
    const site = join(ROOT, 'fixtures/flow/close-four-way.pcap');
    const names = readdirSync(join(ROOT, 'fixtures/flow')).filter((name) => name.endsWith('.pcap'));
    const capture = names.includes('close-four-way.pcap') ? site : join(ROOT, 'fixtures/flow', names[0]!);
    expect(await ok(`synoptic ${command} ${capture}`)).toBe(`no ${command.toUpperCase()} in this capture\n`);
  });

  test('NDJSON and CSV have a row for each', async () => {
    const name = command === 'tls' ? 'resumed-psk' : 'brute-force';
    const count = command === 'tls' ? 2 : 6;
    const lines = (await ok(`synoptic ${command} --ndjson ${join(path, name)}.pcap`)).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      ...Array.from({ length: count }, () => rows.slice(0, -1)),
      'summary',
    ]);
    const csv = (await ok(`synoptic ${command} --csv ${join(path, name)}.pcap`)).trimEnd().split('\n');
    expect(csv.length).toBe(count + 1);
  });
});

test('statistics: counts add up, the most frequent first', async () => {
  const document = JSON.parse(await ok(`synoptic tls --json ${all(tls)}`)) as {
    handshakes: { version: string | null; ja4: string | null; outcome: string }[];
    statistics: Record<string, { distinct: number; top: { value: string | null; count: number }[] }>;
  };
  const { handshakes, statistics } = document;
  expect(statistics['handshakes']).toBe(handshakes.length);
  for (const [kind, key] of [
    ['versions', 'version'],
    ['ja4', 'ja4'],
    ['outcomes', 'outcome'],
  ] as const) {
    const { distinct, top } = statistics[kind]!;
    expect(distinct).toBe(new Set(handshakes.map((each) => each[key])).size);
    for (const { value, count } of top) expect(count).toBe(handshakes.filter((each) => each[key] === value).length);
    expect(top.reduce((sum, { count }) => sum + count, 0)).toBe(handshakes.length);
    expect(top.map(({ count }) => count)).toEqual(top.map(({ count }) => count).toSorted((a, b) => b - a));
  }
  const text = await ok(`synoptic tls ${all(tls)}`);
  const complete = handshakes.filter(({ outcome }) => outcome === 'complete').length;
  expect(text).toContain(`\n${handshakes.length} handshakes: ${complete} complete, `);
  expect(text).toMatch(/^names +www\.example\.test 5\d, /m);
});

test('text: what failed and why', async () => {
  const text = await ok(`synoptic tls --ca ${tls}/ca.pem ${tls}/expired.pcap`);
  expect(text).toContain('certificate_expired');
  expect(text).toContain('expired on 2021-01-01');
});

test('text: steps, also those that keys make readable', async () => {
  const locked = await ok(`synoptic tls --full ${tls}/tls13.pcap`);
  expect(locked).toContain('[EncryptedExtensions ... Finished]');
  const open = await ok(`synoptic tls --full --keylog ${tls}/tls13.keys ${tls}/tls13.pcap`);
  expect(open).toMatch(/CertificateVerify[^\n]*\n[^\n]*Finished/);
  expect(open).toContain('both Finished verified');
});

test('no secret is printed', async () => {
  const [, , secret] = readFileSync(join(tls, 'tls13.keys'), 'utf8').split('\n')[0]!.split(' ');
  const out = await ok(`synoptic tls --json --keylog ${tls}/tls13.keys ${tls}/tls13.pcap`);
  expect(secret!.length).toBeGreaterThan(60);
  expect(out).not.toContain(secret);
});

test('--certs writes each certificate once and never over another file', async () => {
  const home = folder();
  await ok(`synoptic tls --certs ${home}/out ${all(tls)}`);
  const names = readdirSync(join(home, 'out'));
  expect(names.length).toBeGreaterThan(8);
  const [first] = names as [string];
  const before = readFileSync(join(home, 'out', first), 'utf8');
  expect(before).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  expect(
    await ok(
      `echo mine > ${home}/out/${first}; synoptic tls --certs ${home}/out ${all(tls)} > /dev/null; cat ${home}/out/${first}`,
    ),
  ).toBe('mine\n');
});

test('known_hosts: a changed key is an alert', async () => {
  const line = `synoptic ssh --known-hosts ${ssh}/known_hosts ${ssh}/host-again.pcap`;
  expect(await ok(line)).toMatch(/ALERT +ssh-host-key-changed .*possible man in the middle/);
  expect(await run(`${line} --fail-on alert`)).toMatchObject({ exit: 1 });
});

test('files that cannot be used', async () => {
  const capture = `${tls}/tls12.pcap`;
  for (const [words, problem] of [
    ['--keylog nothing.keys', '--keylog nothing.keys: cannot be read (ENOENT)'],
    ['--ca /dev/null', '--ca /dev/null: no certificate in PEM'],
    [`--rsa-key ${tls}/ca.pem`, 'no RSA private key'],
  ] as const) {
    const ran = await run(`synoptic tls ${words} ${capture}`);
    expect(ran.exit).toBe(2);
    expect(ran.err).toContain(problem);
  }
});

test('a folder that cannot be written', async () => {
  // Node's own way to make folders never returns there.
  expect((await run(`synoptic tls --certs /proc/none/out ${tls}/tls12.pcap`)).exit).toBe(5);
  const ran = await run(`synoptic tls --certs /dev/null/out ${tls}/tls12.pcap`);
  expect(ran).toMatchObject({ exit: 5, out: '' });
});
