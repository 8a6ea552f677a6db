import type { Handshake } from '../app/tls/handshake.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsChainIncomplete: Detector = {
  id: 'tls-chain-incomplete',
  title: 'A missing intermediate certificate',
  why: 'The server sent its own certificate without that of its issuer, and the issuer is no root. Browsers that have seen the issuer elsewhere get along; programs and phones refuse.',
  references: [
    { spec: 'RFC 8446', section: '4.4.2' },
    { spec: 'RFC 5246', section: '7.4.2' },
  ],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake, trust: TrustStore): TlsVerdict | null {
  const chain = h.certificates[otherSide(h.client)];
  if (chain.length === 0 || trust.judge(chain).verdict !== 'incomplete') return null;
  return {
    severity: 'notice',
    confidence: 0.7,
    text: `the issuer of its certificate was not sent: ${chain[0]!.facts.issuer}`,
    frame: frameOf(h, 'Certificate'),
    measured: { sent: chain.length },
    against: ['a client that trusts this issuer itself needs no more: --ca FILE'],
  };
}
