/**
 * Wireshark's TCP analysis of a segment that is not routine: finds its marks, counts them for its sender, and moves on
 * what is remembered. Runs before anything else in the record of the connection knows of the segment.
 */
import type { Frame } from '../../wire/frame.ts';
import { isSyn, isSynAck } from '../../wire/tcp.ts';
import { Meta, type Records, Word } from '../records.ts';
import { isNotable, observe } from '../recovery/observe.ts';
import { advance } from './advance.ts';
import { isQuietFirst, rowOf } from './begin.ts';
import { marksOf } from './checks.ts';
import { Mark } from './marks.ts';
import { type AnalysisRows, Bit, Field, endAt, rttAt } from './rows.ts';
import { Segment } from './segment.ts';
import { watch } from '../waits/watch.ts';

const segment = new Segment();

/** `options`: what a SYN offers (`synOptions`), 0 for other segments. */
export function analyse(records: Records, f: Frame, at: number, side: number, flags: number, options: number): void {
  const { w, analysis } = records;
  analysis.judged.cause = 0;
  segment.read(f, flags);
  if (w[at + Word.life] === 0 && isQuietFirst(w, at, side, segment)) return;
  const row = rowOf(records, at);
  if (row < 0) return;
  const own = endAt(row, side);
  if (isSyn(flags)) goBack(analysis.words, own);
  const peer = endAt(row, side ^ 1);
  let marks = marksOf(segment, analysis, own, peer, rttAt(row));
  if (isNotable(analysis.words, own, marks, segment)) observe(records, f, at, row, side, segment, marks);
  watch(records, at, side, segment, marks, own, peer, f.number);
  advance(analysis, row, side, segment, marks, options);
  if ((w[at + Word.meta]! & Meta.synAckJump) !== 0) {
    if (isSynAck(flags)) marks |= Mark.reusedPorts;
    w[at + Word.meta]! &= ~Meta.synAckJump;
  }
  if (marks !== 0) note(analysis, own, marks, f);
}

/**
 * A SYN sent again: numbers go back to what came without a hole. A RST may have moved them on, by what it took from an
 * ACK.
 */
function goBack(words: Int32Array, own: number): void {
  if ((words[own + Field.bits]! & Bit.numbered) !== 0) words[own + Field.next] = words[own + Field.unbroken]!;
}

function note(analysis: AnalysisRows, own: number, marks: number, f: Frame): void {
  const { words, marks: all, resent } = analysis;
  words[own + Field.marks] = all.add(words[own + Field.marks]!, marks, f.number);
  if ((marks & Mark.retransmission) === 0) return;
  resent[0]! += 1;
  resent[1]! += f.payloadLength;
}
