import type { Handshake } from '../app/tls/handshake.ts';
import { validityAt } from '../app/tls/trust.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, dateText, frameOf, timeOf, tlsClaims } from './tls-claims.ts';

export const tlsCertificateNotYetValid: Detector = {
  id: 'tls-certificate-not-yet-valid',
  title: 'A certificate from the future',
  why: 'The connection was made before the first day of the certificate: it was put to use too early, or a clock is wrong.',
  references: [{ spec: 'RFC 5280', section: '4.1.2.5' }],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  const seconds = timeOf(h);
  const found = h.certificates[otherSide(h.client)].find((each) => validityAt(each, seconds) === 'not-yet-valid');
  if (found === undefined) return null;
  const { subject, notBefore } = found.facts;
  return {
    severity: 'warning',
    confidence: 0.95,
    text: `the certificate of ${subject} is valid only from ${dateText(notBefore)}`,
    frame: frameOf(h, 'Certificate'),
    measured: { notBefore: dateText(notBefore), captured: dateText(seconds) },
    against: ['a wrong clock of the host that captured would look the same'],
  };
}
