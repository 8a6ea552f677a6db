import type { Connections } from '../flow/connections.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { type OddLife, oddLives } from './lives.ts';

type Sign = 'ignored' | 'reset';

/** One ACK may be lost between the capture and the server; this many in a row, or at this many clients, are dropped. */
const IGNORED_ACKS = 2;
const CLIENTS = 2;

export const tcpAcceptQueueOverflow: Detector = {
  id: 'tcp-accept-queue-overflow',
  title: 'A server too slow to accept',
  why: 'Finished handshakes wait in the accept queue for the application. When it is full, Linux drops the last ACK (and sends the SYN-ACK again), or with tcp_abort_on_overflow answers it with a RST; new SYNs are dropped as well. The clients believe that they are connected.',
  references: [{ spec: 'RFC 9293', section: '3.10.7.4' }],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Sign>(c, limits);
    for (const odd of oddLives(facts)) {
      const sign = acceptQueueSign(odd);
      if (sign !== null) groups.add(sign, odd.id, odd.frames, odd.handshake.ignoredAcks);
    }
    const sure = groups.all().filter(isSure);
    for (const group of sure) yield claim(c, group);
  },
};

/** The ACK was seen and the SYN-ACK came again; or the first thing the responder said after its SYN-ACK was a RST. */
export function acceptQueueSign({ handshake, close, finalStates }: OddLife): Sign | null {
  if (handshake.synAck === null || handshake.outcome === 'partial') return null;
  const { reset } = close;
  if (reset?.side === 1 && reset.cause === 'no-socket' && close.answersHandshake) return 'reset';
  if (handshake.ignoredAcks === 0) return null;
  // A client that was heard in the end may have lost one ACK.
  return finalStates[1] === 'UNKNOWN' ? null : 'ignored';
}

function isSure(group: Group<Sign>): boolean {
  return group.kind === 'reset' || group.ids.length >= CLIENTS || group.most >= IGNORED_ACKS;
}

function claim(c: Connections, group: Group<Sign>): Claim {
  const { ids, frames, kind } = group;
  const what = kind === 'reset' ? 'reset right after the handshake' : 'not taken: the SYN-ACK came again after the ACK';
  return {
    severity: 'warning',
    confidence: ids.length >= CLIENTS ? 0.9 : 0.7,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${plural(ids.length, 'finished handshake')} ${what}: accept queue full`,
    frameCount: frames.length,
    frames,
    measured: { connections: ids.length, clients: group.clients.size },
    against: kind === 'ignored' ? ['ACKs may have been lost between the capture and the server'] : [],
    unknowable: ['the length of the queue (ss -lnt on the server shows it)'],
    displayFilter: framesFilter(frames),
    about: `${kind} ${aboutText(c, group)}`,
  };
}
