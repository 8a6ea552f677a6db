import { Mark } from '../flow/analysis/marks.ts';
import type { Connections } from '../flow/connections.ts';
import { lifeAtEnd } from '../flow/life/life.ts';
import { Word } from '../flow/records.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';

type Kind = 'gave-up 0' | 'gave-up 1' | 'refused 0' | 'refused 1';

/** Probes in a row without an answer: one may be lost. */
const MIN_UNANSWERED = 2;

export const tcpKeepAliveKill: Detector = {
  id: 'tcp-keep-alive-kill',
  title: 'Idle connections that were dead',
  why: 'A keep-alive asked whether the other end was still there, and got no answer, or a RST: while the connection was idle, the peer went away, or a firewall or address translator on the way forgot it. The application notices only now.',
  references: [
    { spec: 'RFC 9293', section: '3.8.4' },
    { spec: 'RFC 5382', section: '5' },
  ],
  *detect({ connections: c, limits }) {
    const groups = new Groups<Kind>(c, limits);
    for (const id of c.digest().eventful) {
      if (c.word(id, Word.analysis) <= 0 || c.isUdp(id) || !c.isCounted(id)) continue;
      for (const side of [0, 1] as const) {
        const found = (c.analysis(id, side).keepAlive ?? 0) > 0 ? deathOf(c, id, side) : null;
        if (found !== null) groups.add(`${found.how} ${side}`, id, found.frames);
      }
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

const framesWith = (c: Connections, id: number, side: number, mark: number): number[] =>
  c.markedFrames(id, side).flatMap(({ frame, marks }) => ((marks & mark) === 0 ? [] : [frame]));

/** How the connection ended, where that was upon keep-alives of `side`. */
export function deathOf(
  c: Connections,
  id: number,
  side: 0 | 1,
): { how: 'gave-up' | 'refused'; frames: number[] } | null {
  const reset = lifeAtEnd(c, id)?.close.reset ?? null;
  if (reset === null) return null;
  const probes = framesWith(c, id, side, Mark.keepAlive).filter((frame) => frame < reset.frame);
  const answer = framesWith(c, id, side ^ 1, Mark.keepAliveAck).findLast((frame) => frame < reset.frame) ?? 0;
  const unanswered = probes.filter((frame) => frame > answer);
  if (reset.side === side) {
    return unanswered.length >= MIN_UNANSWERED ? { how: 'gave-up', frames: [...unanswered, reset.frame] } : null;
  }
  // The RST is the answer to the last probe: its sender said nothing after it, and got no other answer.
  const last = unanswered.at(-1);
  if (last === undefined || (c.lastMarks(id, side) & Mark.keepAlive) === 0) return null;
  return { how: 'refused', frames: [last, reset.frame] };
}

function claim(c: Connections, group: Group<Kind>): Claim {
  const { ids, frames } = group;
  const [how, side] = group.kind.split(' ') as ['gave-up' | 'refused', '0' | '1'];
  const who = side === '0' ? 'originator' : 'responder';
  const many = ids.length === 1 ? '' : `, ${plural(ids.length, 'connection')}`;
  const what =
    how === 'refused'
      ? `a keep-alive of the ${who} was answered with a RST`
      : `keep-alives of the ${who} got no answer, and it gave up`;
  return {
    severity: 'notice',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${what}${many}`,
    frameCount: frames.length,
    frames,
    measured: { connections: ids.length, how, by: who, minimumUnanswered: MIN_UNANSWERED },
    unknowable: ['whether the peer had gone, or something on the way had forgotten the connection'],
    displayFilter: framesFilter(frames),
    about: `${group.kind} ${aboutText(c, group)}`,
  };
}
