/** What sequence numbers say of FINs and RSTs: which segment acknowledged a FIN, whether a RST's number can be believed. */
import { seqDiff } from '../../bytes/sequence.ts';
import type { Milestone } from '../milestones.ts';
import { type Side, type Story, acknowledges, isFin, isReset } from './story.ts';

/** Index of the first segment that acknowledges the FIN of `side`, which ends before `end`; -1 for none. */
export function finAnswer({ segments }: Story, side: Side, end: number): number {
  const first = segments.findIndex((s) => s.side === side && isFin(s));
  return segments.findIndex((s, i) => i > first && s.side !== side && !isReset(s) && acknowledges(s, end));
}

/** As far as a window reaches without scaling. */
const MAX_AHEAD = 0xffff;

/**
 * The RST's number lies ahead of what the capture has of its sender: segments before it are missing, or it was guessed.
 * A receiver that does not believe it answers (RFC 5961 section 3.2).
 */
export function isAhead({ sequence, sndNxt }: Milestone): boolean {
  const ahead = sndNxt === null ? 0 : seqDiff(sequence, sndNxt);
  return ahead > 0 && ahead <= MAX_AHEAD;
}

/** The RST's number lies between what the peer had acknowledged and what was sent. */
export function fits(s: Milestone): boolean {
  if (s.acked === null || s.sndNxt === null) return true;
  return seqDiff(s.sequence, s.acked) >= 0 && seqDiff(s.sequence, s.sndNxt) <= 0;
}
