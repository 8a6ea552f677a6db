/**
 * Payload of one end that the capture lacks: the numbers up to which all was seen, and the ranges seen beyond. A hole is
 * filled by a later segment, or turns out to be a gap when the peer acknowledges what was never seen.
 */
import { seqDiff } from '../bytes/sequence.ts';
import { Kind } from './history.ts';
import { Irregular, offsetOf } from './irregular-ends.ts';
import { MAX_RANGES_BEYOND_A_HOLE } from './limits.ts';
import { type Records, RowWord, Seen, Word, rowWordsOf } from './records.ts';

/** Offset of an end's entry in `Records.irregular.words`, made when there is none; negative when it cannot have one. */
export function entryOf(records: Records, at: number, side: number): number {
  const full = records.w[at + Word.full]!;
  if (full === 0) return -1;
  const word = rowWordsOf(full, side) + RowWord.irregular;
  if (records.rows[word] === 0) {
    records.rows[word] = records.irregular.add();
    if (records.rows[word] === 0) records.exhausted = true;
  }
  return offsetOf(records.rows[word]!);
}

/** `length` bytes of payload from `seq` on arrived, or a bare segment with that number. */
export function fill(records: Records, at: number, side: number, seq: number, length: number): void {
  const { w, rows } = records;
  const next = rows[rowWordsOf(w[at + Word.full]!, side) + RowWord.sndNxt]!;
  const open = (w[at + Word.seen]! & (Seen.missingA << side)) !== 0;
  if (!open && seqDiff(seq, next) <= 0) return;
  const entry = open ? entryOf(records, at, side) : openHole(records, at, side, next);
  if (entry < 0) return;
  const { words } = records.irregular;
  if (length > 0) take(words, entry, seq, (seq + length) | 0);
  const end = (seq + length) | 0;
  closeIfFilled(records, at, side, entry, seqDiff(end, next) > 0 ? end : next);
}

/** The peer acknowledged up to `ack`. Returns how many gaps that shows. */
export function acknowledge(records: Records, at: number, side: number, ack: number): number {
  const { w, rows } = records;
  const row = rowWordsOf(w[at + Word.full]!, side);
  const next = rows[row + RowWord.sndNxt]!;
  const open = (w[at + Word.seen]! & (Seen.missingA << side)) !== 0;
  // The common case: nothing is missing, and no more was acknowledged than was seen.
  if (!open && seqDiff(ack, next) <= 0) return 0;
  const payloadEnd = hasFin(w, at, side) ? (rows[row + RowWord.finEnd]! - 1) | 0 : ack;
  const upTo = seqDiff(ack, payloadEnd) > 0 ? payloadEnd : ack;
  if (!open && seqDiff(upTo, next) <= 0) return 0;
  const entry = open ? entryOf(records, at, side) : openHole(records, at, side, next);
  if (entry < 0) return 0;
  const gaps = giveUp(records.irregular.words, entry, upTo);
  closeIfFilled(records, at, side, entry, next);
  return gaps;
}

const hasFin = (w: Int32Array, at: number, side: number): boolean =>
  (w[at + Word.seen]! & (1 << (Kind.fin + 8 * side))) !== 0;

function openHole(records: Records, at: number, side: number, next: number): number {
  const entry = entryOf(records, at, side);
  if (entry < 0) return -1;
  records.irregular.words[entry + Irregular.delivered] = next;
  records.irregular.words[entry + Irregular.rangeCount] = 0;
  records.w[at + Word.seen]! |= Seen.missingA << side;
  return entry;
}

/** Nothing is missing up to `next`, the end of what was sent; a FIN takes a number and is no payload. */
function closeIfFilled(records: Records, at: number, side: number, entry: number, next: number): void {
  const { w, rows } = records;
  const delivered = records.irregular.words[entry + Irregular.delivered]!;
  const finEnd = rows[rowWordsOf(w[at + Word.full]!, side) + RowWord.finEnd]!;
  const atFin = hasFin(w, at, side) && finEnd === next && ((delivered + 1) | 0) === next;
  if (delivered === next || atFin) w[at + Word.seen]! &= ~(Seen.missingA << side);
}

/** Counts the holes before `upTo` and goes on behind them. */
function giveUp(words: Int32Array, entry: number, upTo: number): number {
  let gaps = 0;
  while (words[entry + Irregular.rangeCount]! > 0 && seqDiff(words[entry + Irregular.ranges]!, upTo) < 0) {
    gaps++;
    words[entry + Irregular.delivered] = words[entry + Irregular.ranges]!;
    absorb(words, entry);
  }
  if (seqDiff(upTo, words[entry + Irregular.delivered]!) <= 0) return gaps;
  words[entry + Irregular.delivered] = upTo;
  absorb(words, entry);
  return gaps + 1;
}

function take(words: Int32Array, entry: number, start: number, end: number): void {
  const delivered = words[entry + Irregular.delivered]!;
  if (seqDiff(end, delivered) <= 0) return;
  if (seqDiff(start, delivered) > 0) return insert(words, entry, start, end);
  words[entry + Irregular.delivered] = end;
  absorb(words, entry);
}

/** Ranges that the hole no longer stands before belong to what was delivered. */
function absorb(words: Int32Array, entry: number): void {
  const first = entry + Irregular.ranges;
  while (words[entry + Irregular.rangeCount]! > 0 && seqDiff(words[first]!, words[entry + Irregular.delivered]!) <= 0) {
    const end = words[first + 1]!;
    if (seqDiff(end, words[entry + Irregular.delivered]!) > 0) words[entry + Irregular.delivered] = end;
    remove(words, entry, 0);
  }
}

/** Adds a range, joined with those that it touches. */
function insert(words: Int32Array, entry: number, start: number, end: number): void {
  const first = entry + Irregular.ranges;
  let i = 0;
  while (i < words[entry + Irregular.rangeCount]! && seqDiff(words[first + 2 * i + 1]!, start) < 0) i++;
  const joins = i < words[entry + Irregular.rangeCount]! && seqDiff(words[first + 2 * i]!, end) <= 0;
  if (joins) widen(words, first + 2 * i, start, end);
  else if (words[entry + Irregular.rangeCount]! < MAX_RANGES_BEYOND_A_HOLE) makeRoom(words, entry, i, start, end);
  else widen(words, first + 2 * Math.min(i, MAX_RANGES_BEYOND_A_HOLE - 1), start, end);
  while (i + 1 < words[entry + Irregular.rangeCount]! && touchesNext(words, first + 2 * i)) {
    widen(words, first + 2 * i, words[first + 2 * i + 2]!, words[first + 2 * i + 3]!);
    remove(words, entry, i + 1);
  }
}

const touchesNext = (words: Int32Array, range: number): boolean => seqDiff(words[range + 2]!, words[range + 1]!) <= 0;

function widen(words: Int32Array, range: number, start: number, end: number): void {
  if (seqDiff(start, words[range]!) < 0) words[range] = start;
  if (seqDiff(end, words[range + 1]!) > 0) words[range + 1] = end;
}

function makeRoom(words: Int32Array, entry: number, i: number, start: number, end: number): void {
  const range = entry + Irregular.ranges + 2 * i;
  const used = entry + Irregular.ranges + 2 * words[entry + Irregular.rangeCount]!;
  words.copyWithin(range + 2, range, used);
  words[range] = start;
  words[range + 1] = end;
  words[entry + Irregular.rangeCount]!++;
}

function remove(words: Int32Array, entry: number, i: number): void {
  const range = entry + Irregular.ranges + 2 * i;
  const used = entry + Irregular.ranges + 2 * words[entry + Irregular.rangeCount]!;
  words.copyWithin(range, range + 2, used);
  words[entry + Irregular.rangeCount]!--;
}
