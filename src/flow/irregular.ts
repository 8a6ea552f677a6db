/**
 * What goes beyond the next segment in order, as Zeek counts it for the history: payload sent again (`t`), payload that
 * the capture lacks (`g`), closed windows (`w`). A segment in order costs three comparisons (`isNext`); an end gets a
 * record of its own with its first irregular segment.
 */
import { seqDiff } from '../bytes/sequence.ts';
import type { Frame } from '../wire/frame.ts';
import * as tcp from '../wire/tcp.ts';
import { End, previousOf, stateOf } from './conn-state.ts';
import { Kind, Scaled, addScaled } from './history.ts';
import { Irregular } from './irregular-ends.ts';
import { acknowledge, entryOf, fill } from './missing.ts';
import { segmentLength } from './milestones.ts';
import { type Records, RowWord, Seen, Word, rowWordsOf } from './records.ts';

/** SYN and RST that lie further away from their sender's numbers than this are not believed. */
const MAX_JUMP = 1_048_576;
/** Numbers further ahead than this are behind: a quarter of the circle is a safe distance. */
const FAR = 0x40000000;

/**
 * The highest number that `side` can acknowledge without showing a gap: the end of what its peer sent. A peer whose
 * segments the capture does not have at all has no gaps.
 */
export function highestAck(records: Records, at: number, side: number): number {
  const { w, rows } = records;
  const full = w[at + Word.full]!;
  if (stateOf(w[at + Word.meta]!, side ^ 1) !== End.inactive) return rows[rowWordsOf(full, side ^ 1) + RowWord.sndNxt]!;
  return (rows[rowWordsOf(full, side) + RowWord.lastAck]! + FAR) | 0;
}

/** True for a segment that starts where the last one ended and leaves a window open. */
export function isNext(f: Frame, sndNxt: number): boolean {
  const { view, transport } = f;
  return tcp.sequence(view, transport) === sndNxt && tcp.windowField(view, transport) !== 0;
}

/** A FIN or RST of an end that sent one before, with another sequence number: it gets a letter of its own. */
export function isAnother(records: Records, f: Frame, at: number, side: number, flags: number, kind: number): boolean {
  const full = records.w[at + Word.full]!;
  if (full === 0 || (kind !== Kind.fin && kind !== Kind.rst)) return false;
  const seq = tcp.sequence(f.view, f.transport);
  const row = rowWordsOf(full, side);
  const number = kind === Kind.fin ? (seq + segmentLength(flags, f.payloadLength)) | 0 : seq;
  const before = records.rows[row + (kind === Kind.fin ? RowWord.finEnd : RowWord.rstAt)]!;
  // Nothing is known of one that came before the connection had its full record.
  return before !== 0 && before !== number;
}

/** A window of zero, unless the connection is at its end anyway. `meta` is from before the segment. */
export function watchWindow(records: Records, f: Frame, at: number, side: number, flags: number, meta: number): void {
  if (tcp.windowField(f.view, f.transport) !== 0 || (flags & tcp.RST) !== 0) return;
  if (stateOf(meta, side) === End.reset || stateOf(meta, side ^ 1) === End.closed) return;
  const { w } = records;
  const bit = Seen.zeroWindowA << side;
  const before = (w[at + Word.seen]! & bit) !== 0;
  w[at + Word.seen]! |= bit;
  if (!before) return addScaled(records, at, side, Scaled.zeroWindow, 1);
  count(records, at, side, Irregular.zeroWindows, Scaled.zeroWindow);
}

/**
 * Retransmissions and holes, for a connection of the full tier; before its numbers move on. `meta` is from before the
 * segment.
 */
export function watchNumbers(records: Records, f: Frame, at: number, side: number, flags: number, meta: number): void {
  const { w, rows } = records;
  const state = stateOf(meta, side);
  const seq = tcp.sequence(f.view, f.transport);
  const row = rowWordsOf(w[at + Word.full]!, side);
  if ((flags & tcp.RST) !== 0) rows[row + RowWord.rstAt] = seq;
  if (startsOver(state, flags)) {
    rows[row + RowWord.sndNxt] = seq;
    w[at + Word.seen]! &= ~(Seen.missingA << side);
  } else if (state !== End.reset) {
    const ahead = seqDiff((seq + segmentLength(flags, f.payloadLength)) | 0, rows[row + RowWord.sndNxt]!);
    if ((flags & (tcp.SYN | tcp.RST)) !== 0 && Math.abs(ahead) > MAX_JUMP) return;
    if (ahead <= 0 && f.payloadLength > 0) count(records, at, side, Irregular.retransmitted, Scaled.retransmitted);
    if ((flags & tcp.RST) === 0) fill(records, at, side, seq, f.payloadLength);
  }
}

/** Numbers begin with this segment: the first of its end, or a SYN before the end closed. */
function startsOver(state: number, flags: number): boolean {
  if (state === End.inactive) return true;
  return (flags & tcp.SYN) !== 0 && state !== End.closed && state !== End.reset;
}

/** What the segment acknowledges and the capture lacks. The record's meta word is from after the segment. */
export function watchAcknowledgment(records: Records, f: Frame, at: number, side: number): void {
  const { w } = records;
  const meta = w[at + Word.meta]!;
  const peer = side ^ 1;
  if (stateOf(meta, peer) === End.inactive) return;
  const gaps = acknowledge(records, at, peer, tcp.acknowledgment(f.view, f.transport));
  if (!isClean(meta, 0) || !isClean(meta, 1)) return;
  for (let i = 0; i < gaps; i++) count(records, at, peer, Irregular.gaps, Scaled.gap);
}

/** Holes in other connections may come from numbers that were never seen, or not meant: RST, a missed start. */
function isClean(meta: number, side: number): boolean {
  const state = stateOf(meta, side);
  return state === End.established || (state === End.closed && previousOf(meta, side) === End.established);
}

function count(records: Records, at: number, side: number, word: number, letter: number): void {
  const entry = entryOf(records, at, side);
  if (entry < 0) return;
  const seen = ++records.irregular.words[entry + word]!;
  addScaled(records, at, side, letter, word === Irregular.zeroWindows ? seen + 1 : seen);
}
