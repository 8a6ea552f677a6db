/** Our recordings of OpenSSL (fixtures/tls): what `s_client -msg` said while they were made, message by message. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { privateKeyOf } from '../../../src/app/crypto.ts';
import { Decryptor } from '../../../src/app/tls/decryptor.ts';
import { alertName } from '../../../src/app/tls/alerts.ts';
import type { Handshake } from '../../../src/app/tls/handshake.ts';
import { KeyLog } from '../../../src/app/tls/key-log.ts';
import { versionName } from '../../../src/app/tls/names.ts';
import { tlsOutcome, turnOf } from '../../../src/app/tls/outcome.ts';
import { TlsConnections } from '../../../src/app/tls/run.ts';
import { suiteName } from '../../../src/app/tls/suites.ts';
import { TrustStore, certificatesOfPem } from '../../../src/app/tls/trust.ts';
import { detectAll } from '../../../src/detect/index.ts';
import { tlsDetectors } from '../../../src/detect/tls-and-ssh.ts';
import { TlsRun } from '../../../src/cli/tls-run.ts';

const folder = join(import.meta.dirname, '../../../fixtures/tls');

/** One connection as s_client told it. */
interface Told {
  readonly messages: { readonly client: readonly string[]; readonly server: readonly string[] };
  readonly version?: string;
  readonly cipher?: string;
  readonly reused?: boolean;
}

const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Readonly<Record<string, readonly Told[]>>;
/** DTLS has a test of its own. */
const names = Object.keys(truth).filter((name) => !name.startsWith('dtls'));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

interface Run {
  readonly handshakes: Handshake[];
  readonly texts: string[];
  readonly findings: string[];
}

type With = 'keys' | 'rsa' | 'nothing';

async function run(name: string, secrets: With): Promise<Run> {
  const log = new KeyLog();
  if (secrets === 'keys' && existsSync(join(folder, `${name}.keys`))) log.add(read(`${name}.keys`));
  const rsa = secrets === 'rsa' ? [privateKeyOf(readFileSync(join(folder, 'rsa-key.pem')))!] : [];
  const texts: string[] = [];
  const tls = new TlsConnections((_, handshake) => {
    if (secrets === 'nothing') return null;
    const at = texts.push('') - 1;
    return new Decryptor(
      handshake,
      { log, rsa },
      {
        data: (side, bytes) => void (texts[at] += `${side}${Buffer.from(bytes).toString('latin1')}`),
        gap: () => undefined,
        end: () => undefined,
      },
    );
  });
  const taken = new TlsRun(tls);
  const { facts } = await analyze([join(folder, `${name}.pcap`)], { observer: taken.observer });
  taken.finish();
  const trust = new TrustStore(certificatesOfPem(read('ca.pem') + read('ca-later.pem')));
  const findings = detectAll({ ...facts, tls: { connections: tls.found, trust } }, tlsDetectors).map(({ id }) => id);
  return {
    handshakes: tls.found.map(({ handshake }) => handshake),
    texts,
    findings: findings.filter((id) => id.startsWith('tls-')),
  };
}

/** Our steps in s_client's words. */
function said(h: Handshake, side: 0 | 1): string[] {
  const alerts = h.alerts.filter((alert) => alert.side === side);
  return h.steps
    .filter((step) => step.side === side && step.message !== 'early data')
    .map(({ message }) => {
      if (message === 'HelloRetryRequest') return 'ServerHello';
      if (message !== 'alert') return message.replace(' (after)', '');
      const { description } = alerts.shift()!;
      // With a NULL cipher nothing is encrypted, and records are not read all the same.
      return `alert ${description === null ? 'close_notify' : alertName(description)}`;
    });
}

const openssl = (version: string): string => version.replace('TLS 1.0', 'TLSv1').replace('TLS ', 'TLSv');
/** OpenSSL's word for what RFC 8446 section 6.2 calls otherwise. */
const words = (message: string): string => message.replace('certificate_verify', 'CertificateVerify');

describe.each(names)('%s', (name) => {
  test('every message in its turn, with keys', async () => {
    const { handshakes } = await run(name, 'keys');
    if (truth[name]!.length > 0) expect(handshakes.length).toBe(truth[name]!.length);
    for (const [i, told] of truth[name]!.entries()) {
      const h = handshakes[i]!;
      expect(h.client).toBe(0);
      expect(said(h, 0), 'client').toEqual(told.messages.client.map(words));
      // s_client does not tell a ChangeCipherSpec that it gets, and may leave before it has read all of the server's messages.
      const server = said(h, 1).filter((message) => message !== 'ChangeCipherSpec');
      expect(server.slice(0, told.messages.server.length), 'server').toEqual(told.messages.server.map(words));
      const unread = server.slice(told.messages.server.length);
      if (tlsOutcome(h) === 'complete') for (const rest of unread) expect(rest).toMatch(/^alert |NewSessionTicket/);
      if (told.version === undefined) continue;
      expect(openssl(versionName(h.version!))).toBe(told.version);
      expect(h.resumption !== null).toBe(told.reused);
      expect(h.anomalies).toEqual([]);
      expect(h.decryption?.failed ?? 0).toBe(0);
      if (h.decryption !== null && h.isComplete && name !== 'null-cipher')
        expect(h.decryption.finished).toEqual([true, true]);
    }
  });

  test('the same without keys, as far as it goes', async () => {
    const [withKeys, without] = [await run(name, 'keys'), await run(name, 'nothing')];
    for (const [i, h] of without.handshakes.entries()) {
      const full = withKeys.handshakes[i]!;
      expect([h.version, h.suite, h.ja3, h.ja4, h.resumption]).toEqual([
        full.version,
        full.suite,
        full.ja3,
        full.ja4,
        full.resumption,
      ]);
      // What a refusal says is encrypted in TLS 1.3.
      if (tlsOutcome(full) === 'complete') expect(tlsOutcome(h)).toBe('complete');
    }
  });
});

test('the recordings are all there', () => {
  expect(readdirSync(folder).filter((file) => file.endsWith('.pcap')).length).toBe(Object.keys(truth).length);
  expect(names.length).toBeGreaterThan(45);
});

test.each(names.filter((name) => name.startsWith('rsa-')))(
  '%s: the RSA key alone is enough, and proves it',
  async (name) => {
    const { handshakes, texts } = await run(name, 'rsa');
    expect(handshakes[0]!.decryption).toMatchObject({ source: 'rsa-key', finished: [true, true], failed: 0 });
    expect(texts[0]).toContain('0GET /hello.txt HTTP/1.0\r\n');
    expect(texts[0]).toContain('hello from the other side');
  },
);

test.each(names.filter((name) => /^tls1|^retry|^resumed/.test(name)))('%s: what both sides said', async (name) => {
  for (const text of (await run(name, 'keys')).texts) {
    expect(text).toContain('0GET /hello.txt HTTP/1.0\r\n');
    expect(text).toContain('hello from the other side');
  }
});

test('a renegotiation within the connection: its own keys, its own Finished', async () => {
  const { handshakes, texts } = await run('renegotiation', 'keys');
  expect(handshakes.length).toBe(1);
  expect(handshakes[0]).toMatchObject({ roundTrips: 2, decryption: { finished: [true, true], failed: 0 } });
  expect(handshakes[0]!.steps.filter(({ message }) => message === 'Finished').length).toBe(4);
  expect(texts[0]!.replaceAll(/\d/g, '')).toBe('one\ntwo\n');
});

test('early data, and keys that change', async () => {
  const early = await run('early-data', 'keys');
  expect(early.texts[1]).toContain('0POST /early HTTP/1.0\r\n');
  expect(early.handshakes[1]).toMatchObject({ earlyData: true, resumption: 'psk' });
  const update = await run('key-update', 'keys');
  expect(update.texts[0]!.replaceAll(/\d/g, '')).toBe('one\ntwo\nthree\n');
  expect(update.handshakes[0]!.keyUpdates).toBeGreaterThanOrEqual(2);
});

const expected: readonly (readonly [name: string, findings: readonly string[]])[] = [
  ['tls13', []],
  ['tls12', []],
  ['tls13-p384', []],
  ['tls13-ed25519', []],
  ['retry', []],
  ['resumed-psk', []],
  ['early-data', []],
  ['key-update', []],
  ['client-certificate', []],
  ['alpn', []],
  // The server has TLS 1.3, and its random says so; the client offered no more than 1.2.
  ['tls12-client', []],
  ['downgrade', ['tls-downgrade', 'tls-handshake-failed']],
  ['chain-complete', []],
  ['chain-incomplete', ['tls-chain-incomplete']],
  ['renegotiation', []],
  ['compression', ['tls-compression', 'tls-handshake-failed']],
  ['insecure-renegotiation', ['tls-handshake-failed', 'tls-insecure-renegotiation']],
  ['tls12-cbc', []],
  ['tls10', ['tls-old-version']],
  ['tls11', ['tls-old-version']],
  ['tls12-cbc-no-etm', ['tls-weak-cipher']],
  ['rsa-gcm', ['tls-no-forward-secrecy']],
  ['expired', ['tls-handshake-failed', 'tls-certificate-expired']],
  ['expired-tls13', ['tls-handshake-failed', 'tls-certificate-expired']],
  ['not-yet-valid', ['tls-handshake-failed', 'tls-certificate-not-yet-valid']],
  ['sha1', ['tls-weak-signature']],
  ['short-key', ['tls-weak-key']],
  ['wrong-host', ['tls-handshake-failed', 'tls-name-mismatch']],
  ['no-common-suite', ['tls-handshake-failed']],
  ['version-mismatch', ['tls-handshake-failed']],
  ['wrong-sni', ['tls-handshake-failed']],
  ['client-certificate-missing', ['tls-handshake-failed']],
  ['client-certificate-missing-tls12', ['tls-handshake-failed']],
  ['plain-answer', ['tls-handshake-failed']],
  ['null-cipher', ['tls-weak-cipher', 'tls-no-forward-secrecy']],
  ['anonymous', ['tls-weak-cipher', 'tls-weak-key']],
  // Its issuer has the name of the one that is trusted, and another key.
  ['closed-midway', ['tls-handshake-stalled', 'tls-no-forward-secrecy', 'tls-untrusted']],
];

test.each(expected)('%s: findings %s', async (name, findings) => {
  expect((await run(name, 'keys')).findings.toSorted()).toEqual(findings.toSorted());
});

const sides = (h: Handshake): string[][] =>
  ([0, 1] as const).map((side) => h.steps.filter((step) => step.side === side).map(({ message }) => message));

describe('DTLS', () => {
  test('1.0, as s_client told it, but for its alert, which is encrypted', async () => {
    const { handshakes, findings } = await run('dtls10', 'nothing');
    const [told] = truth['dtls10']!;
    const client = told!.messages.client.filter((message) => !message.startsWith('alert'));
    expect(sides(handshakes[0]!)).toEqual([client, told!.messages.server]);
    expect(handshakes[0]!.clientHello!.serverName).toBe('www.example.test');
    expect([versionName(handshakes[0]!.version!), tlsOutcome(handshakes[0]!)]).toEqual(['DTLS 1.0', 'complete']);
    expect(findings).toContain('tls-old-version');
  });

  test('1.2, as tshark lists it', async () => {
    const { handshakes } = await run('dtls12', 'nothing');
    const [h] = handshakes;
    expect(sides(h!)).toEqual([
      ['ClientHello', 'ClientHello', 'ClientKeyExchange', 'ChangeCipherSpec', 'Finished'],
      [
        'HelloVerifyRequest',
        'ServerHello',
        'Certificate',
        'ServerKeyExchange',
        'ServerHelloDone',
        'NewSessionTicket',
        'ChangeCipherSpec',
        'Finished',
      ],
    ]);
    expect([h!.ja3, h!.ja3s]).toEqual(['248a2544f4221c0f02f877e42fe67853', 'bc10d7f027e925d0b3a6309e29d8620b']);
    expect(h!.ja4).toMatch(/^dd2d2807/);
    expect(h!.clientHello!.serverName).toBe('www.example.test');
    expect(h!.certificates[1].length).toBe(1);
    expect(h!.anomalies).toEqual([]);
  });

  test('datagrams that lie', () => {
    const random = Uint8Array.from({ length: 400 }, (_, i) => (i * 73) & 255);
    const head = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0];
    for (const lie of [
      Uint8Array.from([...head, 0xff, 0xff, 1, 0, 0, 9]),
      // A fragment beyond its message; a message without a hello in it.
      Uint8Array.from([...head, 0, 14, 1, 0, 0, 2, 0, 0, 0, 0, 9, 0, 0, 2, 3, 3]),
      Uint8Array.from([...head, 0, 13, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 3]),
      random,
    ]) {
      const tls = new TlsConnections();
      const conversation = tls.datagrams(0);
      const now = { frame: 1, seconds: 0, nanoseconds: 0 };
      for (const side of [0, 1] as const) conversation.datagram(side, lie, now);
      for (const { handshake } of tls.found) expect(handshake.isComplete).toBe(false);
    }
  });
});

test('closed midway: whose turn it was', async () => {
  const [h] = (await run('closed-midway', 'nothing')).handshakes;
  expect([tlsOutcome(h!), turnOf(h!)]).toEqual(['stopped', 0]);
  expect(suiteName(h!.suite!)).toBe('TLS_RSA_WITH_AES_128_GCM_SHA256');
});

test('an authority that is not trusted', async () => {
  const trust = new TrustStore([]);
  const [h] = (await run('tls12', 'nothing')).handshakes;
  expect(trust.judge(h!.certificates[1]).verdict).toBe('incomplete');
  const known = new TrustStore(certificatesOfPem(read('ca.pem')));
  expect(known.judge(h!.certificates[1])).toMatchObject({ verdict: 'trusted', inOrder: true });
});
