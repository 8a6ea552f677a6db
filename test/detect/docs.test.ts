/** docs/findings.md says of every detector what its file says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dnsFailure } from '../../src/detect/dns/dns-failure.ts';
import { httpDetectors } from '../../src/detect/http/index.ts';
import { detectors } from '../../src/detect/index.ts';
import { sshDetectors, tlsDetectors } from '../../src/detect/tls-and-ssh.ts';
import { websocketDetectors } from '../../src/detect/websocket/index.ts';

/** Those of `analyze`, then those of commands of their own. */
const all = [...detectors, ...tlsDetectors, ...sshDetectors, ...httpDetectors, ...websocketDetectors, dnsFailure];

const page = readFileSync(join(import.meta.dirname, '../../docs/findings.md'), 'utf8').replaceAll(/\s+/g, ' ');

test('every detector has its section, and there are no others', () => {
  expect([...page.matchAll(/## ([a-z0-9-]+) /g)].map(([, id]) => id)).toEqual(all.map(({ id }) => id));
});

test.each(all.map((detector) => [detector.id, detector] as const))('%s', (_, { title, why, references }) => {
  expect(page).toContain(`${title}. ${why}`);
  for (const { spec, section } of references) expect(page).toContain(`${spec} section ${section}`);
});
