import type { Handshake } from '../app/tls/handshake.ts';
import { signatureName } from '../app/tls/names.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsWeakSignature: Detector = {
  id: 'tls-weak-signature',
  title: 'A weak signature',
  why: 'Signatures over MD5 or SHA-1 can be forged: two documents with the same hash can be made. Browsers refuse certificates with them.',
  references: [
    { spec: 'RFC 9155', section: '4' },
    { spec: 'RFC 9325', section: '4.1' },
  ],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  const chain = h.certificates[otherSide(h.client)];
  // The signature of a root says nothing: it is trusted by itself.
  const weak = chain.find((each) => !each.isSelfSigned && /^(md[25]|sha1)With|-SHA1$/i.test(each.facts.signature));
  if (weak !== undefined) {
    const { signature, subject } = weak.facts;
    const text = `the certificate of ${subject} is signed with ${signature}`;
    return { severity: 'warning', confidence: 1, text, frame: frameOf(h, 'Certificate'), measured: { signature } };
  }
  const algorithm = h.keyExchange?.signature ?? h.verifySignature[otherSide(h.client)];
  if (algorithm === null || !/_(sha1|md5)$/.test(signatureName(algorithm))) return null;
  const name = signatureName(algorithm);
  const text = `signed its key exchange with ${name}`;
  return {
    severity: 'notice',
    confidence: 1,
    text,
    frame: frameOf(h, 'ServerKeyExchange'),
    measured: { signature: name },
  };
}
