/** Certificates of all captures against tshark's truth and node's own X509Certificate. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Certificate, CertificateStore } from '../../../src/app/tls/certificates.ts';
import { matchesHost } from '../../../src/app/tls/alternative-names.ts';
import { isoTime } from '../../../src/report/times.ts';
import { type CertificateTruth, captures, handshakesOf, truths } from './truth.ts';

const known: CertificateTruth[] = truths.flatMap(({ tls }) =>
  Object.values(tls).flatMap(({ certs = [] }) => certs.flatMap(({ chain = [] }) => chain)),
);
const bySha256 = new Map(known.map((truth) => [truth.sha256, truth]));

async function allCertificates(): Promise<Map<string, Certificate>> {
  const all = new Map<string, Certificate>();
  for (const truth of truths) {
    for (const { handshake } of (await handshakesOf(truth)).values()) {
      for (const each of handshake.certificates.flat()) all.set(each.sha256, each);
    }
  }
  return all;
}

/** tshark's truth has four kinds of attributes. */
const fourOf = (name: string): string =>
  [...name.matchAll(/(?:^|, )((?:CN|O|OU|C)=(?:\\.|[^,\\])*)/g)]
    .map(([, part]) => part!.replaceAll(/\\(.)/g, '$1'))
    .join(',');

const digits = (serial: string): string => serial.toLowerCase().replace(/^(00)+(?=..)/, '');

const seconds = (text: string): string => {
  const full = text.length === 13 ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  return `${full.slice(0, 4)}-${full.slice(4, 6)}-${full.slice(6, 8)}T${full.slice(8, 10)}:${full.slice(10, 12)}:${full.slice(12, 14)}.000000000Z`;
};

describe.skipIf(truths.length === 0)(
  `certificates of ${captures}${truths.length === 0 ? ' (ABSENT, skipped)' : ''}`,
  () => {
    test('say what tshark reads in them, and what node reads', async () => {
      const all = await allCertificates();
      let compared = 0;
      let read = 0;
      for (const { facts, sha256, der } of all.values()) {
        const truth = bySha256.get(sha256);
        if (truth?.serial !== undefined) {
          compared++;
          const ours = [
            digits(facts.serial),
            fourOf(facts.subject),
            fourOf(facts.issuer),
            facts.keyType,
            facts.keyBits ?? undefined,
          ];
          const bits =
            truth.bits ?? (truth.curve === undefined ? (facts.keyBits ?? undefined) : Number(truth.curve.slice(2)));
          expect(ours, sha256).toEqual([digits(truth.serial), truth.subject, truth.issuer, truth.key, bits]);
          const times = [facts.notBefore, facts.notAfter].map((time) => (time === null ? null : isoTime(time, 0)));
          expect(times, sha256).toEqual(truth.validity!.map(seconds));
        }
        let x509: X509Certificate;
        try {
          x509 = new X509Certificate(der);
        } catch {
          continue;
        }
        read++;
        expect(digits(facts.serial), sha256).toBe(digits(x509.serialNumber));
        expect(facts.isCa ?? false, sha256).toBe(x509.ca);
        const names = (x509.subjectAltName ?? '').split(', ').filter((name) => name.startsWith('DNS:'));
        expect(facts.dnsNames, sha256).toEqual(names.map((name) => name.slice(4)));
        for (const host of [...facts.dnsNames.slice(0, 5), 'a.example.org', facts.commonName ?? 'x'].map((name) =>
          name.replace('*', 'www'),
        )) {
          if (!/^[a-z0-9.-]*[a-z][a-z0-9.-]*$/i.test(host)) continue;
          expect(matchesHost(facts, host), `${sha256} ${host}`).toBe(x509.checkHost(host) !== undefined);
        }
      }
      expect(compared).toBeGreaterThan(85);
      expect(read).toBeGreaterThan(85);
    });
  },
);

test('a store keeps each certificate once', () => {
  const store = new CertificateStore();
  const first = store.add(Uint8Array.of(1, 2, 3));
  expect(store.add(Uint8Array.of(1, 2, 3))).toBe(first);
  expect(store.add(new Uint8Array(100_000))).toBeNull();
  expect(store.limitReached).toBe(true);
});
