import type { Connections } from '../flow/connections.ts';
import { silenceAtEnd } from '../flow/life/life.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { oddLives } from './lives.ts';

/** An application that is about to close does so sooner; one that computes its last answer may take this long. */
const LEAK_SECONDS = 5;
/** From here on it is a habit. */
const MANY = 3;

export const tcpCloseWaitLeak: Detector = {
  id: 'tcp-close-wait-leak',
  title: 'Connections that an application forgot to close',
  why: 'The peer closed; the system told the application (a read of zero bytes), and the application did not close its own end. The socket stays in CLOSE-WAIT as long as the process lives, and each one holds a file descriptor.',
  references: [{ spec: 'RFC 9293', section: '3.6' }],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<'0' | '1'>(c, limits);
    for (const { id, close, fins } of oddLives(facts)) {
      // Who still sends has not forgotten the connection.
      if (close.waiting === null || close.halfClosedData) continue;
      if (silenceAtEnd(c, id) >= LEAK_SECONDS)
        groups.add(`${close.waiting}`, id, fins[close.waiting === 0 ? 1 : 0].slice(-1));
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

function claim(c: Connections, group: Group<'0' | '1'>): Claim {
  const { ids, frames } = group;
  const who = group.kind === '0' ? 'originator' : 'responder';
  const longest = ids.reduce((most, id) => Math.max(most, silenceAtEnd(c, id)), 0);
  return {
    severity: ids.length >= MANY ? 'warning' : 'notice',
    confidence: ids.length >= MANY ? 0.9 : 0.6,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  the ${who} has not closed ${plural(ids.length, 'connection')} that its peer closed (CLOSE-WAIT, up to ${longest.toFixed(1)} s)`,
    frameCount: frames.length,
    frames,
    measured: { connections: ids.length, longestSeconds: longest, thresholdSeconds: LEAK_SECONDS, by: who },
    against: ids.length >= MANY ? [] : ['an application may use a half-closed connection on purpose'],
    unknowable: ['whether it closed them after the capture ended'],
    displayFilter: framesFilter(frames),
    about: `${who} ${aboutText(c, group)}`,
  };
}
