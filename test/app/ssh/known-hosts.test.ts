/** known_hosts and fingerprints as ssh-keygen answers (fixtures/ssh/known-hosts.json, fixtures/record/known_hosts.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHostKey } from '../../../src/app/ssh/host-key.ts';
import { KnownHosts } from '../../../src/app/ssh/known-hosts.ts';
import { knownHostsDifferences } from './differences.ts';

interface Recorded {
  readonly keys: Readonly<Record<string, { key: string; bits: number; sha256: string; md5: string }>>;
  readonly files: Readonly<Record<string, string>>;
  readonly questions: readonly { readonly file: string; readonly host: string; readonly lines: readonly number[] }[];
}

const path = join(import.meta.dirname, '../../../fixtures/ssh/known-hosts.json');
const { keys, files, questions } = JSON.parse(readFileSync(path, 'utf8')) as Recorded;

test.each(Object.entries(keys))('ssh-keygen -l: %s', (_, { key, bits, sha256, md5 }) => {
  const [type, blob] = key.split(' ') as [string, string];
  expect(readHostKey(Buffer.from(blob, 'base64'))).toMatchObject({ type, bits, sha256, md5 });
});

test.each(Object.keys(files))('ssh-keygen -F: %s', (file) => {
  const known = new KnownHosts(files[file]!);
  const asked = questions.filter((question) => question.file === file);
  expect(asked.length).toBeGreaterThan(25);
  expect(asked.some(({ lines }) => lines.length > 0)).toBe(true);
  for (const { host, lines } of asked) {
    const different = knownHostsDifferences.filter((each) => each.file === file && each.hosts.includes(host));
    const left = different.flatMap((each) => each.lines);
    expect(known.linesOf(host), host).toEqual(lines.filter((line) => !left.includes(line)));
    // A difference that no longer occurs fails.
    for (const line of left) expect(lines, `${host}, line ${line}`).toContain(line);
  }
});
