import type { Handshake } from '../app/tls/handshake.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsCompression: Detector = {
  id: 'tls-compression',
  title: 'Compression inside TLS',
  why: 'What is compressed before it is encrypted tells its content by its length: cookies were read that way (CRIME).',
  references: [{ spec: 'RFC 9325', section: '3.3' }],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  const method = h.serverHello?.compression ?? 0;
  if (method === 0) return null;
  const text = `compresses before it encrypts (method ${method})`;
  return { severity: 'warning', confidence: 1, text, frame: frameOf(h, 'ServerHello'), measured: { method } };
}
