/** What is to be said of the segments of a handshake, by frame. */
import type { UnexpectedAck } from '../../flow/life/handshake.ts';
import type { Life } from '../../flow/life/life.ts';
import {
  type Story,
  acknowledges,
  isPlainAck,
  isReset,
  isSyn,
  isSynAck,
  transmissions,
} from '../../flow/life/story.ts';
import { elapsed } from '../../flow/life/moment.ts';
import type { Milestone } from '../../flow/milestones.ts';
import { duration } from '../text/format.ts';
import type { FactId } from './model.ts';
import { ordinal } from './progress.ts';
import type { Subject } from './subject.ts';

/** Says something of a frame. */
export type Tell = (frame: number, id: FactId, text: string) => void;

export function tellOpening(subject: Subject, life: Life, tell: Tell): void {
  tellReuse(subject, life, tell);
  tellRepeats(life.story, isSyn, 'SYN', tell);
  tellRepeats(life.story, isSynAck, 'SYN-ACK', tell);
  tellIgnoredAck(life, tell);
  tellUnexpected(subject, life, tell);
  tellForm(life, tell);
}

function tellReuse({ connections }: Subject, { previous, story }: Life, tell: Tell): void {
  const first = story.segments[0];
  if (previous < 0 || first === undefined) return;
  tell(first.frame, 'ports-reused', `tcp:${connections.indexes()[previous]!} had these ports before`);
}

/** A SYN or SYN-ACK that its sender had sent before. */
function tellRepeats(story: Story, test: (s: Milestone) => boolean, name: string, tell: Tell): void {
  for (const side of [0, 1] as const) {
    const all = transmissions(story, side, test);
    for (const [i, s] of all.entries()) {
      if (i === 0) continue;
      const times = `${ordinal(i + 1)} of ${all.length}, after ${duration(elapsed(all[i - 1]!, s))}`;
      tell(s.frame, name === 'SYN' ? 'syn-resent' : 'syn-ack-resent', `${name} again: ${times}`);
    }
  }
}

/** The responder sends its SYN-ACK again although the ACK of it was seen. */
function tellIgnoredAck({ story, handshake }: Life, tell: Tell): void {
  const start = story.iss[1];
  if (handshake.ignoredAcks === 0 || start === null) return;
  const { segments } = story;
  const ack = segments.findIndex((s) => s.side === 0 && isPlainAck(s) && acknowledges(s, (start + 1) | 0));
  const again = segments.slice(ack + 1).find((s) => s.side === 1 && isSynAck(s));
  if (ack < 0 || again === undefined) return;
  const text = `although frame ${segments[ack]!.frame} acknowledged it: lost after this point, or ignored (queue full)`;
  tell(again.frame, 'final-ack-ignored', text);
}

/** Half-open scans refuse a right ACK as well: that one is no surprise. */
export function unexpectedOf({ handshake }: Life): UnexpectedAck | null {
  const found = handshake.unexpectedAck;
  const isOdd =
    found !== null && (found.challenge || found.expected !== null || handshake.outcome === 'old-duplicate-syn');
  return isOdd ? found : null;
}

function tellUnexpected(subject: Subject, life: Life, tell: Tell): void {
  const unexpected = unexpectedOf(life);
  if (unexpected === null) return;
  const { frame, acknowledgment, expected, resetFrame, challenge } = unexpected;
  const relative = (number: number): number => (number - subject.bases[0]) >>> 0;
  const due = expected === null ? dueElsewhere(subject, life, relative) : `${relative(expected)} was due`;
  const id = challenge ? 'challenge-ack' : 'unexpected-ack';
  const name = challenge ? 'challenge ACK' : 'unexpected ACK';
  tell(frame, id, `${name}: acknowledges ${relative(acknowledgment)}, ${due}`);
  tell(resetFrame, 'ack-refused', 'refuses that ACK');
}

/** The SYN was an old one: the SYN that counts belongs to a connection of its own. */
function dueElsewhere({ connections: c }: Subject, { previous, next }: Life, relative: (n: number) => number): string {
  const other = next >= 0 ? next : previous;
  const isn = other < 0 ? null : c.isn(other, 0);
  if (isn === null) return 'which its receiver no longer waits for';
  return `${relative(isn + 1)} was due (SYN of tcp:${c.indexes()[other]!})`;
}

function tellForm({ story, handshake }: Life, tell: Tell): void {
  const { segments } = story;
  const counter = segments.find((s) => s.side === 1 && isSyn(s));
  if (counter !== undefined && handshake.simultaneousOpen) {
    tell(counter.frame, 'simultaneous-open', 'simultaneous open: both ends sent SYN');
  } else if (counter !== undefined && handshake.notes.includes('split-handshake')) {
    tell(counter.frame, 'split-handshake', 'split handshake: a SYN where a SYN-ACK was due');
  }
  const early = segments.find((s) => isSyn(s) && s.payloadLength > 0);
  if (early === undefined) return;
  tell(early.frame, 'data-on-syn', 'data on the SYN');
  const answer = segments.find((s) => s.side !== early.side && isSynAck(s) && !isReset(s));
  const taken = answer !== undefined && acknowledges(answer, (early.sequence + 1 + early.payloadLength) | 0);
  if (answer !== undefined && !taken) tell(answer.frame, 'data-refused', 'does not acknowledge the data on the SYN');
}
