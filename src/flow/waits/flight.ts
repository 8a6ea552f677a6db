/** How much is on its way, and how much room the receiver has, from the numbers of the analysis. */
import { seqDiff } from '../../bytes/sequence.ts';
import { windowEdge } from '../analysis/checks.ts';
import { Bit, Field } from '../analysis/rows.ts';

/** Numbers that `own` sent and `peer` has not acknowledged; 0 while that is not known. */
export function flightOf(words: Int32Array, own: number, peer: number): number {
  if ((words[own + Field.bits]! & Bit.numbered) === 0 || (words[peer + Field.bits]! & Bit.acked) === 0) return 0;
  return seqDiff(words[own + Field.next]!, words[peer + Field.lastAck]!);
}

const SCALE = Bit.scaled | Bit.unscaled;

/** It is known how the windows of `end` are scaled. */
export const knowsScale = (words: Int32Array, end: number): boolean => (words[end + Field.bits]! & SCALE) !== 0;

/** And how far they reach: its last segment had an ACK, which a RST often lacks. */
export const knowsWindow = (words: Int32Array, end: number): boolean =>
  knowsScale(words, end) && (words[end + Field.bits]! & Bit.acked) !== 0;

/** Bytes that `own` may still send into the window of `peer`; `Infinity` where that is not known. */
export function roomOf(words: Int32Array, own: number, peer: number): number {
  if (!knowsWindow(words, peer) || (words[own + Field.bits]! & Bit.numbered) === 0) return Infinity;
  return seqDiff(windowEdge(words, peer), words[own + Field.next]!);
}

/** By how many bits the windows of `end` are shifted, once it has answered the SYN; 0 where that is not known. */
export function shiftOf(words: Int32Array, end: number): number {
  const bits = words[end + Field.bits]!;
  return (bits & (Bit.opening | Bit.unscaled)) !== 0 ? 0 : (bits >>> Bit.shiftAt) & Bit.shiftMask;
}
