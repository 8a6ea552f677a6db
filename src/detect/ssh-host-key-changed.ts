import { readHostKey } from '../app/ssh/host-key.ts';
import type { SshConnection } from '../app/ssh/run.ts';
import { otherSide } from '../stream/segment.ts';
import type { Facts } from './facts.ts';
import type { Detector } from './finding.ts';
import { socketText } from './groups.ts';
import { type SshVerdict, sshClaims, sshFrameOf } from './ssh-claims.ts';

export const sshHostKeyChanged: Detector = {
  id: 'ssh-host-key-changed',
  title: 'A host key that is not the one known',
  why: 'The server showed another host key than the one that is listed for it, or than it showed before in the same capture. Either it was set up anew, or somebody stands in between and reads all.',
  references: [{ spec: 'RFC 4251', section: '9.3.4' }],
  *detect(facts) {
    const before = new Map<string, string>();
    yield* sshClaims(facts, (connection) => listed(facts, connection) ?? changed(facts, connection, before));
  },
};

/** Held against known_hosts. */
function listed({ ssh, connections: c }: Facts, { id, session }: SshConnection): SshVerdict | null {
  const { hostKey, client } = session;
  if (hostKey === null || ssh?.knownHosts === null || ssh === undefined) return null;
  const server = otherSide(client);
  const {
    verdict,
    lines,
    listed: expected,
  } = ssh.knownHosts.judge([c.address(id, server)], c.port(id, server), hostKey);
  const frame = sshFrameOf(session, /REPLY$/);
  const measured = { found: hostKey.sha256, type: hostKey.type, line: lines[0] ?? 0 };
  if (verdict === 'revoked') {
    const text = `its host key ${hostKey.sha256} is revoked (known_hosts line ${lines[0]})`;
    return { severity: 'alert', confidence: 1, text, frame, measured };
  }
  if (verdict !== 'changed') return null;
  const known = readHostKey(Buffer.from(expected[0]!, 'base64')).sha256;
  return {
    severity: 'alert',
    confidence: 0.95,
    text: `possible man in the middle: its ${hostKey.type} key is ${hostKey.sha256}, known_hosts line ${lines[0]} has ${known}`,
    frame,
    measured: { ...measured, expected: known },
    against: ['a server that was set up anew has a new key'],
  };
}

/** Held against what the same address showed before. */
function changed(
  { connections: c }: Facts,
  { id, session }: SshConnection,
  before: Map<string, string>,
): SshVerdict | null {
  const { hostKey, client } = session;
  if (hostKey === null) return null;
  const key = `${socketText(c, id, otherSide(client))} ${hostKey.type}`;
  const known = before.get(key);
  before.set(key, hostKey.sha256);
  if (known === undefined || known === hostKey.sha256) return null;
  return {
    severity: 'warning',
    confidence: 0.6,
    text: `its ${hostKey.type} key is ${hostKey.sha256}, and was ${known} before`,
    frame: sshFrameOf(session, /REPLY$/),
    measured: { found: hostKey.sha256, expected: known },
    against: ['several hosts may stand behind one address'],
  };
}
