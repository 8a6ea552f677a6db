import { Completeness } from '../flow/completeness.ts';
import type { Connections } from '../flow/connections.ts';
import type { UnexpectedAck } from '../flow/life/handshake.ts';
import { endOf, lifeAtEnd, silenceAtEnd, startOf } from '../flow/life/life.ts';
import { elapsed } from '../flow/life/moment.ts';
import { Meta, Word } from '../flow/records.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import type { Facts } from './facts.ts';
import { aboutText, type Group, Groups, listenerText, onlyConnection, plural, socketText, whoText } from './groups.ts';
import { oddLives } from './lives.ts';

/** A client that is there answers a SYN-ACK sooner than this; a capture that ends before proves nothing. */
const PATIENCE_SECONDS = 3;
/** A SYN-ACK is sent again after a second at the soonest; sooner it is a copy that the capture has twice. */
const RESEND_SECONDS = 0.5;
const ONLY_SYNS = Completeness.syn | Completeness.synAck;
const COMPLETENESS = Meta.completenessMask << Meta.completenessShift;

export const tcpHalfOpen: Detector = {
  id: 'tcp-half-open',
  title: 'Handshakes that the client did not finish',
  why: 'The server answered the SYN and waits for the last ACK: the SYN-ACK does not reach the client, the client is gone, or its address is made up. Until it gives up, the server keeps a place in its SYN queue for each.',
  references: [
    { spec: 'RFC 9293', section: '3.5' },
    { spec: 'RFC 4987', section: '2' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<'silent'>(c, limits);
    for (const id of halfOpen(c)) groups.add('silent', id, [c.word(id, Word.firstFrame) >>> 0]);
    for (const group of groups.all()) yield claim(c, group);
    for (const { id, handshake, previous } of oddLives(facts)) {
      const ack = handshake.unexpectedAck;
      if (ack === null || !ack.challenge || isInTimeWait(facts, previous)) continue;
      yield discovered(c, id, ack);
    }
  },
};

/** SYN and SYN-ACK and nothing else, and time enough for more. */
function* halfOpen(c: Connections): Generator<number> {
  for (const id of c.digest().eventful) {
    const meta = c.word(id, Word.meta);
    if ((meta & COMPLETENESS) !== ONLY_SYNS << Meta.completenessShift) continue;
    if ((meta & Meta.udp) !== 0 || !c.isCounted(id)) continue;
    if (isResent(c, id) || silenceAtEnd(c, id) > PATIENCE_SECONDS) yield id;
  }
}

const isResent = (c: Connections, id: number): boolean =>
  c.frames(id, 1) > 1 && elapsed(startOf(c, id), endOf(c, id)) > RESEND_SECONDS;

function claim(c: Connections, group: Group<string>): Claim {
  const { ids, frames } = group;
  const synAcks = ids.reduce((sum, id) => sum + c.frames(id, 1), 0);
  return {
    severity: ids.length >= MANY ? 'warning' : 'notice',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${plural(ids.length, 'handshake')} never finished: ${plural(synAcks, 'SYN-ACK')} sent, no ACK came`,
    frameCount: ids.length,
    frames,
    measured: { connections: ids.length, synAcks, clients: group.clients.size, mostAtOnce: mostAtOnce(c, ids) },
    against: [],
    unknowable: ['whether the SYN-ACKs reached the clients, or ACKs took a path past the capture'],
    displayFilter: framesFilter(frames),
    about: aboutText(c, group),
  };
}

/**
 * How many were half open at the same time, at least: each from its start to its last frame, when the server still
 * waited for it.
 */
function mostAtOnce(c: Connections, ids: readonly number[]): number {
  const at = (id: number, seconds: number, nanoseconds: number): number =>
    (c.word(id, seconds) >>> 0) + c.word(id, nanoseconds) / 1e9;
  const starts = Float64Array.from(ids, (id) => at(id, Word.startSeconds, Word.startNanoseconds)).toSorted();
  const ends = Float64Array.from(ids, (id) => at(id, Word.endSeconds, Word.endNanoseconds)).toSorted();
  let most = 0;
  let ended = 0;
  for (let i = 0; i < starts.length; i++) {
    while (ends[ended]! < starts[i]!) ended++;
    most = Math.max(most, i + 1 - ended);
  }
  return most;
}

/** From here on it is no single client that went away. */
const MANY = 10;

/** That is tcp-port-reuse-in-time-wait. */
function isInTimeWait({ connections }: Facts, id: number): boolean {
  const transitions = id < 0 ? undefined : lifeAtEnd(connections, id)?.transitions;
  return transitions?.some((t) => t.by === 'reuse' && t.from === 'TIME-WAIT') === true;
}

/** RFC 9293 section 3.5.1: one end had forgotten a connection that the other still held. */
function discovered(c: Connections, id: number, { frame, acknowledgment, expected, resetFrame }: UnexpectedAck): Claim {
  return {
    severity: 'notice',
    confidence: 0.9,
    connection: `tcp:${c.indexes()[id]!}`,
    summary: `${socketText(c, id, 0)} > ${listenerText(c, id)}  the server still held an older connection: it answered the SYN with ACK ${acknowledgment}, the client waits for ${expected} and reset that`,
    frameCount: 2,
    frames: [frame, resetFrame],
    measured: { acknowledgment, expected: expected ?? 0 },
    against: [],
    unknowable: ['why the client had lost the older connection'],
    displayFilter: framesFilter([frame, resetFrame]),
    about: `held ${c.address(id, 0)} ${listenerText(c, id)}`,
  };
}
