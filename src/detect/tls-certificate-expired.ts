import type { Handshake } from '../app/tls/handshake.ts';
import { validityAt } from '../app/tls/trust.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, dateText, frameOf, timeOf, tlsClaims } from './tls-claims.ts';

export const tlsCertificateExpired: Detector = {
  id: 'tls-certificate-expired',
  title: 'A certificate that had expired',
  why: 'The connection was made after the last day of the certificate. Clients refuse that, unless somebody told them not to look.',
  references: [{ spec: 'RFC 5280', section: '4.1.2.5' }],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  const seconds = timeOf(h);
  const found = h.certificates[otherSide(h.client)].find((each) => validityAt(each, seconds) === 'expired');
  if (found === undefined) return null;
  const { subject, notAfter } = found.facts;
  return {
    severity: 'warning',
    confidence: 0.95,
    text: `the certificate of ${subject} expired on ${dateText(notAfter)}`,
    frame: frameOf(h, 'Certificate'),
    measured: { notAfter: dateText(notAfter), captured: dateText(seconds) },
    against: ['a wrong clock of the host that captured would look the same'],
  };
}
