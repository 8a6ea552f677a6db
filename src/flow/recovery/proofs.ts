/**
 * What ACKs prove of segments that were sent again: that both transmissions arrived (RFC 2883), or that the first one did
 * (RFC 3522).
 */
import { seqDiff } from '../../bytes/sequence.ts';
import type { SegmentOptions } from '../../wire/segment-options.ts';
import type { Segment } from '../analysis/segment.ts';
import { Cause, Proof } from './causes.ts';
import { Resend, Told, causeOf, findResend, microsecondsOf, proofOf, resendAt, stepOf, withProof } from './resends.ts';
import { At, type RecoveryRows, State, Sum } from './rows.ts';

/** The first block reports a duplicate: it is acknowledged already, or lies within the second one (RFC 2883 section 4). */
export function isDuplicateReport({ blocks, edges }: SegmentOptions, acknowledgment: number): boolean {
  if (blocks === 0) return false;
  if (seqDiff(edges[1]!, acknowledgment) <= 0) return true;
  return blocks > 1 && seqDiff(edges[0]!, edges[2]!) >= 0 && seqDiff(edges[1]!, edges[3]!) <= 0;
}

const isUnreported = (kind: number): boolean => (kind & Told.reported) === 0;
const isUnproved = (kind: number): boolean => proofOf(kind) === Proof.none;

/** Whoever sent the reported range twice: the sender, or the network. */
export function proveByReport(rows: RecoveryRows, r: number, { edges }: SegmentOptions): void {
  const { words } = rows;
  const at = findResend(words, r, edges[0]!, edges[1]!, isUnreported);
  // Of a segment that only ends with what had arrived, the rest was needed.
  if (at < 0 || seqDiff(edges[0]!, words[at + Resend.from]!) > 0) return;
  const kind = words[at + Resend.kind]! | Told.reported;
  words[at + Resend.kind] = kind;
  if (!isUnproved(kind)) return;
  if (causeOf(kind) === Cause.duplicate) {
    words[at + Resend.kind] = withProof(kind, Proof.dsack);
    words[r + At.networkDuplicates]!++;
  } else prove(rows, r, at, Proof.dsack);
}

/** The first ACK beyond a segment that was sent again answers an earlier timestamp: so the first transmission arrived. */
export function proveByTimestamp(rows: RecoveryRows, r: number, options: SegmentOptions, acknowledgment: number): void {
  const { words } = rows;
  words[r + At.state]! &= ~State.echoDue;
  for (let n = 0, at = resendAt(words, r, 0); at >= 0; at = resendAt(words, r, ++n)) {
    const kind = words[at + Resend.kind]!;
    if ((kind & Told.stamped) === 0) continue;
    if (seqDiff(acknowledgment, words[at + Resend.from]!) <= 0) {
      words[r + At.state]! |= State.echoDue;
      continue;
    }
    words[at + Resend.kind] = kind & ~Told.stamped;
    const isEarlier = options.stamped && ((options.echo - words[at + Resend.stamp]!) | 0) < 0;
    if (isEarlier && isUnproved(kind)) prove(rows, r, at, Proof.timestamps);
  }
}

/** Shorter ones are no measure: what a host takes to answer weighs as much as the way there. */
const LEAST_WAY_NS = 2e6;
/** An ACK that comes within this part of the least time that an answer ever took answers nothing that was sent so lately. */
const EARLY_PART = 0.5;

/**
 * The segment was acknowledged before an answer to it can have come back: so it is an earlier transmission that arrived.
 * `answerNs`: the least time from a segment of the end to its ACK at the point of capture; 0 while not known.
 */
export function proveByTime(
  rows: RecoveryRows,
  r: number,
  { seconds, nanoseconds, acknowledgment }: Segment,
  answerNs: number,
): void {
  if (answerNs < LEAST_WAY_NS) return;
  const { words } = rows;
  const now = microsecondsOf(seconds, nanoseconds);
  for (let n = 0, at = resendAt(words, r, 0); at >= 0; at = resendAt(words, r, ++n)) {
    const passed = 1e3 * ((now - words[at + Resend.time]!) | 0);
    if (passed < 0 || passed >= EARLY_PART * answerNs) return;
    const kind = words[at + Resend.kind]!;
    const isCovered = causeOf(kind) < Cause.reordered && seqDiff(words[at + Resend.to]!, acknowledgment) <= 0;
    if (isCovered && isUnproved(kind)) prove(rows, r, at, Proof.earlyAck);
  }
}

/** An earlier transmission came by behind one that was taken for a replacement of it. False when there is none. */
export function proveByOriginal(rows: RecoveryRows, r: number, from: number, to: number): boolean {
  const { words } = rows;
  const at = findResend(words, r, from, to, isReplacement);
  if (at < 0) return false;
  if (isUnproved(words[at + Resend.kind]!)) {
    prove(rows, r, at, Proof.original);
    words[r + At.gaps]!--;
    rows.sum(r, Sum.gapBytes, -lengthOf(words, at));
  }
  // It was seen now: the next one is a copy.
  words[at + Resend.kind]! |= Told.seen;
  return true;
}

const isReplacement = (kind: number): boolean => (kind & Told.seen) === 0 && causeOf(kind) < Cause.reordered;

const lengthOf = (words: Int32Array, at: number): number => seqDiff(words[at + Resend.to]!, words[at + Resend.from]!);

function prove(rows: RecoveryRows, r: number, at: number, proof: number): void {
  const { words } = rows;
  const kind = withProof(words[at + Resend.kind]!, proof);
  words[at + Resend.kind] = kind;
  words[r + At.spurious]!++;
  if ((kind & Told.seen) !== 0) words[r + At.afterTap]! -= (kind & Told.placed) !== 0 ? 1 : 0;
  else {
    // The transmission that arrived was never seen: it is the capture that lost it.
    words[r + At.beforeTap]!--;
    words[r + At.gaps]!++;
    rows.sum(r, Sum.gapBytes, lengthOf(words, at));
  }
  rows.events.correct(words[at + Resend.event]!, words[at + Resend.frame]!, causeOf(kind), proof, stepOf(kind));
}

/** Behind the highest number that the blocks report; those that report a duplicate say nothing of it. */
export function noteBlocks(words: Int32Array, r: number, { blocks, edges }: SegmentOptions, duplicate: boolean): void {
  for (let i = duplicate ? 1 : 0; i < blocks; i++) {
    const edge = edges[2 * i + 1]!;
    const known = (words[r + At.state]! & State.sacked) !== 0;
    if (!known || seqDiff(edge, words[r + At.highSack]!) > 0) words[r + At.highSack] = edge;
    words[r + At.state]! |= State.sacked | State.sackSeen;
  }
}
