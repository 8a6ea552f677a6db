import type { Connections } from '../flow/connections.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { type OddLife, oddLives } from './lives.ts';

type Resent = 'syn' | 'syn-ack' | 'late';

export const tcpHandshakeSlow: Detector = {
  id: 'tcp-handshake-slow',
  title: 'Connections that came up at a second try',
  why: 'A SYN or SYN-ACK was lost, or dropped by a server whose queues were full; it is sent again only after a second, then two, then four. Users wait that long before anything else happens.',
  references: [
    { spec: 'RFC 6298', section: '2' },
    { spec: 'RFC 9293', section: '3.8.3' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Resent>(c, limits);
    for (const odd of oddLives(facts)) {
      const resent = resentOf(odd);
      if (resent !== null) groups.add(resent, odd.id, odd.frames.slice(0, FRAMES), lost(odd, resent));
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

/** Frames of evidence for one handshake. */
const FRAMES = 4;
/** A resend sooner than this followed a RST or was a copy, and no timer. */
const LEAST_SECONDS = 0.5;

const lost = ({ handshake }: OddLife, resent: Resent): number =>
  resent === 'late'
    ? (handshake.synAckSeconds ?? 0)
    : (resent === 'syn' ? handshake.syn : handshake.synAck)!.intervals.reduce((sum, seconds) => sum + seconds, 0);

/** A SYN-ACK that was resent although its ACK was seen is no loss on this side: tcp-accept-queue-overflow looks at it. */
function resentOf(odd: OddLife): Resent | null {
  const { outcome, syn, synAck, openSeconds, unexpectedAck, ignoredAcks } = odd.handshake;
  if (outcome === 'aborted' && odd.close.initiator === 0 && openSeconds > LATE_SECONDS) return 'late';
  if (outcome !== 'established' || unexpectedAck !== null || ignoredAcks > 1) return null;
  if (syn !== null && syn.transmissions > 1 && lost(odd, 'syn') >= LEAST_SECONDS) return 'syn';
  return synAck !== null && synAck.transmissions > 1 && lost(odd, 'syn-ack') >= LEAST_SECONDS ? 'syn-ack' : null;
}

/** A client that resets a SYN-ACK sooner than this scans. */
const LATE_SECONDS = 1;

const texts: Readonly<Record<Resent, { what: string; unknowable: string }>> = {
  syn: {
    what: 'came up only after the SYN was sent again',
    unknowable: 'whether the SYN was lost on its way or dropped by the server',
  },
  'syn-ack': {
    what: 'came up only after the SYN-ACK was sent again',
    unknowable: 'whether the SYN-ACK or the ACK of it was lost',
  },
  late: { what: 'failed: the SYN-ACK came when the client had given up', unknowable: 'what held the SYN-ACK up' },
};

function claim(c: Connections, group: Group<Resent>): Claim {
  const { ids, frames, kind, most } = group;
  const { what, unknowable } = texts[kind];
  return {
    severity: 'notice',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${plural(ids.length, 'connection')} ${what}: up to ${most.toFixed(1)} s lost`,
    frameCount: frames.length,
    frames,
    measured: { connections: ids.length, longestSeconds: most, kind, clients: group.clients.size },
    against: [],
    unknowable: [unknowable],
    displayFilter: framesFilter(frames),
    about: `${kind} ${aboutText(c, group)}`,
  };
}
