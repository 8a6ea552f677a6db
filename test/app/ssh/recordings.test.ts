/** Our recordings of OpenSSH (fixtures/ssh): what `ssh -vvv` and `ssh-keygen` said while they were made. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { readHostKey } from '../../../src/app/ssh/host-key.ts';
import { isStrict, kexKind } from '../../../src/app/ssh/kexinit.ts';
import { KnownHosts } from '../../../src/app/ssh/known-hosts.ts';
import { SshConnections } from '../../../src/app/ssh/run.ts';
import type { Session } from '../../../src/app/ssh/session.ts';
import type { Finding } from '../../../src/detect/finding.ts';
import { detectAll } from '../../../src/detect/index.ts';
import { sshDetectors } from '../../../src/detect/tls-and-ssh.ts';
import { StreamTap } from '../../../src/stream/tap.ts';

const folder = join(import.meta.dirname, '../../../fixtures/ssh');

interface Told {
  readonly kex: string | null;
  readonly hostKey: string | null;
  readonly toClient: string | null;
  readonly toServer: string | null;
  readonly macToClient: string | null;
  readonly compression: string | null;
  readonly fingerprint: string | null;
  readonly method: string | null;
  /** SSH_MSG_USERAUTH_FAILURE, with the one that answers the try of `none`. */
  readonly refused: number;
  readonly strict: boolean;
  readonly noCommon: boolean;
  readonly remote: string | null;
  /** Of the recordings `steps-*`: types of packets up to NEWKEYS, and what sshd logged of logins. */
  readonly packets?: { readonly send: readonly number[]; readonly receive: readonly number[] };
  readonly sshd?: { readonly failed: readonly string[]; readonly accepted: readonly string[] };
}

interface Truth {
  readonly sessions: Readonly<Record<string, readonly Told[]>>;
  readonly keys: Readonly<Record<string, { bits: number; sha256: string; md5: string; key: string }>>;
}

const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth;
const names = Object.keys(truth.sessions);

async function run(
  name: string,
  knownHosts: string | null = null,
): Promise<{ sessions: Session[]; findings: Finding[] }> {
  const ssh = new SshConnections();
  const tap = new StreamTap((_, id) => ssh.conversation(id), 'linux');
  const { facts } = await analyze([join(folder, `${name}.pcap`)], { observer: tap });
  tap.finish();
  const known = knownHosts === null ? null : new KnownHosts(readFileSync(join(folder, knownHosts), 'utf8'));
  const findings = detectAll({ ...facts, ssh: { connections: ssh.found, knownHosts: known } }, sshDetectors);
  return {
    sessions: ssh.found.map(({ session }) => session),
    findings: findings.filter(({ id }) => id.startsWith('ssh-')),
  };
}

const implicit = (mac: string | null): string | null => (mac === '<implicit>' ? 'implicit' : mac);

describe.each(names)('%s', (name) => {
  test('what ssh -vvv said', async () => {
    const { sessions } = await run(name);
    expect(sessions.length).toBe(truth.sessions[name]!.length);
    for (const [i, told] of truth.sessions[name]!.entries()) {
      const s = sessions[i]!;
      expect(s.banners[1]).toBe(`SSH-2.0-${told.remote}`);
      expect(isStrict(s.kexInits[0]!, s.kexInits[1]!)).toBe(s.strict);
      if (told.noCommon) {
        expect(s.outcome).toBe('no-common-algorithm');
        continue;
      }
      const a = s.algorithms!;
      expect([a.kex, a.hostKey, a.cipherToClient, a.cipherToServer]).toEqual([
        told.kex,
        told.hostKey,
        told.toClient,
        told.toServer,
      ]);
      expect([a.macToClient, a.compressionToClient]).toEqual([implicit(told.macToClient), told.compression]);
      expect([s.strict, s.hostKey!.sha256, s.outcome]).toEqual([told.strict, told.fingerprint, 'encrypted']);
      expect(s.auth!.outcome, 'login').toBe(told.method === null ? 'failure' : 'success');
      if (told.method !== null) expect(s.auth!.method).toBe(told.method);
      expect(s.auth!.failures.length).toBe(told.refused - 1);
      expect(s.anomalies).toEqual([]);
    }
  });
});

const types: Readonly<Record<string, number>> = {
  KEXINIT: 20,
  NEWKEYS: 21,
  KEX_HYBRID_INIT: 30,
  KEX_HYBRID_REPLY: 31,
  KEX_DH_GEX_REQUEST: 34,
  KEX_DH_GEX_GROUP: 31,
  KEX_DH_GEX_INIT: 32,
  KEX_DH_GEX_REPLY: 33,
};

test.each(names.filter((name) => name.startsWith('steps-')))(
  '%s: packet by packet as ssh -vvv, logins as the log of sshd',
  async (name) => {
    const { sessions } = await run(name);
    for (const [i, { packets, sshd }] of truth.sessions[name]!.entries()) {
      const { steps, auth } = sessions[i]!;
      const of = (side: 0 | 1): (number | undefined)[] =>
        steps
          .filter((step) => step.side === side && step.message !== 'identification')
          .map(({ message }) => types[message]);
      expect([of(0), of(1)]).toEqual([packets!.send, packets!.receive]);
      expect(auth!.failures.length).toBe(sshd!.failed.length);
      expect(auth!.outcome === 'success' ? [auth!.method] : []).toEqual(sshd!.accepted);
    }
  },
);

test('every key exchange of the server is recognised', () => {
  const kinds = names.filter((name) => name.startsWith('kex-')).map((name) => kexKind(truth.sessions[name]![0]!.kex!));
  expect(kinds).not.toContain('other');
  expect(new Set(kinds).size).toBeGreaterThanOrEqual(5);
  expect(readdirSync(folder).filter((file) => file.endsWith('.pcap')).length).toBe(names.length);
});

test.each(Object.entries(truth.keys))('%s: fingerprints of ssh-keygen', (_, { bits, sha256, md5, key }) => {
  const [type, blob] = key.split(' ') as [string, string];
  expect(readHostKey(Buffer.from(blob, 'base64'))).toMatchObject({ type, bits, sha256, md5 });
});

describe.each(['known_hosts', 'known_hosts_hashed'])('%s', (file) => {
  test('match, changed, unknown', async () => {
    expect((await run('key', file)).findings).toEqual([]);
    const [changed] = (await run('host-again', file)).findings;
    expect(changed).toMatchObject({ id: 'ssh-host-key-changed', severity: 'alert' });
    expect(changed!.summary).toContain(truth.keys['again_ed25519']!.sha256);
    expect(changed!.summary).toContain(truth.keys['host_ed25519']!.sha256);
    expect((await run('host-rsa', file)).findings.map(({ id }) => id)).toEqual(['ssh-host-key-unknown']);
  });
});

test('lines of known_hosts: patterns, negation, ports, markers, the same key elsewhere', () => {
  const { key } = truth.keys['host_ed25519']!;
  const other = truth.keys['again_ed25519']!.key;
  const host = readHostKey(Buffer.from(key.split(' ')[1]!, 'base64'));
  const verdict = (text: string, name = '10.0.0.7', port = 22): string =>
    new KnownHosts(text).judge([name], port, host).verdict;
  expect(verdict(`10.0.0.* ${key}`)).toBe('match');
  expect(verdict(`10.0.0.? ${key}`)).toBe('match');
  expect(verdict(`10.0.0.*,!10.0.0.7 ${other}`)).toBe('unknown');
  expect(verdict(`[10.0.0.7]:2222 ${key}`, '10.0.0.7', 2222)).toBe('match');
  expect(verdict(`10.0.0.7 ${other}`, '10.0.0.7', 2222)).toBe('unknown');
  expect(verdict(`@revoked * ${key}`)).toBe('revoked');
  expect(verdict(`@cert-authority * ${other}`)).toBe('unknown');
  expect(verdict(`www.example.org ${key}`)).toBe('other-name');
  expect(verdict(`# 10.0.0.7 ${key}\n\nnonsense\n10.0.0.7 ${other}`)).toBe('changed');
  // A key that is cut, or of another type than it says, is not compared.
  expect(verdict(`10.0.0.7 ${other.slice(0, -10)}`)).toBe('unknown');
  expect(verdict(`10.0.0.7 ssh-rsa ${other.split(' ')[1]!}`)).toBe('unknown');
  expect(verdict(`${'*'.repeat(5000)}x ${other}`, 'a'.repeat(5000))).toBe('unknown');
});

const expected: readonly (readonly [name: string, findings: readonly string[]])[] = [
  ['key', []],
  ['password', []],
  ['wrong-password', []],
  ['stranger-then-password', []],
  ['transfer', []],
  ['host-ecdsa', []],
  ['brute-force', ['ssh-brute-force']],
  ['no-common', ['ssh-no-common-algorithm']],
  ['no-common-cipher', ['ssh-no-common-algorithm']],
  ['cipher-aes128-cbc', ['ssh-weak-algorithm']],
  ['cipher-3des-cbc', ['ssh-weak-algorithm']],
];

test.each(expected)('%s: findings %s', async (name, findings) => {
  const found = (await run(name)).findings;
  expect(found.map(({ id }) => id)).toEqual(findings);
  if (name === 'brute-force')
    expect(found[0]).toMatchObject({ severity: 'alert', measured: { refused: 15, sessions: 5, accepted: 1 } });
});
