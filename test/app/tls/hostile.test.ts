/** Certificates that lie cost no more than their limits, and are named; changed and split recordings never throw. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { MAX_EXTENSIONS, MAX_NAMES, readCertificate } from '../../../src/app/tls/certificate-facts.ts';
import { Certificate, MAX_CERTIFICATE_BYTES } from '../../../src/app/tls/certificates.ts';
import { Decryptor } from '../../../src/app/tls/decryptor.ts';
import { MAX_DER_DEPTH, MAX_DER_ELEMENTS } from '../../../src/app/tls/der.ts';
import type { Handshake } from '../../../src/app/tls/handshake.ts';
import { KeyLog } from '../../../src/app/tls/key-log.ts';
import { tlsOutcome } from '../../../src/app/tls/outcome.ts';
import { TlsConnections } from '../../../src/app/tls/run.ts';
import { TrustStore, certificatesOfPem, validityAt } from '../../../src/app/tls/trust.ts';
import { SshConnections } from '../../../src/app/ssh/run.ts';
import type { Carrier, StreamSink } from '../../../src/stream/segment.ts';
import { StreamTap } from '../../../src/stream/tap.ts';

type Bytes = readonly number[];

function tlv(tag: number, ...parts: readonly Bytes[]): number[] {
  const body = parts.flat();
  const length =
    body.length < 128 ? [body.length] : [0x83, body.length >> 16, (body.length >> 8) & 255, body.length & 255];
  return [tag, ...length, ...body];
}

const seq = (...parts: readonly Bytes[]): number[] => tlv(0x30, ...parts);
const text = (value: string): number[] => [...Buffer.from(value, 'latin1')];
const oid = (...bytes: Bytes): number[] => tlv(0x06, bytes);
const name = (common: string): number[] => seq(tlv(0x31, seq(oid(0x55, 4, 3), tlv(0x0c, text(common)))));
const extension = (id: Bytes, value: Bytes): number[] => seq(oid(...id), tlv(0x04, value));
const sha256WithRsa = seq(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11), tlv(0x05));
const SAN = [0x55, 0x1d, 0x11];

interface Parts {
  readonly serial?: Bytes;
  readonly subject?: Bytes;
  readonly modulus?: Bytes;
  readonly extensions?: readonly Bytes[];
  readonly times?: readonly [string, string];
}

function certificate({
  serial = [1],
  subject = name('a'),
  modulus = [0x7f],
  extensions = [],
  times = ['200101000000Z', '300101000000Z'],
}: Parts): Uint8Array {
  const rsa = seq(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1), tlv(0x05));
  const key = seq(rsa, tlv(0x03, [0], seq(tlv(0x02, modulus), tlv(0x02, [3]))));
  const body = seq(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, serial),
    sha256WithRsa,
    name('ca'),
    seq(...times.map((time) => tlv(0x17, text(time)))),
    subject,
    key,
    ...(extensions.length === 0 ? [] : [tlv(0xa3, seq(...extensions))]),
  );
  return Uint8Array.from(seq(body, sha256WithRsa, tlv(0x03, [0, 1, 2])));
}

const anomalies = (der: Uint8Array): readonly string[] => readCertificate(der).anomalies;

test('a certificate as it should be', () => {
  const facts = readCertificate(
    certificate({ extensions: [extension(SAN, seq(tlv(0x82, text('a.example')), tlv(0x87, [10, 0, 0, 1])))] }),
  );
  expect(facts).toMatchObject({
    subject: 'CN=a',
    issuer: 'CN=ca',
    serial: '01',
    anomalies: [],
    sans: ['a.example', '10.0.0.1'],
  });
  expect(facts.signature).toBe('sha256WithRSA');
});

describe('certificates that lie', () => {
  test('nested a thousand deep', () => {
    let deep: number[] = tlv(0x05);
    for (let i = 0; i < 1000; i++) deep = seq(deep);
    expect(anomalies(Uint8Array.from(deep))).toEqual(['certificate_too_deep']);
    expect(MAX_DER_DEPTH).toBeLessThan(1000);
  });

  test('more elements than the limit', () => {
    const many = seq(...Array.from({ length: MAX_DER_ELEMENTS + 1 }, () => [5, 0]));
    expect(anomalies(Uint8Array.from(many))).toEqual(['certificate_too_many_elements']);
  });

  test('ten thousand extensions', () => {
    const extensions = Array.from({ length: 4000 }, (_, i) =>
      extension([0x55, 0x1d, 0x80 | (i >> 7), i & 127], [5, 0]),
    );
    expect(anomalies(certificate({ extensions }))).toContain('certificate_too_many_extensions');
    const tooMany = Array.from({ length: 10_000 }, (_, i) => extension([0x55, 0x1d, 0x80 | (i >> 7), i & 127], [5, 0]));
    expect(anomalies(certificate({ extensions: tooMany }))).toEqual(['certificate_too_many_elements']);
    expect(MAX_EXTENSIONS).toBeLessThan(4000);
  });

  test('lengths, trailing bytes, duplicates, names', () => {
    const good = certificate({});
    expect(anomalies(good.subarray(0, good.length - 1))).toEqual(['certificate_length_wrong']);
    expect(anomalies(Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff))).toEqual(['certificate_length_wrong']);
    expect(anomalies(Uint8Array.of(0x30, 0x88, 1, 1, 1, 1, 1, 1, 1, 1))).toEqual(['certificate_length_wrong']);
    expect(anomalies(Uint8Array.of(0x30, 0x80, 0, 0))).toEqual(['certificate_length_wrong']);
    expect(anomalies(Uint8Array.from([...good, 0, 0]))).toEqual(['certificate_trailing_bytes']);
    expect(anomalies(Uint8Array.of(0x30, 0))).toEqual(['certificate_structure_wrong']);
    const twice = extension(SAN, seq(tlv(0x82, text('a.example'))));
    expect(anomalies(certificate({ extensions: [twice, twice] }))).toEqual(['certificate_duplicate_extension']);
    expect(anomalies(certificate({ extensions: [extension(SAN, [0x30, 5, 1])] }))).toEqual([
      'certificate_extension_malformed',
    ]);
    expect(anomalies(certificate({ subject: name('www.bank.example\0.evil.example') }))).toEqual([
      'certificate_nul_in_name',
    ]);
    const names = seq(...Array.from({ length: MAX_NAMES + 1 }, () => tlv(0x82, text('a'))));
    expect(anomalies(certificate({ extensions: [extension(SAN, names)] }))).toEqual(['certificate_too_many_names']);
  });

  test('numbers and times', () => {
    expect(anomalies(certificate({ serial: Array.from({ length: 4000 }, () => 0x55) }))).toEqual([
      'certificate_serial_wrong',
    ]);
    expect(anomalies(certificate({ serial: [0xff] }))).toEqual(['certificate_serial_wrong']);
    expect(anomalies(certificate({ modulus: Array.from({ length: 20_000 }, () => 0x55) }))).toEqual([
      'certificate_key_too_large',
    ]);
    expect(anomalies(certificate({ times: ['209901000000Z', 'never'] }))).toEqual(['certificate_time_malformed']);
    expect(validityAt(new Certificate(certificate({})), Date.UTC(2019) / 1000)).toBe('not-yet-valid');
    expect(validityAt(new Certificate(certificate({})), Date.UTC(2025) / 1000)).toBe('valid');
    expect(validityAt(new Certificate(certificate({})), Date.UTC(2031) / 1000)).toBe('expired');
  });

  test('a key that is too large is never given to OpenSSL', () => {
    expect(new Certificate(certificate({ modulus: Array.from({ length: 20_000 }, () => 0x55) })).x509).toBeNull();
    expect(MAX_CERTIFICATE_BYTES).toBe(65_536);
  });

  test('any bytes give facts', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readCertificate(bytes)));
    const good = certificate({ extensions: [extension(SAN, seq(tlv(0x82, text('a.example'))))] });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = good.slice();
          for (const [at, value] of changes) bytes[at] = value;
          const trust = new TrustStore(certificatesOfPem(''));
          trust.judge([new Certificate(bytes)]);
        },
      ),
    );
  });
});

interface Said {
  readonly side: 0 | 1;
  readonly bytes: Uint8Array;
  readonly frame: number;
}

/** All that was said in a recording, in order, by connection. */
async function spoken(folder: string, file: string): Promise<Said[][]> {
  const all: Said[][] = [];
  const tap = new StreamTap(() => {
    const said: Said[] = [];
    all.push(said);
    return {
      data: (side, bytes, _, carrier) => void said.push({ side, bytes: bytes.slice(), frame: carrier.frame }),
      gap: () => undefined,
      end: () => undefined,
    };
  }, 'linux');
  await analyze([join(folder, file)], { observer: tap });
  tap.finish();
  return all;
}

function feed(sink: StreamSink, said: readonly Said[], split: (length: number) => number): void {
  const offsets = [0, 0];
  const sent: Carrier['sent'] = { size: 'unknown', moment: 'idle', fillsWindow: false };
  for (const { side, bytes, frame } of said) {
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + Math.max(1, split(bytes.length)));
      const moment = { frame, seconds: 0, nanoseconds: 0 };
      sink.data(side, bytes.subarray(at, end), offsets[side]!, { ...moment, start: 0, end: 0, sent }, moment);
      offsets[side]! += end - at;
      at = end;
    }
  }
  sink.end(0);
  sink.end(1);
}

const folders = [
  join(import.meta.dirname, '../../../fixtures/tls'),
  join(import.meta.dirname, '../../../fixtures/ssh'),
] as const;
const recordings = (folder: string): string[] => readdirSync(folder).filter((file) => file.endsWith('.pcap'));

/** Everything but the frames of what was said. */
function digest(handshakes: readonly Handshake[]): string {
  return JSON.stringify(handshakes, (key, value: unknown) => (key === 'der' ? undefined : value));
}

function readTls(all: readonly Said[][], log: KeyLog, split: (length: number) => number): Handshake[] {
  const run = new TlsConnections((_, handshake) =>
    log.isEmpty ? null : new Decryptor(handshake, { log, rsa: [] }, null),
  );
  for (const [id, said] of all.entries()) feed(run.conversation(id), said, split);
  return run.found.map(({ handshake }) => handshake);
}

test('any split of the bytes gives the same handshakes', async () => {
  for (const file of recordings(folders[0])) {
    const all = await spoken(folders[0], file);
    const log = new KeyLog();
    const keys = join(folders[0], file.replace('.pcap', '.keys'));
    if (readdirSync(folders[0]).includes(file.replace('.pcap', '.keys'))) log.add(readFileSync(keys, 'utf8'));
    const whole = digest(readTls(all, log, (length) => length));
    expect(digest(readTls(all, log, () => 1)), `${file}, byte by byte`).toBe(whole);
    expect(digest(readTls(all, log, () => 7)), file).toBe(whole);
  }
});

/** What a recording says when the server's next words after the client's second flight stand before that flight, or without it. */
async function disordered(recording: string, how: 'swapped' | 'left out'): Promise<Handshake> {
  const [said = []] = await spoken(folders[0], `${recording}.pcap`);
  const log = new KeyLog();
  log.add(readFileSync(join(folders[0], `${recording}.keys`), 'utf8'));
  const second = said.findIndex(({ side }, i) => i > 0 && side === 0);
  const answer = said.findIndex(({ side }, i) => i > second && side === 1);
  const flight = how === 'swapped' ? said.slice(second, answer) : [];
  const order = [...said.slice(0, second), said[answer]!, ...flight, ...said.slice(answer + 1)];
  const kept = how === 'swapped' ? order : order.filter(({ side }, i) => side === 1 || i < second);
  return readTls([kept], log, (length) => length)[0]!;
}

test("a ticket of TLS 1.3 before the client's Finished is no part of what it is made of", async () => {
  const h = await disordered('tls13', 'swapped');
  const names = h.steps.map(({ message }) => message);
  expect(names.findIndex((each) => each.startsWith('NewSessionTicket'))).toBeLessThan(names.lastIndexOf('Finished'));
  expect(h.decryption!.finished).toEqual([true, true]);
  expect(h.anomalies).toEqual([]);
});

test('a Finished is not called wrong where the capture has the messages in another order, or lacks some', async () => {
  const swapped = await disordered('tls12-cbc', 'swapped');
  expect([tlsOutcome(swapped), swapped.decryption!.finished]).toEqual(['complete', [null, null]]);
  expect(swapped.anomalies).toEqual([]);
  const lacking = await disordered('tls12-cbc', 'left out');
  expect([tlsOutcome(lacking), lacking.decryption!.finished]).toEqual(['partial', [null, null]]);
  expect(lacking.anomalies).toEqual([]);
});

test('recordings with changed bytes never throw', async () => {
  for (const [kind, folder] of folders.entries()) {
    const all = (
      await Promise.all(
        recordings(folder)
          .slice(0, 25)
          .map((file) => spoken(folder, file)),
      )
    ).flat();
    const change = fc.record({
      connection: fc.nat(all.length - 1),
      piece: fc.nat(6),
      at: fc.nat(2000),
      value: fc.nat(255),
    });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 3000 }),
        (changes, size) => {
          const said = all[changes[0]!.connection]!.map((each) => ({
            side: each.side,
            frame: each.frame,
            bytes: each.bytes.slice(),
          }));
          for (const { piece, at, value } of changes) {
            const each = said[piece % Math.max(1, said.length)];
            if (each !== undefined) each.bytes[at % each.bytes.length] = value;
          }
          const sink = kind === 0 ? new TlsConnections().conversation(0) : new SshConnections().conversation(0);
          feed(sink, said, () => size);
        },
      ),
      { numRuns: 300 },
    );
  }
});
