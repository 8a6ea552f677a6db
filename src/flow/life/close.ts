/** How a connection ended (RFC 9293 sections 3.6 and 3.10.7). Shapes are those of the JSON contract. */
import { seqDiff } from '../../bytes/sequence.ts';
import { ACK } from '../../wire/tcp.ts';
import type { Milestone } from '../milestones.ts';
import type { Handshake } from './handshake.ts';
import { elapsed } from './moment.ts';
import { type Replay, type Transition, finAnswer, fits } from './replay.ts';
import { isSynchronised } from './states.ts';
import { type Side, type Story, acknowledges, isFin, isReset } from './story.ts';
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
export type ResetCause =
  'refused' | 'handshake' | 'after-close' | 'unread-data' | 'abort' | 'idle' | 'no-socket' | 'middlebox-like';

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
  /** Who sent the first FIN, or the RST; null while open. */
  readonly initiator: Side | null;
  /** The RST that ended it, or that came first after the FINs. */
  readonly reset: Reset | null;
  /** RSTs that the other end did not believe. */
  readonly ignoredResets: number;
  /** How often each end sent its FIN. */
  readonly fins: readonly [number, number];
  /** An end closed and its peer went on sending. */
  readonly halfClosedData: boolean;
  /** The end that was told of the close and has not closed itself when the capture ends. */
  readonly waiting: Side | null;
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
  const shape = shapeOf(story, replayed, effective, captureEnd);
  const ended = shape === 'reset' ? effective : shape === 'open' ? undefined : firstFin;
  const fins = [0, 1].map((side) => segments.filter((s) => s.side === side && isFin(s)).length);
  return {
    shape,
    initiator: ended?.side ?? null,
    reset: told === undefined ? null : describeReset(story, told, handshake, transitions),
    ignoredResets: resets.filter((s) => !closes(story, transitions, s) && s !== told).length,
    fins: [fins[0]!, fins[1]!],
    halfClosedData: halfClosedBy(story) !== null,
    waiting: waitingEnd(replayed),
  };
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
  const { segments, finEnd } = story;
  const [first, second] = finsInOrder(story);
  const isOrderly = first !== undefined && second !== undefined;
  // After both FINs a RST only tidies up.
  if (reset !== undefined && !(isOrderly && second.frame < reset.frame)) return 'reset';
  if (first === undefined) return isOpen(replayed) ? 'open' : 'none';
  const end = finEnd[first.side]!;
  const answer = segments[finAnswer(story, first.side, end)];
  if (second === undefined) {
    if (answer !== undefined) return 'half-close';
    // Where nothing of the peer was captured, its silence says nothing.
    if (story.frames[first.side === 0 ? 1 : 0] === 0) return 'open';
    const resent = segments.filter((s) => s.side === first.side && isFin(s)).length > 1;
    return resent || elapsed(first, captureEnd) > UNANSWERED_SECONDS ? 'fin-unanswered' : 'open';
  }
  if (halfClosedBy(story) !== null) return 'half-close';
  if (!acknowledges(second, end)) return 'simultaneous';
  // The second FIN is the first to acknowledge the first one.
  return answer === second || answer === undefined || answer.frame >= second.frame ? 'three-way' : 'four-way';
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

/** An end left in CLOSE-WAIT. */
function waitingEnd({ transitions }: Replay): Side | null {
  for (const side of [0, 1] as const)
    if (transitions.findLast((t) => t.side === side)?.to === 'CLOSE-WAIT') return side;
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
  if ((s.flags & ACK) === 0) return 'no-socket';
  return s.newlyAcks ? 'unread-data' : 'abort';
}
