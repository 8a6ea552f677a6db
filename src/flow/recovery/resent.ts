/** Judges a segment whose numbers its sender had passed: sent again, overtaken, or in the capture twice. */
import { seqDiff } from '../../bytes/sequence.ts';
import { since } from '../analysis/segment.ts';
import { Bit, Field } from '../analysis/rows.ts';
import { Age, ageOf, isSentLately } from './age.ts';
import type { Case } from './case.ts';
import { causeOf, firstTimeoutOf } from './cause.ts';
import { Cause, Proof } from './causes.ts';
import { Draft } from './events.ts';
import { Hole, fillHoles, holeAt } from './holes.ts';
import { proveByOriginal } from './proofs.ts';
import { Resend, Told, microsecondsOf, newResend } from './resends.ts';
import { At, type RecoveryRows, State, Sum } from './rows.ts';
import { watchStuck } from './stuck.ts';

/** What is not known to be late is taken for overtaken when it comes sooner than anything can be sent again. */
const SOON_ROUND_TRIPS = 0.8;
/** And the first round trip may have been a bad one. */
const SOON_AT_MOST_NS = 100e6;
const SOON_NS = 3e6;

const draft = new Draft();

/** Returns the cause. `frames`: how many the sender had sent before. */
export function judgeOld(c: Case, rows: RecoveryRows, frames: number): number {
  const { words, r, s } = c;
  const hole = holeAt(words, r, c.from, c.to);
  const age = ageOf(s, c.numbers, c.sender, c.rttNs);
  if (hole >= 0 && isOvertaken(c, hole, age)) return overtaken(c, rows, hole, frames);
  const isOld = age === Age.same || (age === Age.older && !isSentLately(s, c.numbers, c.sender));
  if (hole < 0 && isOld) return doubled(c, rows);
  const cause = causeOf(c);
  // Before half a round trip nobody can have asked for it, and no timer runs out.
  const isCopy = hole < 0 && age === Age.unknown && cause === Cause.unexplained && 2 * c.quietNs < c.rttNs;
  if (age === Age.older) s.late = true;
  return isCopy ? doubled(c, rows) : resent(c, rows, cause, hole >= 0);
}

function isOvertaken(c: Case, hole: number, age: number): boolean {
  if (age !== Age.unknown) return age !== Age.newer;
  const soon = c.rttNs > 0 ? Math.min(SOON_ROUND_TRIPS * c.rttNs, SOON_AT_MOST_NS) : SOON_NS;
  return since(c.s, c.words[hole + Hole.time]!, c.words[hole + Hole.time + 1]!) < soon;
}

function overtaken(c: Case, rows: RecoveryRows, hole: number, frames: number): number {
  const { words, r, s } = c;
  s.late = true;
  const late = Math.max(0, since(s, words[hole + Hole.time]!, words[hole + Hole.time + 1]!));
  const segments = words[hole + Hole.frames]! < 0 ? 0 : (frames - words[hole + Hole.frames]!) | 0;
  const bytes = seqDiff(c.numbers[c.sender + Field.next]!, c.from);
  words[r + At.count + Cause.reordered]!++;
  words[r + At.overtakenBy] = Math.max(words[r + At.overtakenBy]!, segments);
  words[r + At.overtakenBytes] = Math.max(words[r + At.overtakenBytes]!, bytes);
  rows.most(r, Sum.overtaken, late);
  fillHoles(words, r, c.from, c.to);
  c.waited(late);
  note(c, rows, Cause.reordered, Proof.none, segments, null);
  return Cause.reordered;
}

/** The same packet again: recorded twice, or doubled by the network, which its receiver would report (`proofs.ts`). */
function doubled(c: Case, rows: RecoveryRows): number {
  c.s.late = true;
  if (proveByOriginal(rows, c.r, c.from, c.to)) {
    c.words[c.r + At.count + Cause.reordered]!++;
    note(c, rows, Cause.reordered, Proof.none, 0, null);
    return Cause.reordered;
  }
  c.words[c.r + At.count + Cause.duplicate]!++;
  const event = note(c, rows, Cause.duplicate, Proof.none, 0, null);
  remember(c, Cause.duplicate, Proof.none, event, 0);
  return Cause.duplicate;
}

function resent(c: Case, rows: RecoveryRows, cause: number, unseen: boolean): number {
  const { words, r, s } = c;
  // Nobody reports a second FIN (RFC 2883 is about data): it may be the ACK that was lost.
  const placed = unseen || s.payloadLength > 0;
  const proof = c.isAcknowledged ? Proof.acknowledged : Proof.none;
  words[r + At.count + cause]!++;
  rows.sum(r, Sum.resentBytes, s.payloadLength);
  if (proof !== Proof.none) words[r + At.spurious]!++;
  else if (placed) words[r + (unseen ? At.beforeTap : At.afterTap)]!++;
  if (unseen) fillHoles(words, r, c.from, c.to);
  if (cause === Cause.timeout) timedOut(c, rows);
  if (cause === Cause.timeout || cause === Cause.probe) rows.most(r, Sum.longest, c.waitNs);
  enter(c, cause);
  const event = note(c, rows, cause, proof, 0, placed ? unseen : null);
  const isAlone = c.isTail && c.isEdge ? Told.alone : 0;
  remember(c, cause, proof, event, isAlone | (unseen ? 0 : Told.seen) | (placed ? Told.placed : 0));
  watchStuck(c, cause);
  words[r + At.resentTime] = s.seconds;
  words[r + At.resentTime + 1] = s.nanoseconds;
  words[r + At.resentCause] = cause;
  words[r + At.state]! |= State.resent;
  c.numbers[c.receiver + Field.bits]! |= Bit.awaited;
  return cause;
}

/** The timer ran out: for the so manieth time in a row. */
function timedOut(c: Case, rows: RecoveryRows): void {
  const { words, r } = c;
  const first = firstTimeoutOf(c);
  if (first >= 0) {
    c.step = 2;
    words[r + At.count + Cause.probe]!--;
    words[r + At.count + Cause.timeout]!++;
    words[first + Resend.kind] = (words[first + Resend.kind]! & ~0xff) | Cause.timeout;
    rows.sum(r, Sum.timeouts, 1e6 * words[first + Resend.wait]!);
    rows.events.correct(words[first + Resend.event]!, words[first + Resend.frame]!, Cause.timeout, Proof.none, 1);
  }
  words[r + At.step] = c.step;
  words[r + At.edge] = c.edge;
  rows.sum(r, Sum.timeouts, c.waitNs);
}

/** The recovery that this begins, or goes on with. */
function enter(c: Case, cause: number): void {
  if (cause === Cause.unexplained) return;
  const { words, r } = c;
  const next = c.numbers[c.sender + Field.next]!;
  const goesOn = c.has(State.open) && seqDiff(c.from, words[r + At.recoverPoint]!) < 0;
  let state = c.state | State.open | State.point;
  if (!goesOn) {
    state &= ~(State.timeout | State.probe);
    if (cause === Cause.probe) state |= State.probe;
    if (cause === Cause.afterTimeout) state |= State.timeout;
    words[r + At.startTime] = c.startSeconds;
    words[r + At.startTime + 1] = c.startNanoseconds;
    words[r + At.recoverPoint] = next;
  } else if (cause !== Cause.probe) state &= ~State.probe;
  if (cause === Cause.timeout) {
    state |= State.timeout;
    words[r + At.recoverPoint] = next;
  }
  words[r + At.state] = state;
}

function note(
  c: Case,
  rows: RecoveryRows,
  cause: number,
  proof: number,
  segments: number,
  unseen: boolean | null,
): number {
  const { s, words, r } = c;
  draft.frame = c.frame;
  draft.seconds = s.seconds;
  draft.nanoseconds = s.nanoseconds;
  draft.cause = cause;
  draft.proof = proof;
  draft.trigger = c.trigger;
  draft.step = c.step;
  draft.sequence = s.sequence;
  draft.length = s.payloadLength;
  draft.segments = segments;
  draft.wait = c.waitNs;
  draft.seen = unseen === null ? null : !unseen;
  const entry = rows.events.keep(words[r + At.event]!, words[r + At.events]!, draft);
  if (entry > words[r + At.event]!) {
    words[r + At.event] = entry;
    words[r + At.events]!++;
  }
  return entry;
}

function remember(c: Case, cause: number, proof: number, event: number, told: number): void {
  const { words, r, s } = c;
  const at = newResend(words, r);
  // Only what fills the first hole has its timestamp echoed (RFC 7323 section 4.3).
  const stamped = s.options.stamped && c.isEdge && proof === Proof.none && cause !== Cause.duplicate ? Told.stamped : 0;
  if (stamped !== 0) words[r + At.state]! |= State.echoDue;
  words[at + Resend.from] = c.from;
  words[at + Resend.to] = c.to;
  words[at + Resend.kind] = cause | (proof << 8) | (Math.min(c.step, 255) << 16) | told | stamped | Told.used;
  words[at + Resend.stamp] = s.options.stamp;
  words[at + Resend.frame] = c.frame;
  words[at + Resend.event] = event;
  words[at + Resend.time] = microsecondsOf(s.seconds, s.nanoseconds);
  words[at + Resend.wait] = Math.min(c.waitNs / 1e6, 0x7fffffff);
}
