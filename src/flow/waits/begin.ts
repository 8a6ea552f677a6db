/** When the time of a connection begins to be divided: with its full record. Until then it was its handshake. */
import { nanosecondsTo } from '../../bytes/interval.ts';
import { seqDiff } from '../../bytes/sequence.ts';
import { mssOf, synSeen } from '../../wire/tcp-options.ts';
import { ACK, FIN, RST, SYN } from '../../wire/tcp.ts';
import { Meta, type Records, Word } from '../records.ts';
import { MAX_SILENCE_NS, USUAL_MSS } from './limits.ts';
import { Share } from './names.ts';
import { Common, Own, State, Time, doublesAt, ownAt, wordsAt } from './rows.ts';
import { close, widen } from './windows.ts';

/** Nanoseconds from the connection's start to a moment; negative where the capture runs backwards. */
export const sinceStart = (w: Int32Array, at: number, seconds: number, nanoseconds: number): number =>
  nanosecondsTo(w[at + Word.startSeconds]!, w[at + Word.startNanoseconds]!, seconds, nanoseconds);

/** Nanoseconds from the connection's latest segment. */
export const sinceEnd = (w: Int32Array, at: number, seconds: number, nanoseconds: number): number =>
  nanosecondsTo(w[at + Word.endSeconds]!, w[at + Word.endNanoseconds]!, seconds, nanoseconds);

/**
 * The segment of `side` earned the connection (record at `at`) its full record; nothing but its marks and the life of the
 * connection know of it yet.
 */
export function beginWaits(
  records: Records,
  at: number,
  side: number,
  flags: number,
  payloadLength: number,
  sequence: number,
  window: number,
  seconds: number,
  nanoseconds: number,
  frame: number,
): void {
  const { w, waits } = records;
  const full = w[at + Word.full]!;
  if (!waits.add(full)) return;
  const { words, doubles } = waits;
  const d = doublesAt(full);
  const isWhole = synSeen(w[at + Word.optionsA]!) || synSeen(w[at + Word.optionsB]!);
  let state: number = State.begun | (side === 0 ? 0 : State.lastSide);
  if (isWhole) state |= State.whole;
  for (let end = 0; end < 2; end++) {
    words[ownAt(full, end) + Own.mss] = mssOf(w[at + Word.optionsA + (end ^ 1)]!) ?? USUAL_MSS;
  }
  if (payloadLength > 0) state |= State.lastData | State.talked | (side === 0 ? 0 : State.talker);
  if (isWhole && (flags & (SYN | ACK)) !== ACK) state |= State.opening;
  if (payloadLength > 0) {
    words[ownAt(full, side) + Own.segments] = 1;
    if (isWhole && (flags & SYN) === 0) {
      words[ownAt(full, side) + Own.firstStart] = sequence;
      state |= State.firstA << side;
    }
  }
  words[wordsAt(full) + Common.state] = state;
  if ((flags & (SYN | FIN | RST)) === 0) {
    widen(words, wordsAt(full), ownAt(full, side), side, window, window);
    const now = w[at + Word.firstFrame] === 0 ? 0 : sinceStart(w, at, seconds, nanoseconds);
    if (window === 0) close(waits, full, side, now, frame);
  }
  if (w[at + Word.firstFrame] === 0) return;
  const passed = Math.max(0, sinceEnd(w, at, seconds, nanoseconds));
  const before = sinceStart(w, at, w[at + Word.endSeconds]!, w[at + Word.endNanoseconds]!);
  for (const gap of [before, passed]) {
    doubles[d + (isWhole && gap <= MAX_SILENCE_NS ? Share.handshake : Share.idle)]! += gap;
  }
  // SYN, SYN-ACK, ACK: the two halves of the first round trip.
  const isPlain = w[at + Word.framesA] === 1 && w[at + Word.framesB] === 1 && side === 0;
  const isTold = before <= MAX_SILENCE_NS && passed <= MAX_SILENCE_NS;
  if (isPlain && isTold && isWhole && (w[at + Word.meta]! & Meta.flipped) === 0) {
    doubles[d + Time.half + 1] = before;
    doubles[d + Time.half] = passed;
  }
}

/** The number is beyond the other. */
export const isBeyond = (number: number, other: number): boolean => seqDiff(number, other) > 0;
