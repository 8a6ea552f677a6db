import type { Handshake } from '../app/tls/handshake.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsWeakKey: Detector = {
  id: 'tls-weak-key',
  title: 'A short key',
  why: 'RSA and Diffie-Hellman below 2048 bits, elliptic curves below 224, and DSA: who has means can break them, for all connections that use them.',
  references: [{ spec: 'RFC 9325', section: '4.5' }],
  detect: (facts) => tlsClaims(facts, judge),
};

const MIN_RSA_BITS = 2048;
const MIN_CURVE_BITS = 224;

function judge(h: Handshake): TlsVerdict | null {
  const dhBits = h.keyExchange?.dhBits ?? null;
  if (dhBits !== null && dhBits < MIN_RSA_BITS) {
    const text = `uses Diffie-Hellman with ${dhBits} bits`;
    return {
      severity: 'warning',
      confidence: 1,
      text,
      frame: frameOf(h, 'ServerKeyExchange'),
      measured: { bits: dhBits },
    };
  }
  for (const [i, { facts, isSelfSigned }] of h.certificates[otherSide(h.client)].entries()) {
    const { keyType, keyBits, subject } = facts;
    const least = keyType.startsWith('RSA') || keyType === 'DSA' ? MIN_RSA_BITS : MIN_CURVE_BITS;
    // A root is trusted by itself, whatever its key.
    if (keyBits === null || keyBits >= least || (isSelfSigned && i > 0)) continue;
    const text = `the certificate of ${subject} has an ${keyType} key of ${keyBits} bits`;
    return { severity: 'warning', confidence: 1, text, frame: frameOf(h, 'Certificate'), measured: { bits: keyBits } };
  }
  return null;
}
