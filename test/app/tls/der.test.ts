/** What stands behind the guard is what node-forge reads without it, for honest certificates; the guard refuses no more than it should. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';
import { expect, test } from 'vitest';
import type { Certificate } from '../../../src/app/tls/certificates.ts';
import { type Element, MAX_DER_DEPTH, readDer } from '../../../src/app/tls/der.ts';
import { certificatesOfPem } from '../../../src/app/tls/trust.ts';
import { rootCertificates } from 'node:tls';
import { readCertificate } from '../../../src/app/tls/certificate-facts.ts';
import { captures, handshakesOf, truths } from './truth.ts';

/** Tags and lengths of a tree, in order. */
const ours = ({ tag, bytes, children }: Element): string =>
  (tag & 0x20) === 0 ? `${tag}:${bytes.length}` : `${tag}(${children.map(ours).join()})`;

const theirs = (node: forge.asn1.Asn1): string => {
  const tag = node.tagClass | node.type | (node.constructed ? 0x20 : 0);
  return typeof node.value === 'string' ? `${tag}:${node.value.length}` : `${tag}(${node.value.map(theirs).join()})`;
};

function compare(der: Uint8Array): void {
  const bytes = forge.util.createBuffer(Buffer.from(der).toString('latin1'));
  const options = { strict: true, parseAllBytes: false, decodeBitStrings: false };
  // Types of forge lack the options.
  const read = forge.asn1.fromDer as unknown as (from: typeof bytes, how: typeof options) => forge.asn1.Asn1;
  expect(ours(readDer(der).root)).toBe(theirs(read(bytes, options)));
}

const folder = join(import.meta.dirname, '../../../fixtures/tls');

test('roots that come with Node, and those of the recordings', () => {
  const pem = readdirSync(folder)
    .filter((name) => /^ca.*\.pem$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const all = certificatesOfPem([...rootCertificates, ...pem].join('\n'));
  expect(all.length).toBeGreaterThan(100);
  for (const { der } of all) compare(der);
});

test.skipIf(!existsSync(captures))(`certificates of ${captures}`, async () => {
  const all = new Map<string, Certificate>();
  for (const truth of truths)
    for (const { handshake } of (await handshakesOf(truth)).values())
      for (const each of handshake.certificates.flat()) all.set(each.sha256, each);
  const honest = [...all.values()].filter(({ facts }) => facts.anomalies.length === 0);
  expect(honest.length).toBeGreaterThan(80);
  for (const { der } of honest) compare(der);
});

test('a certificate that forge makes, and one that is deeper than the limit', () => {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 512, e: 0x10001 });
  const made = forge.pki.createCertificate();
  made.publicKey = keys.publicKey;
  made.serialNumber = '0badcafe';
  made.validity.notBefore = new Date(Date.UTC(2020, 0, 1));
  made.validity.notAfter = new Date(Date.UTC(2030, 0, 1));
  made.setSubject([{ name: 'commonName', value: 'forged.example' }]);
  made.setIssuer([{ name: 'commonName', value: 'forged.example' }]);
  made.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: 'forged.example' }] }]);
  made.sign(keys.privateKey, forge.md.sha256.create());
  const der = Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(made)).getBytes(), 'latin1');
  compare(der);
  expect(readCertificate(der)).toMatchObject({
    serial: '0BADCAFE',
    commonName: 'forged.example',
    dnsNames: ['forged.example'],
    keyType: 'RSA',
    keyBits: 512,
    notBefore: 1_577_836_800,
    anomalies: [],
  });

  let inner = forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.NULL, false, '');
  for (let i = 0; i < MAX_DER_DEPTH + 1; i++) {
    inner = forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.SEQUENCE, true, [inner]);
  }
  const deep = Buffer.from(forge.asn1.toDer(inner).getBytes(), 'latin1');
  expect(readCertificate(deep).anomalies).toEqual(['certificate_too_deep']);
});
