import type { Connections } from '../flow/connections.ts';
import { Word } from '../flow/records.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { oddLives } from './lives.ts';

export const tcpPortReuseInTimeWait: Detector = {
  id: 'tcp-port-reuse-in-time-wait',
  title: 'A port used again too early',
  why: 'The old connection was still in TIME-WAIT when a new SYN came from the same port. A server takes it when its sequence number or timestamp is beyond the old ones; otherwise it answers with an ACK of the old connection, and the client has to reset and try again.',
  references: [
    { spec: 'RFC 9293', section: '3.10.7.4' },
    { spec: 'RFC 6191', section: '2' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const lives = new Map(oddLives(facts).map((life) => [String(life.id), life] as const));
    const groups = new Groups<'taken' | 'refused'>(c, limits);
    for (const { reused, next } of lives.values()) {
      if (reused?.from !== 'TIME-WAIT' || next < 0) continue;
      const { handshake } = lives.get(String(next)) ?? {};
      const isTaken = handshake?.outcome === 'established' && !handshake.notes.includes('challenge-ack');
      groups.add(isTaken ? 'taken' : 'refused', next, [c.word(next, Word.firstFrame) >>> 0]);
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

function claim(c: Connections, group: Group<'taken' | 'refused'>): Claim {
  const { ids, frames, kind } = group;
  const taken = kind === 'taken';
  const outcome = taken ? 'the new connection was taken' : 'the new connection was not taken at once';
  return {
    severity: taken ? 'info' : 'notice',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${plural(ids.length, 'port')} used again while the old connection was in TIME-WAIT: ${outcome}`,
    frameCount: ids.length,
    frames,
    measured: { connections: ids.length, clients: group.clients.size },
    against: taken ? ['systems may do so on purpose (tcp_tw_reuse)'] : [],
    unknowable: [],
    displayFilter: framesFilter(frames),
    about: `${kind} ${aboutText(c, group)}`,
  };
}
