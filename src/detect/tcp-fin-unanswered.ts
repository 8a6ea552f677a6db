import type { Connections } from '../flow/connections.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { oddLives } from './lives.ts';

export const tcpFinUnanswered: Detector = {
  id: 'tcp-fin-unanswered',
  title: 'A close that nobody answered',
  why: 'An end closed and sent its FIN, also again, and the peer did not acknowledge it: the peer or the path is gone. The socket stays in FIN-WAIT-1 or LAST-ACK until the system gives up.',
  references: [{ spec: 'RFC 9293', section: '3.6' }],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<'0' | '1'>(c, limits);
    for (const { id, close, fins } of oddLives(facts)) {
      if (close.unanswered !== null) groups.add(`${close.unanswered}`, id, fins[close.unanswered]);
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

function claim(c: Connections, group: Group<'0' | '1'>): Claim {
  const { ids, frames } = group;
  const who = group.kind === '0' ? 'originator' : 'responder';
  return {
    severity: 'notice',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  the ${who} closed and got no answer${ids.length === 1 ? '' : `, ${plural(ids.length, 'time')}`}: ${plural(frames.length, 'FIN')}, no ACK`,
    frameCount: frames.length,
    frames,
    measured: { connections: ids.length, fins: frames.length, by: who },
    against: [],
    unknowable: ['whether the peer was gone, or only the path to or from it'],
    displayFilter: framesFilter(frames),
    about: `${who} ${aboutText(c, group)}`,
  };
}
