import type { Connections } from '../flow/connections.ts';
import { Cause } from '../flow/waits/names.ts';
import { duration } from './durations.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { framesOf, sideNames, stallsOfCause, waitingConnections } from './waiting.ts';

export const tcpLostWindowUpdate: Detector = {
  id: 'tcp-lost-window-update',
  title: 'Both ends waited: a window update was lost',
  why: 'A receiver that had shut its window opened it again and said so, but nothing acknowledges a window update, and nobody sends a lost one again. The sender believes that the window is shut until its next probe, while the receiver waits for data.',
  references: [
    { spec: 'RFC 9293', section: '3.8.6.1' },
    { spec: 'RFC 9293', section: '3.8.6.2.2' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Kind>(c, limits);
    for (const id of waitingConnections(facts)) {
      for (const side of [0, 1] as const) {
        const stalls = stallsOfCause(c, id, Cause.lostWindowUpdate).filter((stall) => stall.side === side);
        const [longest] = stalls;
        if (longest !== undefined) groups.add(`${side}`, id, framesOf(stalls), longest.nanoseconds / 1e9);
      }
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

type Kind = '0' | '1';

function claim(c: Connections, group: Group<Kind>): Claim {
  const { ids, frames, kind, most } = group;
  const who = sideNames[kind === '0' ? 0 : 1];
  const where = ids.length === 1 ? '' : ` in ${plural(ids.length, 'connection')}`;
  return {
    severity: 'warning',
    confidence: 0.8,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  both ends waited${where}, for up to ${duration(most)}: the ${who}'s window was open, and the sender did not know`,
    frameCount: frames.length,
    frames,
    measured: { connections: ids.length, longestSeconds: most, receiver: who },
    against: ['a receiver may have opened its window just before the probe came'],
    unknowable: ['where the update was lost, or whether it was sent at all, unless the capture has it'],
    displayFilter: framesFilter(frames),
    about: `${who} ${aboutText(c, group)}`,
  };
}
