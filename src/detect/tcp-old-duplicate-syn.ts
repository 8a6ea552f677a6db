import type { Connections } from '../flow/connections.ts';
import type { UnexpectedAck } from '../flow/life/handshake.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { listenerText, socketText } from './groups.ts';
import { oddLives } from './lives.ts';

export const tcpOldDuplicateSyn: Detector = {
  id: 'tcp-old-duplicate-syn',
  title: 'A SYN from the past',
  why: 'A SYN that had been delayed, or sent twice, reached the server; its SYN-ACK acknowledges a number that the client does not wait for, so the client resets it and its real SYN has to start again.',
  references: [{ spec: 'RFC 9293', section: '3.5' }],
  *detect(facts) {
    const { connections: c } = facts;
    for (const { id, handshake } of oddLives(facts)) {
      const { outcome, unexpectedAck: ack } = handshake;
      if (ack === null || ack.challenge) continue;
      if (outcome === 'old-duplicate-syn' || ack.expected !== null) yield claim(c, id, ack);
    }
  },
};

function claim(c: Connections, id: number, { frame, acknowledgment, expected, resetFrame }: UnexpectedAck): Claim {
  const wanted = expected ?? successorExpects(c, id);
  const measured: Record<string, number> = { acknowledgment };
  if (wanted !== null) measured['expected'] = wanted;
  return {
    severity: 'notice',
    confidence: 0.9,
    connection: `tcp:${c.indexes()[id]!}`,
    summary: `${socketText(c, id, 0)} > ${listenerText(c, id)}  the SYN-ACK acknowledges ${acknowledgment}${wanted === null ? '' : `, the client waits for ${wanted}`}: it resets that and starts again`,
    frameCount: 2,
    frames: [frame, resetFrame],
    measured,
    against: [],
    unknowable: ['where the old SYN was held up'],
    displayFilter: framesFilter([frame, resetFrame]),
    about: `${c.address(id, 0)} ${listenerText(c, id)}`,
  };
}

/** The real SYN opened the next connection, or the one before. */
function successorExpects(c: Connections, id: number): number | null {
  const isn = c.successor(id) < 0 ? null : c.isn(c.successor(id), 0);
  return isn === null ? null : (isn + 1) >>> 0;
}
