import type { Handshake } from '../app/tls/handshake.ts';
import { SSL2, SSL3, TLS12, tlsVersionOf, versionName } from '../app/tls/names.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsOldVersion: Detector = {
  id: 'tls-old-version',
  title: 'An old version of TLS',
  why: 'SSL 2.0 and 3.0 are broken; TLS 1.0 and 1.1 rest on MD5 and SHA-1 and must not be used any more. Where one of them was agreed on, at least one end is out of date or set up so.',
  references: [
    { spec: 'RFC 8996', section: '4' },
    { spec: 'RFC 7568', section: '3' },
  ],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  if (h.version === null && h.clientHello?.version === SSL2) {
    return { severity: 'alert', confidence: 0.9, text: 'is spoken to in SSL 2.0', frame: frameOf(h, 'ClientHello') };
  }
  if (h.version === null || tlsVersionOf(h.version) >= TLS12) return null;
  const offered = Math.max(
    h.clientHello?.version ?? 0,
    ...(h.clientHello?.versions ?? []).filter((version) => version >>> 8 === 3),
  );
  return {
    severity: h.version <= SSL3 ? 'alert' : 'warning',
    confidence: 1,
    text: `speaks ${versionName(h.version)}${offered > h.version ? `, the client offered ${versionName(offered)}` : ''}`,
    frame: frameOf(h, 'ServerHello'),
    measured: { version: versionName(h.version) },
  };
}
