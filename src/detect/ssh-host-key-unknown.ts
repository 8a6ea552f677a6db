import type { Facts } from './facts.ts';
import type { SshConnection } from '../app/ssh/run.ts';
import { otherSide } from '../stream/segment.ts';
import type { Detector } from './finding.ts';
import { type SshVerdict, sshClaims, sshFrameOf } from './ssh-claims.ts';

export const sshHostKeyUnknown: Detector = {
  id: 'ssh-host-key-unknown',
  title: 'A host key that is not listed',
  why: 'known_hosts has no key of this type for the address. Who connects for the first time has to compare the fingerprint by another way, or trusts whoever answers.',
  references: [{ spec: 'RFC 4251', section: '4.1' }],
  detect: (facts) => sshClaims(facts, (connection) => judge(facts, connection)),
};

function judge({ ssh, connections: c }: Facts, { id, session }: SshConnection): SshVerdict | null {
  const { hostKey, client } = session;
  if (hostKey === null || ssh === undefined || ssh.knownHosts === null) return null;
  const server = otherSide(client);
  if (ssh.knownHosts.judge([c.address(id, server)], c.port(id, server), hostKey).verdict !== 'unknown') return null;
  return {
    severity: 'notice',
    confidence: 1,
    text: `its ${hostKey.type} key ${hostKey.sha256} is not in known_hosts`,
    frame: sshFrameOf(session, /REPLY$/),
    measured: { found: hostKey.sha256 },
    unknowable: ['under which name the client knows the host'],
  };
}
