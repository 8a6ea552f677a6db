/** What stays closed is named, with secrets or without. */
import { expect, test } from 'vitest';
import { whyNotDecrypted } from '../../../src/app/tls/decryptable.ts';
import { TlsConnections } from '../../../src/app/tls/run.ts';
import { clientHello, message, record, serverHello } from './hello-bytes.ts';

const carrier = {
  frame: 1,
  seconds: 0,
  nanoseconds: 0,
  start: 0,
  end: 0,
  sent: { size: 'unknown', moment: 'idle', fillsWindow: false },
} as const;

function chosen(version: number, suite: number): ReturnType<typeof whyNotDecrypted> {
  const tls = new TlsConnections();
  const conversation = tls.conversation(0);
  const say = (side: 0 | 1, type: number, body: readonly number[]): void =>
    conversation.data(side, Uint8Array.from(record(22, message(type, body), version)), 0, carrier, carrier);
  say(0, 1, clientHello({ version, suites: [suite] }));
  say(1, 2, serverHello({ version, suites: [suite] }));
  const [found] = tls.found;
  expect(found!.handshake.suite).toBe(suite);
  return whyNotDecrypted(found!.handshake);
}

test.each([
  ['TLS 1.2 with AES-GCM', 0x0303, 0xc02f, null],
  ['TLS 1.0 with 3DES', 0x0301, 0x000a, null],
  ['TLS 1.2 with NULL: nothing is encrypted', 0x0303, 0x003b, null],
  ['SSL 3.0', 0x0300, 0x002f, 'SSL 3.0 is not decrypted'],
  ['RC4', 0x0301, 0x0005, 'RC4_128 is not decrypted'],
  ['DES', 0x0301, 0x0009, 'DES_CBC is not decrypted'],
  ['a suite that nobody knows', 0x0303, 0x5555, 'the cipher suite is not known'],
])('%s', (_, version, suite, why) => {
  expect(chosen(version, suite)).toBe(why);
});
