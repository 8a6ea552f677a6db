import { missingLists } from '../app/ssh/kexinit.ts';
import type { Session } from '../app/ssh/session.ts';
import { weakAlgorithms } from '../app/ssh/weak.ts';
import type { Detector } from './finding.ts';
import { type SshVerdict, sshClaims, sshFrameOf } from './ssh-claims.ts';

/** RFC 8270 for groups, RFC 9142 section 3 for keys. */
const MIN_BITS = 2048;

export const sshWeakAlgorithm: Detector = {
  id: 'ssh-weak-algorithm',
  title: 'Weak algorithms of SSH',
  why: 'The two ends agreed on an algorithm that can be broken or is about to be: small groups, SHA-1 in key exchange or signatures, RC4, CBC, blocks of 64 bits, short keys.',
  references: [
    { spec: 'RFC 9142', section: '3' },
    { spec: 'RFC 8758', section: '2' },
  ],
  detect: (facts) => sshClaims(facts, ({ session }) => judge(session)),
};

function judge(session: Session): SshVerdict | null {
  const { algorithms, hostKey, groupBits } = session;
  // Where nothing is common nothing was agreed on.
  if (algorithms === null || missingLists(algorithms).length > 0) return null;
  const weak = weakAlgorithms(algorithms);
  const parts = [...new Map(weak.map(({ name, why }) => [name, `${name} (${why})`])).values()];
  const isShort =
    hostKey !== null && hostKey.bits !== null && /^ssh-(rsa|dss)/.test(hostKey.type) && hostKey.bits < MIN_BITS;
  if (isShort) parts.push(`a host key of ${hostKey.bits} bits`);
  const isSmall = groupBits !== null && groupBits < MIN_BITS;
  if (isSmall) parts.push(`a group of ${groupBits} bits`);
  if (parts.length === 0) return null;
  const isGrave = isShort || isSmall || weak.some(({ mild }) => !mild);
  return {
    severity: isGrave ? 'warning' : 'info',
    confidence: 1,
    text: `agreed on ${parts.join(', ')}`,
    frame: sshFrameOf(session, /^KEXINIT$/),
    measured: { weak: parts.length },
  };
}
