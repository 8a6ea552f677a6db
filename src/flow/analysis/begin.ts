/**
 * When the analysis of a connection begins. A bare first segment can bear no mark, and the record says all about it: so a
 * flood of SYNs, or of answers to one, takes no rows. With the second segment the first is made up for.
 */
import { ACK, FIN, RST, SYN } from '../../wire/tcp.ts';
import { Life } from '../milestones.ts';
import { Meta, type Records, Word } from '../records.ts';
import { advance } from './advance.ts';
import { Segment } from './segment.ts';

const first = new Segment();

/** True for a first segment that bears no mark and that `madeUp` can tell from the record of its connection. */
export function isQuietFirst(w: Int32Array, at: number, side: number, s: Segment): boolean {
  if (s.payloadLength !== 0 || side !== firstSide(w, at)) return false;
  if (s.window === 0 && (s.flags & (SYN | FIN | RST)) === 0) return false;
  makeUp(w, at, s.flags);
  return first.sequence === s.sequence && ((s.flags & ACK) === 0 || first.acknowledgment === s.acknowledgment);
}

const firstSide = (w: Int32Array, at: number): number => ((w[at + Word.meta]! & Meta.flipped) !== 0 ? 1 : 0);

/** The row of the connection, made when there is none; negative when there is no room. */
export function rowOf(records: Records, at: number): number {
  const { w, analysis } = records;
  const known = w[at + Word.analysis]!;
  if (known !== 0) return known;
  const row = analysis.add();
  w[at + Word.analysis] = row;
  const life = w[at + Word.life]!;
  if (row < 0 || (life & Life.bare) === 0) return row;
  const side = firstSide(w, at);
  makeUp(w, at, life & Life.flagsMask);
  advance(analysis, row, side, first, 0, w[at + Word.optionsA + side]!);
  return row;
}

/** Fills `first` from the record, which knows of no other segment. */
function makeUp(w: Int32Array, at: number, flags: number): void {
  const side = firstSide(w, at);
  first.flags = flags;
  first.payloadLength = 0;
  first.sequence = (w[at + Word.isnA + side]! + ((flags & SYN) !== 0 ? 0 : 1)) | 0;
  // Without the flag the field says nothing; floods are made with random numbers in it.
  first.acknowledgment = (flags & ACK) !== 0 ? (w[at + Word.isnA + (side ^ 1)]! + 1) | 0 : 0;
  first.window = ~w[at + Word.milestone]!;
  first.seconds = w[at + Word.startSeconds]!;
  first.nanoseconds = w[at + Word.startNanoseconds]!;
}
