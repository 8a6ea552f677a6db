/** The document of `ssh`, but for its rows, which are made one at a time. */
import { readHostKey } from '../../app/ssh/host-key.ts';
import { hassh, kexKind, missingLists } from '../../app/ssh/kexinit.ts';
import type { KnownHosts } from '../../app/ssh/known-hosts.ts';
import type { SshConnection } from '../../app/ssh/run.ts';
import type { Session } from '../../app/ssh/session.ts';
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import { MAX_EVIDENCE_FRAMES } from '../../flow/limits.ts';
import { otherSide } from '../../stream/segment.ts';
import { heading, limitsReached } from '../documents.ts';
import { sideNames } from '../ladder/model.ts';
import { isoTime } from '../times.ts';
import type { Activity, AuthRow, HostKeyRow, SshDocument, SshRow } from './model.ts';

export const sshDocument = (facts: Facts, { knownHosts }: SshRows, findings: readonly Finding[]): SshDocument => ({
  ...heading(facts),
  limitsReached: limitsReached(facts),
  knownHosts: knownHosts && { lines: knownHosts.size, unreadable: knownHosts.unreadable },
  findings,
});

export interface SshRows {
  readonly connections: readonly SshConnection[];
  /** Null where no file was given. */
  readonly knownHosts: KnownHosts | null;
}

/** In order of connections. */
export function* sshRows(facts: Facts, { connections, knownHosts }: SshRows): Generator<SshRow> {
  const ordered = connections.toSorted((a, b) => a.id - b.id);
  for (const each of ordered) if (facts.connections.isCounted(each.id)) yield sshRow(facts, each, knownHosts);
}

function sshRow(facts: Facts, { id, session: s }: SshConnection, knownHosts: KnownHosts | null): SshRow {
  const { connections: c } = facts;
  const [first] = s.steps;
  const server = otherSide(s.client);
  const [own, peer] = s.kexInits;
  const hostKey = hostKeyRow(facts, id, s, knownHosts);
  return {
    connection: `tcp:${c.indexes()[id]!}`,
    originator: { address: c.address(id, 0), port: c.port(id, 0) },
    responder: { address: c.address(id, 1), port: c.port(id, 1) },
    startTime: first === undefined ? null : isoTime(first.seconds, first.nanoseconds),
    outcome: s.outcome,
    banners: { originator: s.banners[0], responder: s.banners[1] },
    offered: { originator: own && own.lists, responder: peer && peer.lists },
    algorithms: algorithmsOf(s),
    missing: s.algorithms === null ? [] : missingLists(s.algorithms),
    strictKex: s.strict,
    groupBits: s.groupBits,
    hostKey,
    hassh: s.kexInits[s.client] && hassh(s.kexInits[s.client]!, false),
    hasshServer: s.kexInits[server] && hassh(s.kexInits[server]!, true),
    auth: authRow(facts, id, s),
    disconnect: s.disconnect && {
      side: sideNames[s.disconnect.side],
      frame: s.disconnect.frame,
      code: s.disconnect.code,
      text: s.disconnect.text,
    },
    steps: s.steps.map(({ message, side, frame, seconds, nanoseconds }) => ({
      message,
      side: sideNames[side],
      frame,
      time: isoTime(seconds, nanoseconds),
    })),
    stepCount: s.stepCount,
    anomalies: s.anomalies.map(({ id: anomaly, side, frame }) => ({ id: anomaly, side: sideNames[side], frame })),
  };
}

function algorithmsOf({ algorithms: a }: Session): SshRow['algorithms'] {
  if (a === null) return null;
  return {
    kex: a.kex,
    kexKind: kexKind(a.kex ?? ''),
    hostKey: a.hostKey,
    cipher: { toServer: a.cipherToServer, toClient: a.cipherToClient },
    mac: { toServer: a.macToServer, toClient: a.macToClient },
    compression: { toServer: a.compressionToServer, toClient: a.compressionToClient },
  };
}

function hostKeyRow(
  { connections: c }: Facts,
  id: number,
  s: Session,
  knownHosts: KnownHosts | null,
): HostKeyRow | null {
  const { hostKey } = s;
  if (hostKey === null) return null;
  const server = otherSide(s.client);
  const judged = knownHosts?.judge([c.address(id, server)], c.port(id, server), hostKey) ?? null;
  return {
    type: hostKey.type,
    bits: hostKey.bits,
    sha256: hostKey.sha256,
    md5: hostKey.md5,
    knownHosts: judged === null ? null : judged.verdict,
    knownHostsLines: judged?.lines ?? [],
    expected: (judged?.listed ?? []).map((blob) => readHostKey(Buffer.from(blob, 'base64')).sha256),
  };
}

function authRow(facts: Facts, id: number, { auth, client }: Session): AuthRow | null {
  if (auth === null || !auth.isPossible) return null;
  return {
    inferred: true,
    outcome: auth.outcome,
    method: auth.method,
    failures: auth.failures.length,
    failureFrames: auth.failures.slice(0, MAX_EVIDENCE_FRAMES).map(({ frame }) => frame),
    successFrame: auth.success?.frame ?? null,
    activity: auth.success === null ? 'none' : activityOf(facts, id, client),
  };
}

/** Segments of a transfer are large; keys that somebody presses come one by one. */
const TRANSFER_BYTES = 100_000;
const TRANSFER_MEAN = 500;
const KEYSTROKES = 20;

function activityOf({ connections: c }: Facts, id: number, client: 0 | 1): Activity {
  const [sent, received] = [c.payloadBytes(id, client), c.payloadBytes(id, otherSide(client))];
  const [out, back] = [c.frames(id, client), c.frames(id, otherSide(client))];
  const isLarge = (bytes: number, frames: number): boolean => bytes > TRANSFER_BYTES && bytes / frames > TRANSFER_MEAN;
  if (isLarge(sent, out) || isLarge(received, back)) return 'transfer';
  return out > 2 * KEYSTROKES && sent / out < TRANSFER_MEAN / 4 ? 'interactive' : 'command';
}
