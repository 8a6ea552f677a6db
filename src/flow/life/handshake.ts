/** How a connection came up, or why it did not (RFC 9293 section 3.5). Outcomes are those of the JSON contract. */
import { seqDiff } from '../../bytes/sequence.ts';
import { ACK } from '../../wire/tcp.ts';
import type { Milestone } from '../milestones.ts';
import { elapsed } from './moment.ts';
import type { Replay, Transition } from './replay.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { isSynchronised } from './states.ts';
import {
  COPY_SECONDS,
  type Side,
  type Story,
  acknowledges,
  endOf,
  isPlainAck,
  isReset,
  isSyn,
  isSynAck,
  transmissions,
} from './story.ts';
import type { Outlook } from './timers.ts';

export const outcomes = [
  'established',
  'syn-unanswered',
  'refused',
  'syn-ack-unanswered',
  'aborted',
  'old-duplicate-syn',
  'partial',
] as const;
export type Outcome = (typeof outcomes)[number];

/** What is odd about a handshake. */
export const handshakeNotes = [
  'syn-resent',
  'syn-gave-up',
  'syn-ack-resent',
  'syn-ack-gave-up',
  'final-ack-ignored',
  'challenge-ack',
  'unexpected-ack',
  'split-handshake',
  'data-on-syn',
  'one-sided',
  'icmp-error',
] as const;
export type HandshakeNote = (typeof handshakeNotes)[number];

/** A segment acknowledged what its receiver never sent (RFC 9293 section 3.5.1 and figure 9). */
export interface UnexpectedAck {
  /** Frame of the segment, and the acknowledgment it carried. */
  readonly frame: number;
  readonly acknowledgment: number;
  /** What the receiver had to see: its own ISN + 1. Null when only the old SYN is in this connection. */
  readonly expected: number | null;
  /** The RST that answered it. */
  readonly resetFrame: number;
  readonly challenge: boolean;
}

export interface Handshake {
  readonly outcome: Outcome;
  /** SYN to the ACK that completed it; Wireshark's initial RTT. Null unless all of it was seen. */
  readonly rttSeconds: number | null;
  /** SYN to SYN-ACK. */
  readonly synAckSeconds: number | null;
  /** First SYN to first SYN-ACK, the resends between them included; 0 when either is missing. */
  readonly openSeconds: number;
  /** SYNs of the originator, SYN-ACKs of the responder; null for none. */
  readonly syn: Schedule | null;
  readonly synAck: Schedule | null;
  readonly simultaneousOpen: boolean;
  readonly fastOpen: boolean;
  readonly notes: readonly HandshakeNote[];
  readonly unexpectedAck: UnexpectedAck | null;
  /** ACKs of the SYN-ACK that were seen before it was sent again. */
  readonly ignoredAcks: number;
}

/**
 * `replaced`: a SYN with another ISN came from the same port soon afterwards, or had come before. `icmp`: an ICMP error
 * quoted a segment of the connection.
 */
export function handshakeOf(
  story: Story,
  replayed: Replay,
  outlook: Outlook,
  replaced: boolean,
  icmp: boolean,
): Handshake {
  const synTimes = openingSyns(story);
  const synAckTimes = transmissions(story, 1, isSynAck);
  const simultaneousOpen = isSimultaneous(story);
  const unexpectedAck = findUnexpectedAck(story);
  const outcome = outcomeOf(story, replayed, replaced, unexpectedAck);
  const end = outlook.reused ?? outlook.captureEnd;
  const syn = synTimes.length === 0 ? null : scheduleOf(synTimes, end);
  const synAck = synAckTimes.length === 0 ? null : scheduleOf(synAckTimes, end);
  const rest = { syn, synAck, simultaneousOpen, ignoredAcks: ignoredAcks(story), unexpectedAck };
  return {
    outcome,
    rttSeconds: outcome === 'established' ? initialRtt(story) : null,
    synAckSeconds: synAckDelay(story),
    openSeconds: synTimes.length > 0 && synAckTimes.length > 0 ? elapsed(synTimes[0]!, synAckTimes[0]!) : 0,
    fastOpen: story.segments.some((s) => isSyn(s) && s.payloadLength > 0),
    ...rest,
    notes: notesOf(story, outcome, rest, icmp),
  };
}

/** A SYN that comes again when its end had acknowledged the answer to it was late on its way, and no timer's. */
function openingSyns(story: Story): Milestone[] {
  const open = story.segments.find((s) => s.side === 0 && isPlainAck(s))?.frame ?? Infinity;
  return transmissions(story, 0, isSyn).filter((s, i) => i === 0 || s.frame < open);
}

const reached = (transitions: readonly Transition[], side: Side): boolean =>
  transitions.some((t) => t.side === side && isSynchronised(t.to) && t.to !== 'CLOSED');

function outcomeOf(
  story: Story,
  { transitions }: Replay,
  replaced: boolean,
  unexpected: UnexpectedAck | null,
): Outcome {
  const { segments, iss, frames } = story;
  if (!segments.some(isSyn)) return 'partial';
  if (reached(transitions, 0) && reached(transitions, 1)) return 'established';
  if (isForeignSyn(story)) return 'partial';
  const answers = segments.filter((s) => s.side === 1);
  if (answers.length === 0) return frames[1] === 0 ? 'syn-unanswered' : 'partial';
  if (unexpected !== null && !unexpected.challenge && (unexpected.expected !== null || replaced)) {
    return 'old-duplicate-syn';
  }
  if (iss[1] === null && answers.some(isReset)) return 'refused';
  const later = segments.slice(segments.findIndex((s) => s.side === 1));
  if (segments.some(isReset)) return 'aborted';
  return later.some((s) => s.side === 0 && !isSyn(s)) ? 'aborted' : 'syn-ack-unanswered';
}

/** The SYN was not meant for its receiver, or forged: the connection that was there before goes on with its own numbers. */
function isForeignSyn({ segments, iss }: Story): boolean {
  const start = iss[0];
  return start !== null && segments.some((s) => s.side === 0 && isPlainAck(s) && seqDiff(s.sequence, start) <= 0);
}

/** Both ends opened actively, and each acknowledged the other's SYN with a SYN-ACK. */
function isSimultaneous({ segments }: Story): boolean {
  const sent = (side: Side, test: typeof isSyn): boolean => segments.some((s) => s.side === side && test(s));
  return sent(0, isSyn) && sent(1, isSyn) && sent(1, isSynAck);
}

/** The responder sent a SYN of its own, and only the originator sent a SYN-ACK. */
function isSplit({ segments }: Story): boolean {
  const sent = (side: Side, test: typeof isSyn): boolean => segments.some((s) => s.side === side && test(s));
  return sent(0, isSyn) && sent(1, isSyn) && sent(0, isSynAck) && !sent(1, isSynAck);
}

function initialRtt({ segments }: Story): number | null {
  const ack = segments.findIndex((s) => (s.flags & ACK) !== 0 && !isSynAck(s));
  const syn = segments.slice(0, Math.max(ack, 0)).findLast(isSyn);
  return ack < 0 || syn === undefined ? null : elapsed(syn, segments[ack]!);
}

function synAckDelay({ segments }: Story): number | null {
  const answer = segments.findIndex((s) => s.side === 1 && isSynAck(s));
  const syn = segments.slice(0, Math.max(answer, 0)).findLast((s) => s.side === 0 && isSyn(s));
  return answer < 0 || syn === undefined ? null : elapsed(syn, segments[answer]!);
}

/** The first answer of the responder that the originator resets with exactly the number it acknowledged. */
function findUnexpectedAck({ segments, iss }: Story): UnexpectedAck | null {
  const syn = segments.find((s) => s.side === 0 && isSyn(s));
  for (const [i, s] of segments.entries()) {
    // Once the originator acknowledged something the handshake is over.
    if (s.side === 0 && isPlainAck(s)) return null;
    if (s.side !== 1 || isReset(s) || (s.flags & ACK) === 0) continue;
    const reset = segments.slice(i + 1).find((t) => t.side === 0);
    if (reset === undefined || !isReset(reset) || reset.sequence !== s.acknowledgment) continue;
    const expected = iss[0] === null ? null : (iss[0] + 1) | 0;
    // Data on the SYN may be acknowledged or not.
    const fits =
      expected === null ||
      (acknowledges(s, expected) && seqDiff(s.acknowledgment, syn === undefined ? expected : endOf(syn)) <= 0);
    if (fits && !isSynAck(s)) continue;
    return {
      frame: s.frame,
      acknowledgment: s.acknowledgment >>> 0,
      expected: fits ? null : expected! >>> 0,
      resetFrame: reset.frame,
      challenge: !isSynAck(s),
    };
  }
  return null;
}

/** Segments of the originator that acknowledge the SYN-ACK and were followed by the same SYN-ACK again. */
function ignoredAcks({ segments, iss, lastSynAck }: Story): number {
  const start = iss[1];
  const last = segments[lastSynAck[1]];
  if (start === null || last === undefined) return 0;
  const before = segments.filter((s, i) => i < lastSynAck[1] && elapsed(s, last) > COPY_SECONDS);
  return before.filter((s) => s.side === 0 && isPlainAck(s) && acknowledges(s, (start + 1) | 0)).length;
}

function notesOf(
  story: Story,
  outcome: Outcome,
  {
    syn,
    synAck,
    ignoredAcks: ignored,
    unexpectedAck,
  }: Pick<Handshake, 'syn' | 'synAck' | 'ignoredAcks' | 'unexpectedAck'>,
  icmp: boolean,
): HandshakeNote[] {
  const notes: HandshakeNote[] = [];
  const add = (isSo: boolean, note: HandshakeNote): void => void (isSo && notes.push(note));
  add((syn?.transmissions ?? 0) > 1, 'syn-resent');
  add(outcome === 'syn-unanswered' && syn !== null && syn.gaveUp && syn.transmissions > 1, 'syn-gave-up');
  add((synAck?.transmissions ?? 0) > 1, 'syn-ack-resent');
  add(
    outcome === 'syn-ack-unanswered' && synAck !== null && synAck.gaveUp && synAck.transmissions > 1,
    'syn-ack-gave-up',
  );
  add(ignored > 0, 'final-ack-ignored');
  add(unexpectedAck !== null && unexpectedAck.challenge, 'challenge-ack');
  add(unexpectedAck !== null && !unexpectedAck.challenge && unexpectedAck.expected !== null, 'unexpected-ack');
  add(isSplit(story), 'split-handshake');
  add(
    story.segments.some((s: Milestone) => isSyn(s) && s.payloadLength > 0),
    'data-on-syn',
  );
  add(story.frames[0] === 0 || (story.frames[1] === 0 && outcome === 'established'), 'one-sided');
  add(icmp, 'icmp-error');
  return notes;
}
