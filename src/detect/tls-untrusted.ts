import type { Handshake } from '../app/tls/handshake.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsUntrusted: Detector = {
  id: 'tls-untrusted',
  title: 'A certificate that nobody trusted vouches for',
  why: 'The signatures of the chain do not lead to a root that is trusted. A client that was not told otherwise cannot tell the server from somebody in between.',
  references: [{ spec: 'RFC 5280', section: '6.1' }],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake, trust: TrustStore): TlsVerdict | null {
  const chain = h.certificates[otherSide(h.client)];
  if (chain.length === 0) return null;
  const { verdict, path } = trust.judge(chain);
  const last = path.at(-1)!;
  const frame = frameOf(h, 'Certificate');
  const verdictOf = {
    frame,
    measured: { verdict },
    unknowable: ['which roots the client trusts: --ca FILE names others'],
  };
  if (verdict === 'bad-signature') {
    const text = `the signature of the certificate of ${last.facts.subject} is wrong`;
    return { ...verdictOf, severity: 'alert', confidence: 0.95, text };
  }
  if (verdict === 'self-signed') {
    return {
      ...verdictOf,
      severity: 'notice',
      confidence: 0.9,
      text: `its certificate is signed by itself: ${last.facts.subject}`,
    };
  }
  if (verdict !== 'unknown-ca') return null;
  const issuer = last.isSelfSigned ? last.facts.subject : last.facts.issuer;
  const against = ['a root that was trusted then may have been taken from the list since'];
  return {
    ...verdictOf,
    severity: 'notice',
    confidence: 0.8,
    text: `its chain ends at an authority that is not trusted: ${issuer}`,
    against,
  };
}
