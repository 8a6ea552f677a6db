import type { Handshake } from '../app/tls/handshake.ts';
import { TLS12, TLS13, versionName } from '../app/tls/names.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsDowngrade: Detector = {
  id: 'tls-downgrade',
  title: 'A handshake pushed to a lower version',
  why: 'The end of the server random says that the server has a higher version than it chose, and the client offered that one too. Somebody between them changed what was offered, or a device in the path speaks in their place.',
  references: [{ spec: 'RFC 8446', section: '4.1.3' }],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  const { clientHello: c, serverHello: s } = h;
  if (c === null || s === null || s.downgrade === null) return null;
  const offered = Math.max(c.version, ...c.versions.filter((version) => version >>> 8 === 3));
  const isLess = s.downgrade === 'TLS 1.2' ? offered >= TLS13 : offered >= TLS12 && s.version < TLS12;
  if (!isLess) return null;
  return {
    severity: 'alert',
    confidence: 0.9,
    text: `chose ${versionName(s.version)} although both ends have more: the client offered ${versionName(offered)}`,
    frame: frameOf(h, 'ServerHello'),
    measured: { version: versionName(s.version), offered: versionName(offered) },
    against: ['a device that inspects TLS may copy the random of a server that it talks to'],
  };
}
