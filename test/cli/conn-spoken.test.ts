/** What `synoptic conn` says of a connection that speaks TLS or SSH. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { schemaOf } from '../../src/report/schema/registry.ts';
import { ROOT, run } from '../support/command.ts';

const validate = new Ajv2020({ strict: true }).compile(schemaOf('conn')!);
const fixtures = join(ROOT, 'fixtures');

interface Row {
  readonly steps: readonly { readonly message: string; readonly frame: number }[];
}
interface Document {
  readonly tls: Row | null;
  readonly ssh: Row | null;
  readonly findings: readonly { readonly id: string }[];
  readonly segments: readonly {
    readonly frame: number;
    readonly facts: readonly { readonly id: string; readonly text: string }[];
  }[];
}

async function ok(line: string): Promise<string> {
  const ran = await run(line);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out;
}

async function document(words: string): Promise<Document> {
  const found = JSON.parse(await ok(`synoptic conn --json ${words}`)) as Document;
  expect(validate(found), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  return found;
}

const spoken = ({ segments }: Document, id: string): (readonly [number, string])[] =>
  segments.flatMap(({ frame, facts }) =>
    facts.filter((fact) => fact.id === id).map(({ text }) => [frame, text] as const),
  );

test.each(['tls12', 'tls13', 'expired', 'retry', 'client-certificate-tls12', 'key-update', 'plain-answer'])(
  '%s: every step stands at its segment, as tls has it',
  async (name) => {
    const words = `--keylog ${fixtures}/tls/tls13.keys ${fixtures}/tls/${name}.pcap`;
    const conn = await document(`${words} 0`);
    const { handshakes } = JSON.parse(await ok(`synoptic tls --json ${words}`)) as { handshakes: Row[] };
    expect(conn.tls).toEqual(handshakes[0]);
    const facts = spoken(conn, 'tls-message');
    expect(facts.map(([frame]) => frame)).toEqual([...new Set(conn.tls!.steps.map(({ frame }) => frame))]);
    for (const [frame, text] of facts) {
      const messages = conn.tls!.steps.filter((step) => step.frame === frame).map(({ message }) => message);
      let at = 0;
      for (const message of messages) expect((at = text.indexOf(message, at))).toBeGreaterThanOrEqual(0);
    }
    expect(conn.ssh).toBeNull();
  },
);

test.each([
  ['dtls12', 'DTLS ClientHello for www.example.test'],
  ['dtls10', 'DTLS ClientHello'],
])('%s: the handshake of DTLS stands at its datagrams, as tls has it', async (name, hello) => {
  const pcap = `${fixtures}/tls/${name}.pcap`;
  const conn = await document(`${pcap} udp:0`);
  const { handshakes } = JSON.parse(await ok(`synoptic tls --json ${pcap}`)) as { handshakes: Row[] };
  expect(conn.tls).toEqual(handshakes[0]);
  const facts = spoken(conn, 'tls-message');
  expect(facts.map(([frame]) => frame)).toEqual([...new Set(conn.tls!.steps.map(({ frame }) => frame))]);
  expect(facts[0]![1]).toContain(hello);
  expect(await ok(`synoptic conn ${pcap} udp:0`)).toMatch(/^DTLS$/m);
});

test('keys open what is encrypted', async () => {
  const pcap = `${fixtures}/tls/tls13.pcap`;
  expect(await ok(`synoptic conn ${pcap} 0`)).toContain('[EncryptedExtensions ... Finished]');
  const open = await ok(`synoptic conn --keylog ${fixtures}/tls/tls13.keys ${pcap} 0`);
  expect(open).toContain('CertificateVerify');
  expect(open).toContain('both Finished verified');
});

test('a failure: the alert in words, whose turn it was, the finding', async () => {
  const text = await ok(`synoptic conn --ca ${fixtures}/tls/ca.pem ${fixtures}/tls/expired.pcap 0`);
  expect(text).toContain('TLS alert certificate_expired: the certificate is not valid');
  expect(text).toContain(
    "stopped after ServerHelloDone, it was the client's turn; TCP: three-way, by the server first",
  );
  expect(text).toMatch(/WARNING +tls-certificate-expired/);
});

test('SSH: messages, the host key, what lengths say', async () => {
  const words = `--known-hosts ${fixtures}/ssh/known_hosts ${fixtures}/ssh/host-again.pcap 0`;
  const conn = await document(words);
  expect(conn.findings.map(({ id }) => id)).toEqual(['ssh-host-key-changed']);
  const messages = spoken(conn, 'ssh-message').map(([, text]) => text);
  expect(messages[0]).toMatch(/^SSH identification SSH-2\.0-OpenSSH/);
  expect(messages.at(-1)).toBe('SSH logged in by publickey (inferred)');
  const text = await ok(`synoptic conn ${words}`);
  expect(text).toContain('known_hosts: changed');
  expect(text).toMatch(/ALERT +ssh-host-key-changed/);
  expect(await run(`synoptic conn ${words} --fail-on alert`)).toMatchObject({ exit: 1 });
});

test('a connection that speaks neither', async () => {
  const name = readdirSync(join(fixtures, 'flow')).find((file) => file.endsWith('.pcap'));
  const conn = await document(`${fixtures}/flow/${name!} 0`);
  expect([conn.tls, conn.ssh]).toEqual([null, null]);
});
