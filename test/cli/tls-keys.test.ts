/** What `tls` and `ssh` say of files that were given to them and do not help. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT, run } from '../support/command.ts';

const fixtures = join(ROOT, 'fixtures');
const folder = mkdtempSync(join(tmpdir(), 'synoptic-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function out(line: string): Promise<string> {
  const ran = await run(line);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out;
}

const keysOf = async (words: string): Promise<unknown> =>
  (JSON.parse(await out(`synoptic tls --json ${words}`)) as { keys: unknown }).keys;

const tls13 = `${fixtures}/tls/tls13.pcap`;

test('keys that fit, keys of another run, a file that holds none, no keys', async () => {
  const right = `--keylog ${fixtures}/tls/tls13.keys ${tls13}`;
  expect(await keysOf(right)).toEqual({ secrets: 4, rsaKeys: 0, decrypted: 1 });
  expect(await out(`synoptic tls ${right}`)).toContain('decrypted  1 of 1 (4 secrets)\n');
  const wrong = `--keylog ${fixtures}/tls/tls12.keys ${tls13}`;
  expect(await keysOf(wrong)).toEqual({ secrets: 1, rsaKeys: 0, decrypted: 0 });
  expect(await out(`synoptic tls ${wrong}`)).toContain('decrypted  0 of 1 (1 secret): the keys are of none of them\n');
  const none = join(folder, 'none.keys');
  writeFileSync(none, '# nothing\nCLIENT_RANDOM 12 34\n');
  expect(await keysOf(`--keylog ${none} ${tls13}`)).toEqual({ secrets: 0, rsaKeys: 0, decrypted: 0 });
  expect(await out(`synoptic tls --keylog ${none} ${tls13}`)).toContain('decrypted  0 of 1 (0 secrets)');
  expect(await keysOf(tls13)).toBeNull();
  expect(await out(`synoptic tls ${tls13}`)).not.toContain('decrypted');
});

test('an alert that others follow is told by its name', async () => {
  const text = await out(`synoptic tls --full --keylog ${fixtures}/tls/tls13.keys ${tls13}`);
  expect(text.match(/ alert close_notify /g)).toHaveLength(2);
});

test('lines of known_hosts that cannot be read are counted', async () => {
  const path = join(folder, 'known_hosts');
  writeFileSync(path, '# a comment\nnonsense\n127.0.0.1 ssh-ed25519 AAAA\n');
  const words = `--known-hosts ${path} ${fixtures}/ssh/key.pcap`;
  const { knownHosts } = JSON.parse(await out(`synoptic ssh --json ${words}`)) as { knownHosts: unknown };
  expect(knownHosts).toEqual({ lines: 0, unreadable: 2 });
  expect(await out(`synoptic ssh ${words}`)).toContain('2 lines of known_hosts cannot be read and are left out\n');
});
