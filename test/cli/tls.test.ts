/** `synoptic tls` as a user types it, and its documents against the schema. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { schemaOf } from '../../src/report/schema/registry.ts';
import { ROOT, run } from '../support/command.ts';

const recordings = join(ROOT, 'fixtures/tls');
const names = readdirSync(recordings).filter((name) => name.endsWith('.pcap'));
const validate = new Ajv2020({ strict: true }).compile(schemaOf('tls')!);

test.each(names)('%s: the document keeps its schema', async (name) => {
  const ran = await run(`synoptic tls --json ${join(recordings, name)}`);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  const document = JSON.parse(ran.out) as { handshakes: unknown[] };
  expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  expect(document.handshakes.length).toBeGreaterThan(0);
});
