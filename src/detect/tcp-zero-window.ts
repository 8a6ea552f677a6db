import type { Connections } from '../flow/connections.ts';
import { Cause } from '../flow/waits/names.ts';
import { closingsOf, windowOf } from '../flow/waits/read.ts';
import { duration } from './durations.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { framesOf, sideNames, stallsOfCause, waitingConnections } from './waiting.ts';

export const tcpZeroWindow: Detector = {
  id: 'tcp-zero-window',
  title: 'A receiver that takes no more',
  why: 'The application reads more slowly than the peer sends. Its buffer is full, so its system announces a window of zero, and the sender has to stop and ask from time to time whether there is room again.',
  references: [
    { spec: 'RFC 9293', section: '3.8.6.1' },
    { spec: 'RFC 9293', section: '3.8.6.2' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Kind>(c, limits);
    for (const id of waitingConnections(facts)) {
      for (const side of [0, 1] as const) {
        const seconds = closedSeconds(c, id, side);
        if (seconds >= LEAST_SECONDS) groups.add(`${side}`, id, evidence(c, id, side), seconds);
      }
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

type Kind = '0' | '1';

/** A window that is closed for less than the least RTO of Linux costs no probe, and little time. */
const LEAST_SECONDS = 0.2;
const WARNING_SECONDS = 1;
const FRAMES = 20;

/** Of a sender that has something to send: it asked, or sent at once when the window opened. */
function closedSeconds(c: Connections, id: number, side: 0 | 1): number {
  const window = windowOf(c, id, side);
  if (window === null || window.closings === 0) return 0;
  return window.closedNanoseconds / 1e9;
}

function evidence(c: Connections, id: number, side: 0 | 1): number[] {
  const closings = closingsOf(c, id).filter((span) => span.side === side);
  return framesOf([...closings, ...stallsOfCause(c, id, Cause.zeroWindow)]).slice(0, FRAMES);
}

function claim(c: Connections, group: Group<Kind>): Claim {
  const { ids, frames, kind, most } = group;
  const who = sideNames[kind === '0' ? 0 : 1];
  const [first] = ids as [number];
  const { closings = 0, isClosed = false } = windowOf(c, first, kind === '0' ? 0 : 1) ?? {};
  const times =
    ids.length > 1 ? `in ${plural(ids.length, 'connection')}, for up to ${duration(most)}` : `for ${duration(most)}`;
  const end = ids.length === 1 && isClosed ? ', and never opened it again' : '';
  return {
    severity: most >= WARNING_SECONDS ? 'warning' : 'notice',
    confidence: 0.95,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  the ${who} shut its window ${times}${end}: its application reads too slowly`,
    frameCount: frames.length,
    frames,
    measured: {
      connections: ids.length,
      longestSeconds: most,
      leastSeconds: LEAST_SECONDS,
      receiver: who,
      ...(ids.length === 1 ? { closings } : {}),
    },
    against: [],
    unknowable: ['what the application did meanwhile'],
    displayFilter: framesFilter(frames),
    about: `${who} ${aboutText(c, group)}`,
  };
}
