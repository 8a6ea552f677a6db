import type { Handshake } from '../app/tls/handshake.ts';
import { Extension, isTls13 } from '../app/tls/names.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsInsecureRenegotiation: Detector = {
  id: 'tls-insecure-renegotiation',
  title: 'Renegotiation without protection',
  why: 'The client asked for secure renegotiation and the server does not know it. Others can put data in front of what the client sends.',
  references: [{ spec: 'RFC 5746', section: '3.4' }],
  detect: (facts) => tlsClaims(facts, judge),
};

/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV, RFC 5746 section 3.3. */
const SCSV = 0x00ff;

function judge(h: Handshake): TlsVerdict | null {
  const { clientHello: c, serverHello: s } = h;
  if (c === null || s === null || isTls13(s.version) || s.malformed) return null;
  const asks = c.suites.includes(SCSV) || c.extensions.includes(Extension.renegotiationInfo);
  if (!asks || s.extensions.includes(Extension.renegotiationInfo)) return null;
  return {
    severity: 'notice',
    confidence: 1,
    text: 'does not support secure renegotiation',
    frame: frameOf(h, 'ServerHello'),
  };
}
