/** DTLS in datagrams that the snaplen cut, or that lie: what is left is told, and that something lacks. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tlsOutcome } from '../../../src/app/tls/outcome.ts';
import { TlsConnections } from '../../../src/app/tls/run.ts';

const now = { frame: 1, seconds: 1, nanoseconds: 0 };

/** A record of epoch 0 with one message, RFC 6347 sections 4.1 and 4.2.2. */
const record = (type: number, number: number, bytes: number): Uint8Array => {
  const all = new Uint8Array(25 + bytes);
  all.set([22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, number, (bytes + 12) >> 8, (bytes + 12) & 255]);
  all.set([type, 0, bytes >> 8, bytes & 255, 0, number, 0, 0, 0, 0, bytes >> 8, bytes & 255], 13);
  return all;
};

test('cut datagrams: messages by their names, the handshake is partial', () => {
  const run = new TlsConnections();
  const conversation = run.datagrams(0);
  conversation.datagram(0, record(1, 0, 300).subarray(0, 60), now);
  conversation.datagram(1, record(2, 0, 90).subarray(0, 40), now);
  // Sent again: no step.
  conversation.datagram(1, record(2, 0, 90).subarray(0, 40), now);
  conversation.datagram(1, record(11, 1, 900).subarray(0, 20), now);
  const [{ handshake }] = run.found as [(typeof run.found)[number]];
  expect(handshake.steps.map(({ message }) => message)).toEqual(['ClientHello', 'ServerHello']);
  expect(handshake.anomalies.map(({ id, side }) => `${id} ${side}`)).toEqual(['tls_gap 0', 'tls_gap 1']);
  expect(tlsOutcome(handshake)).toBe('partial');
});

test('any datagrams', () => {
  const datagram = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.tuple(fc.nat(25), fc.nat(3), fc.nat(60), fc.nat(90)).map(([t, n, l, cut]) => record(t, n, l).subarray(0, cut)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), datagram), { maxLength: 12 }), (all) => {
      const conversation = new TlsConnections().datagrams(0);
      for (const [fromServer, bytes] of all) conversation.datagram(fromServer ? 1 : 0, bytes, now);
    }),
  );
});
