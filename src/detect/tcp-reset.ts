import type { Connections } from '../flow/connections.ts';
import type { ResetCause } from '../flow/life/close.ts';
import type { Side } from '../flow/life/story.ts';
import { type Claim, type Detector, type Severity, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, whoText } from './groups.ts';
import { oddLives } from './lives.ts';
import { deathOf } from './tcp-keep-alive-kill.ts';

type Kind = Exclude<ResetCause, 'refused' | 'handshake'> | 'ignored' | 'gave-up';
type Told = `${Kind} ${Side}`;

const isHandshake = (cause: ResetCause): cause is 'refused' | 'handshake' =>
  cause === 'refused' || cause === 'handshake';

const ends = ['originator', 'responder'] as const;

/** What a cause means, how serious it is, and how sure. `who` is the end that sent the RST. */
const causes: Readonly<
  Record<Kind, { severity: Severity; confidence: number; text: (who: string) => string; unknowable: string }>
> = {
  'after-close': {
    severity: 'info',
    confidence: 0.9,
    text: (who) => `by the ${who}, which had closed: what still came for it was thrown away`,
    unknowable: 'whether anybody needed what came late',
  },
  'unread-data': {
    severity: 'notice',
    confidence: 0.8,
    text: (who) => `by the ${who}, with data that it had just received and hardly read`,
    unknowable: 'what the program on that host had read',
  },
  abort: {
    severity: 'notice',
    confidence: 0.8,
    text: (who) => `by the ${who} without FIN: it closed with data unread, with SO_LINGER 0, or its program died`,
    unknowable: 'which of these it was',
  },
  'gave-up': {
    severity: 'notice',
    confidence: 0.9,
    text: (who) => `by the ${who}, which got no answer to its keep-alives and gave up`,
    unknowable: 'whether the peer had gone, or something on the way had forgotten the connection',
  },
  idle: {
    severity: 'notice',
    confidence: 0.7,
    text: (who) => `from the ${who} after a long silence: an idle timer`,
    unknowable: 'whether the timer runs on the host or on something before it',
  },
  'no-socket': {
    severity: 'notice',
    confidence: 0.9,
    text: (who) =>
      `by the host of the ${who}, which knows no such connection: it restarted, gave it up earlier, or never had it`,
    unknowable: 'which of these it was',
  },
  'middlebox-like': {
    severity: 'warning',
    confidence: 0.7,
    text: (who) => `in the name of the ${who}, unlike its own packets: rather by something between the ends`,
    unknowable: 'which device sent it',
  },
  ignored: {
    severity: 'notice',
    confidence: 0.8,
    text: (who) => `in the name of the ${who}, and not believed: its number was not the one that was due`,
    unknowable: 'whether a fault or an attack is behind it',
  },
};

const AGAINST_MIDDLEBOX = [
  'packets may have changed their path, and segments before the RST may be missing from the capture',
];

export const tcpReset: Detector = {
  id: 'tcp-reset',
  title: 'Connections that were reset',
  why: 'A RST ends a connection at once, and what was on its way is lost. Its form tells who sent it and why: a program that closed with data unread, a host that no longer knows the connection, or something between the ends.',
  references: [
    { spec: 'RFC 9293', section: '3.10.7' },
    { spec: 'RFC 5961', section: '3.2' },
    { spec: 'RFC 2525', section: '2.17' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Told>(c, limits);
    for (const { id, close, handshake, finalStates } of oddLives(facts)) {
      const { reset, ignored } = close;
      if (ignored !== null) groups.add(`ignored ${ignored.side}`, id, [ignored.frame]);
      // Handshakes that failed, and full accept queues, have findings of their own.
      // A RST for a connection of which nothing else was seen is somebody's answer to something unknown.
      if (handshake.outcome === 'partial' && finalStates.includes('UNKNOWN')) continue;
      if (reset === null || isHandshake(reset.cause) || close.answersHandshake || handshake.ignoredAcks > 1) continue;
      const hasGivenUp = reset.cause === 'abort' && deathOf(c, id, reset.side)?.how === 'gave-up';
      groups.add(`${hasGivenUp ? 'gave-up' : reset.cause} ${reset.side}`, id, [reset.frame]);
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

function claim(c: Connections, group: Group<Told>): Claim {
  const { ids, frames } = group;
  const [cause, side] = group.kind.split(' ') as [Kind, `${Side}`];
  const { severity, confidence, text, unknowable } = causes[cause];
  return {
    severity,
    confidence,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${ids.length === 1 ? 'RST' : `${ids.length} RSTs`} ${text(ends[Number(side) as Side])}`,
    frameCount: ids.length,
    frames,
    measured: { connections: ids.length, cause, by: ends[Number(side) as Side], clients: group.clients.size },
    against: cause === 'middlebox-like' ? AGAINST_MIDDLEBOX : [],
    unknowable: [unknowable],
    displayFilter: framesFilter(frames),
    about: `${group.kind} ${aboutText(c, group)}`,
  };
}
