/** How a connection ended (RFC 9293 sections 3.6 and 3.10.7). Shapes are those of the JSON contract. */
import { seqDiff } from '../../bytes/sequence.ts';
import { ACK } from '../../wire/tcp.ts';
import type { Milestone } from '../milestones.ts';
import type { Handshake } from './handshake.ts';
import { elapsed } from './moment.ts';
import { finAnswer, fits } from './numbers.ts';
import type { Replay, Transition } from './replay.ts';
import { isSynchronised } from './states.ts';
import { type Side, type Story, acknowledges, isFin, isReset, isSynAck, transmissions } from './story.ts';
import type { Outlook } from './timers.ts';

export const shapes = [
  'four-way',
  'three-way',
  'simultaneous',
  'half-close',
  'reset',
  'fin-unanswered',
  'open',
  'none',
] as const;
export type Shape = (typeof shapes)[number];

/**
 * Why an end sent RST, as far as its form and place tell. refused: nothing listens; handshake: it gave up the handshake;
 * after-close: data came for a socket that was closed; unread-data: closed with data received and not acknowledged
 * before, so hardly read; abort: closed without FIN (SO_LINGER 0, a process that died, or unread data); idle: after a
 * long silence; no-socket: the form of an answer from a host that knows no such connection; middlebox-like: TTL or
 * number unlike the end's own.
 */
export const resetCauses = [
  'refused',
  'handshake',
  'after-close',
  'unread-data',
  'abort',
  'idle',
  'no-socket',
  'middlebox-like',
] as const;
export type ResetCause = (typeof resetCauses)[number];

export interface Reset {
  readonly frame: number;
  readonly side: Side;
  readonly cause: ResetCause;
  /** What made it look like a middlebox's: its TTL, its number, or null. */
  readonly odd: 'ttl' | 'sequence' | null;
  readonly ttl: number;
  readonly idleSeconds: number;
}

export interface Close {
  readonly shape: Shape;
  /** Who sent the first FIN, or the RST; null while open, and when both closed at once. */
  readonly initiator: Side | null;
  /** The RST that ended it, or that came first after the FINs. */
  readonly reset: Reset | null;
  /** The RST was the first that the responder sent after its SYN-ACK: it took the handshake's last ACK for a stray. */
  readonly answersHandshake: boolean;
  /** The first RST that the other end did not believe. */
  readonly ignored: Reset | null;
  /** How often each end sent its FIN. */
  readonly fins: readonly [number, number];
  /** An end closed and its peer went on sending. */
  readonly halfClosedData: boolean;
  /** The end that was told of the close and has not closed itself when the capture ends. */
  readonly waiting: Side | null;
  /** The end whose FIN nobody acknowledged, where the shape is `fin-unanswered`. */
  readonly unanswered: Side | null;
}

/** A RST after a silence this long ends an idle connection: timers of firewalls and proxies start at half a minute. */
export const IDLE_SECONDS = 30;
/** A FIN without answer for this long, or sent twice, is unanswered; before that the capture merely ended. */
const UNANSWERED_SECONDS = 3;

export function closeOf(story: Story, replayed: Replay, handshake: Handshake, { captureEnd }: Outlook): Close {
  const { segments } = story;
  const { transitions } = replayed;
  const firstFin = segments.find(isFin);
  const effective = segments.find((s) => isReset(s) && closes(story, transitions, s));
  const resets = segments.filter(isReset);
  const told = effective ?? resets.find((s) => firstFin !== undefined && s.frame > firstFin.frame);
  const ignored = resets.find((s) => s !== told && isIgnored(story, replayed, s));
  const shape = shapeOf(story, replayed, effective, captureEnd);
  const ended = shape === 'reset' ? effective : shape === 'open' || shape === 'simultaneous' ? undefined : firstFin;
  const fins = ([0, 1] as const).map((side) => transmissions(story, side, isFin).length);
  return {
    shape,
    initiator: ended?.side ?? null,
    reset: told === undefined ? null : describeReset(story, told, handshake, transitions),
    answersHandshake: told !== undefined && answersHandshake(story, told),
    ignored: ignored === undefined ? null : describeReset(story, ignored, handshake, transitions),
    fins: [fins[0]!, fins[1]!],
    halfClosedData: halfClosedBy(story) !== null,
    waiting: waitingEnd(replayed),
    unanswered: shape === 'fin-unanswered' ? (([0, 1] as const).find((side) => isOwed(story, side)) ?? null) : null,
  };
}

/** It came while both ends were open, moved neither, and its receiver went on. */
function isIgnored(story: Story, { transitions }: Replay, s: Milestone): boolean {
  const opened = transitions.some((t) => t.to === 'ESTABLISHED' && t.frame !== null && t.frame < s.frame);
  const closed = transitions.some((t) => t.to === 'CLOSED' && t.frame !== null && t.frame <= s.frame);
  return opened && !closed && story.segments.some((t) => t.frame > s.frame && t.side !== s.side && !isReset(t));
}

/** From its last SYN-ACK to a RST that means that very handshake. */
const PROMPT_SECONDS = 3;

function answersHandshake({ segments, iss, frames }: Story, reset: Milestone): boolean {
  if (reset.side !== 1 || iss[1] === null) return false;
  const sent = segments.filter((s) => s.side === 1);
  if (sent.length !== frames[1] || !sent.every((s) => isSynAck(s) || isReset(s))) return false;
  if (segments.some((s) => s.side === 0 && isFin(s))) return false;
  return elapsed(sent.findLast(isSynAck)!, reset) <= PROMPT_SECONDS;
}

/** The RST ended something: for its receiver, or for its sender where nothing of the receiver is known. */
function closes(story: Story, transitions: readonly Transition[], s: Milestone): boolean {
  const mute = story.frames[s.side === 0 ? 1 : 0] === 0;
  return transitions.some((t) => t.frame === s.frame && (t.by === 'received' || mute));
}

function shapeOf(
  story: Story,
  replayed: Replay,
  reset: Milestone | undefined,
  captureEnd: Outlook['captureEnd'],
): Shape {
  const [first, second] = finsInOrder(story);
  if (reset !== undefined && !isOver(story, reset)) return 'reset';
  if (first === undefined) return isOpen(replayed) ? 'open' : 'none';
  const answer = answerTo(story, first.side);
  if (second === undefined && answer === undefined) {
    return isUnanswered(story, first, captureEnd) ? 'fin-unanswered' : 'open';
  }
  if (second === undefined || halfClosedBy(story) !== null) return 'half-close';
  if (!acknowledges(second, story.finEnd[first.side]!)) return 'simultaneous';
  if (answerTo(story, second.side) === undefined && isUnanswered(story, second, captureEnd)) return 'fin-unanswered';
  // The second FIN is the first to acknowledge the first one.
  return answer === undefined || answer.frame >= second.frame ? 'three-way' : 'four-way';
}

/** Both FINs had been acknowledged: a RST after that only tidies up. */
const isOver = (story: Story, reset: Milestone): boolean =>
  ([0, 1] as const).every((side) => (answerTo(story, side)?.frame ?? Infinity) < reset.frame);

/** The segment that acknowledged the FIN of `side`. */
function answerTo(story: Story, side: Side): Milestone | undefined {
  const end = story.finEnd[side];
  return end === null ? undefined : story.segments[finAnswer(story, side, end)];
}

/** It sent a FIN and got no acknowledgment of it. */
const isOwed = (story: Story, side: Side): boolean =>
  story.finEnd[side] !== null && answerTo(story, side) === undefined;

/** Sent again, or followed by silence. Where nothing of the peer was captured, its silence says nothing. */
function isUnanswered(story: Story, fin: Milestone, captureEnd: Outlook['captureEnd']): boolean {
  if (story.frames[fin.side === 0 ? 1 : 0] === 0) return false;
  return transmissions(story, fin.side, isFin).length > 1 || elapsed(fin, captureEnd) > UNANSWERED_SECONDS;
}

/** The first FIN of each end, in the order of the capture. */
function finsInOrder({ segments }: Story): [Milestone | undefined, Milestone | undefined] {
  const first = segments.find(isFin);
  return [first, first && segments.find((s) => isFin(s) && s.side !== first.side)];
}

/** The end that closed while its peer, which knew it, sent more data; null when none did. */
function halfClosedBy(story: Story): Side | null {
  const { segments, finEnd } = story;
  for (const side of [0, 1] as const) {
    const end = finEnd[side];
    if (end === null) continue;
    const answer = finAnswer(story, side, end);
    if (segments.some((s, i) => i >= answer && answer >= 0 && isLateData(s, side, end))) return side;
  }
  return null;
}

const isLateData = (s: Milestone, closer: Side, end: number): boolean =>
  s.side !== closer && s.payloadLength > 0 && acknowledges(s, end);

/** Either end got as far as ESTABLISHED. */
const isOpen = ({ initial, transitions }: Replay): boolean =>
  initial.includes('ESTABLISHED') || transitions.some((t) => t.to === 'ESTABLISHED');

/** An end left in CLOSE-WAIT, as far as the capture has all that it sent. */
function waitingEnd({ transitions }: Replay): Side | null {
  for (const side of [0, 1] as const) {
    const last = transitions.findLast((t) => t.side === side);
    if (last?.to === 'CLOSE-WAIT' && !last.inferred) return side;
  }
  return null;
}

function describeReset(story: Story, s: Milestone, handshake: Handshake, transitions: readonly Transition[]): Reset {
  const odd = s.oddTtl ? 'ttl' : fits(s) || hasRightAck(s) ? null : 'sequence';
  const cause = causeOf(story, s, handshake, transitions, odd);
  return { frame: s.frame, side: s.side, cause, odd, ttl: s.ttl, idleSeconds: s.idleMilliseconds / 1000 };
}

/** An answer to a stray segment carries what that segment acknowledged, which may be old. */
const hasRightAck = (s: Milestone): boolean =>
  (s.flags & ACK) === 0 && s.acked !== null && seqDiff(s.sequence, s.acked) <= 0;

function causeOf(
  story: Story,
  s: Milestone,
  handshake: Handshake,
  transitions: readonly Transition[],
  odd: Reset['odd'],
): ResetCause {
  if (handshake.outcome === 'refused') return 'refused';
  const before = transitions.findLast((t) => t.side === s.side && t.frame !== null && t.frame < s.frame)?.to;
  if (before !== undefined && !isSynchronised(before)) return 'handshake';
  if (odd !== null) return 'middlebox-like';
  const closed = story.segments.some((t) => t.side === s.side && isFin(t) && t.frame < s.frame);
  if (closed) return 'after-close';
  if (s.idleMilliseconds >= IDLE_SECONDS * 1000) return 'idle';
  // RFC 9293 section 3.10.7.1: the answer to a segment without ACK has the number 0 and an ACK.
  if ((s.flags & ACK) === 0 || s.sequence === 0) return 'no-socket';
  return s.newlyAcks ? 'unread-data' : 'abort';
}
