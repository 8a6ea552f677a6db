import type { Handshake } from '../app/tls/handshake.ts';
import { suiteParts } from '../app/tls/suite-parts.ts';
import { suiteName } from '../app/tls/suites.ts';
import { Extension } from '../app/tls/names.ts';
import type { Severity } from './finding.ts';
import type { Detector } from './finding.ts';
import { type TlsVerdict, frameOf, tlsClaims } from './tls-claims.ts';

export const tlsWeakCipher: Detector = {
  id: 'tls-weak-cipher',
  title: 'A weak cipher suite',
  why: 'What the suite encrypts can be read or changed by others: without encryption (NULL), without authentication (anon), with keys cut short (EXPORT, DES), with RC4, or with blocks of 64 bits. CBC with the MAC inside has leaked through timing again and again.',
  references: [
    { spec: 'RFC 9325', section: '4.1' },
    { spec: 'RFC 7465', section: '2' },
  ],
  detect: (facts) => tlsClaims(facts, judge),
};

const kinds: readonly (readonly [pattern: RegExp, severity: Severity, why: string])[] = [
  [/_NULL_|WITH_NULL/, 'alert', 'nothing is encrypted'],
  [/anon/, 'alert', 'nobody proves who he is'],
  [/EXPORT|DES40|_40_|RC4_56/, 'alert', 'its keys are short enough to try all'],
  [/RC4/, 'warning', 'RC4 is broken'],
  [/_DES_CBC|RC2|_DES_/, 'warning', 'its key has 56 bits'],
  [/3DES|IDEA/, 'notice', 'its blocks of 64 bits repeat (Sweet32)'],
];

function judge(h: Handshake): TlsVerdict | null {
  if (h.suite === null) return null;
  const name = suiteName(h.suite);
  const frame = frameOf(h, 'ServerHello');
  const [, severity, why] = kinds.find(([pattern]) => pattern.test(name)) ?? [];
  const measured = { cipher: name };
  if (severity !== undefined) return { severity, confidence: 1, text: `chose ${name}: ${why}`, frame, measured };
  const isGuarded = h.serverHello!.extensions.includes(Extension.encryptThenMac);
  if (suiteParts(h.suite)?.cipher.endsWith('CBC') !== true || isGuarded) return null;
  return { severity: 'info', confidence: 1, text: `chose ${name}: CBC without encrypt-then-MAC`, frame, measured };
}
