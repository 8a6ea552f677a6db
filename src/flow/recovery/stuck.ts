/**
 * Large segments that are sent again and again and never acknowledged, while their receiver still answers: the path drops
 * what is larger than it lets through, and nobody says so (RFC 2923 section 2.1, RFC 4821).
 */
import { seqDiff } from '../../bytes/sequence.ts';
import type { SegmentOptions } from '../../wire/segment-options.ts';
import type { Case } from './case.ts';
import { Cause } from './causes.ts';
import { At, State } from './rows.ts';

/** Resends of the same segment before a smaller one in its place tells anything. */
const STUCK = 2;

/** A segment was sent again. */
export function watchStuck(c: Case, cause: number): void {
  if (!c.isEdge || !c.isAnswered || c.s.payloadLength === 0 || c.has(State.shrunk)) return;
  const { words, r } = c;
  const isSame = words[r + At.stuckTimes]! > 0 && words[r + At.stuckSequence] === c.from;
  const length = c.s.payloadLength;
  if (!isSame) {
    words[r + At.stuckSequence] = c.from;
    words[r + At.stuckLength] = length;
    words[r + At.stuckTimes] = 1;
    words[r + At.stuckFrame] = c.frame;
    words[r + At.stuckAnswers] = 0;
    words[r + At.shrunkTo] = 0;
  } else if (length < words[r + At.stuckLength]!) {
    if (words[r + At.stuckTimes]! >= STUCK || cause === Cause.timeout) words[r + At.shrunkTo] = length;
  } else words[r + At.stuckTimes]!++;
}

/** The receiver acknowledged more, or nothing new. */
export function answerStuck(words: Int32Array, r: number, news: boolean): void {
  if (words[r + At.stuckTimes] === 0) return;
  if (!news) {
    words[r + At.stuckAnswers]!++;
    return;
  }
  if ((words[r + At.state]! & State.shrunk) !== 0) return;
  if (words[r + At.shrunkTo]! > 0) words[r + At.state]! |= State.shrunk;
  else words[r + At.stuckTimes] = 0;
}

/** The receiver has a range as long as the stuck segment from behind it: it is not the length that is in the way. */
export function passStuck(words: Int32Array, r: number, { blocks, edges }: SegmentOptions): void {
  if (words[r + At.stuckTimes] === 0 || (words[r + At.state]! & State.shrunk) !== 0) return;
  for (let i = 0; i < blocks; i++) {
    if (seqDiff(edges[2 * i + 1]!, edges[2 * i]!) >= words[r + At.stuckLength]!) words[r + At.stuckTimes] = 0;
  }
}
