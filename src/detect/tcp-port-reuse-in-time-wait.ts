import { Completeness } from '../flow/completeness.ts';
import type { Connections } from '../flow/connections.ts';
import { endOf, startOf } from '../flow/life/life.ts';
import { elapsed } from '../flow/life/moment.ts';
import { TIME_WAIT_SECONDS } from '../flow/life/timers.ts';
import { Life } from '../flow/milestones.ts';
import { WORDS, Word } from '../flow/records.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';

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
    const groups = new Groups<'taken' | 'refused'>(c, limits);
    const w = c.words;
    for (let id = 0, at: number = Word.previous; id < c.count; id++, at += WORDS) {
      if (w[at] === 0) continue;
      if (isReuse(c, id)) groups.add(isTaken(c, id) ? 'taken' : 'refused', id, [c.word(id, Word.firstFrame) >>> 0]);
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

const CAME_UP = Completeness.synAck | Completeness.ack;

/**
 * The connection before it on the same ends was closed in order, less than TIME-WAIT ago. Decided from the records: a
 * busy proxy does this a hundred thousand times.
 */
function isReuse(c: Connections, id: number): boolean {
  const previous = c.word(id, Word.previous) - 1;
  if (previous < 0 || !c.isCounted(id) || !c.isCounted(previous) || c.connState(previous) !== 'SF') return false;
  return elapsed(endOf(c, previous), startOf(c, id)) < TIME_WAIT_SECONDS;
}

/** It came up, and no SYN had to be sent again. */
const isTaken = (c: Connections, id: number): boolean =>
  (c.completeness(id) & CAME_UP) === CAME_UP && (c.word(id, Word.life) & Life.again) === 0;

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
