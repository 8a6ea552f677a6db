import type { Handshake } from '../app/tls/handshake.ts';
import { isTls13 } from '../app/tls/names.ts';
import { suiteParts } from '../app/tls/suite-parts.ts';
import { suiteName } from '../app/tls/suites.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsNoForwardSecrecy: Detector = {
  id: 'tls-no-forward-secrecy',
  title: 'No forward secrecy',
  why: 'The session keys rest on a long-lived key alone. Who records the traffic and gets that key later, by theft or by court, reads all of it.',
  references: [{ spec: 'RFC 9325', section: '4.1' }],
  detect: (facts) => tlsClaims(facts, judge),
};

function judge(h: Handshake): TlsVerdict | null {
  const { serverHello: s } = h;
  if (s === null || h.resumption === 'ticket' || h.resumption === 'session-id') return null;
  const frame = frameOf(h, 'ServerHello');
  const verdict = { severity: 'notice', confidence: 1, frame, measured: { cipher: suiteName(s.suite) } } as const;
  if (isTls13(s.version)) {
    return s.psk && s.group === null ? { ...verdict, text: 'resumed with the pre-shared key alone' } : null;
  }
  const exchange = suiteParts(s.suite)?.exchange ?? '';
  if (!/^(RSA|DH_(RSA|DSS)|ECDH_(RSA|ECDSA)|PSK|RSA_PSK)/.test(exchange)) return null;
  return { ...verdict, text: `chose ${suiteName(s.suite)}: ${exchange.replaceAll('_', ' with ')} key exchange` };
}
