import { type ListName, missingLists } from '../app/ssh/kexinit.ts';
import type { Session } from '../app/ssh/session.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type SshVerdict, sshClaims, sshFrameOf } from './ssh-claims.ts';

export const sshNoCommonAlgorithm: Detector = {
  id: 'ssh-no-common-algorithm',
  title: 'Two ends of SSH without a common algorithm',
  why: 'In at least one of the lists no name stands on both sides, so the connection ends before anybody logs in. Mostly one end is much older than the other, or was told to allow very little.',
  references: [{ spec: 'RFC 4253', section: '7.1' }],
  detect: (facts) => sshClaims(facts, ({ session }) => judge(session)),
};

const listTexts: Readonly<Partial<Record<ListName, string>>> = {
  kex: 'key exchange',
  hostKey: 'host key',
  cipherToServer: 'cipher',
  cipherToClient: 'cipher to the client',
  macToServer: 'MAC',
  macToClient: 'MAC to the client',
  compressionToServer: 'compression',
  compressionToClient: 'compression to the client',
};

/** Names of one list that are told. */
const MAX_TOLD = 4;

function judge(session: Session): SshVerdict | null {
  const { algorithms, kexInits, client } = session;
  if (algorithms === null) return null;
  const missing = missingLists(algorithms);
  const [first] = missing;
  if (first === undefined) return null;
  const told = (side: 0 | 1): string => {
    const names = kexInits[side]!.lists[first];
    return names.slice(0, MAX_TOLD).join(', ') + (names.length > MAX_TOLD ? ' ...' : '') || 'nothing';
  };
  const lists = missing.map((name) => listTexts[name] ?? name).join(', ');
  return {
    severity: 'warning',
    confidence: 1,
    text: `nothing in common: ${lists}; client ${told(client)}; server ${told(otherSide(client))}`,
    frame: sshFrameOf(session, /^KEXINIT$/),
    measured: { lists: missing.length },
  };
}
