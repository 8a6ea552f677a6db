import type { Handshake } from '../app/tls/handshake.ts';
import { matchesName } from '../app/tls/trust.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsNameMismatch: Detector = {
  id: 'tls-name-mismatch',
  title: 'A certificate for another name',
  why: 'The client asked for one name and got a certificate that does not have it: the wrong virtual host, a forgotten name, or another machine than the one that was meant.',
  references: [{ spec: 'RFC 9525', section: '6.3' }],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  const [own] = h.certificates[otherSide(h.client)];
  const host = h.clientHello?.serverName ?? null;
  if (own === undefined || host === null || matchesName(own, host) !== false) return null;
  const { sans, commonName } = own.facts;
  const names = sans.length > 0 ? sans : commonName === null ? ['no name'] : [commonName];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return {
    severity: 'warning',
    confidence: 0.95,
    text: `${host} was asked for, the certificate is for ${names.slice(0, 3).join(', ')}${more}`,
    frame: frameOf(h, 'Certificate'),
    measured: { serverName: host, names: names.length },
    against: ['a client may be told to expect another name than it asks for'],
  };
}
