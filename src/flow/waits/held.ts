/**
 * Segments that were on their way through a silence: their timestamps (RFC 7323) say that they were sent long before they
 * came. How fast the sender's clock ticks is told by what it stamped before.
 */
import { Bit, Field, endAt } from '../analysis/rows.ts';
import { type Segment, since } from '../analysis/segment.ts';
import { type Records, Word } from '../records.ts';
import { sinceStart } from './begin.ts';
import { Own, type WaitRows, ownAt } from './rows.ts';

/** With fewer ticks than this before the silence, or in it at the clock's rate, the clock tells too little. */
const LEAST_TICKS = 10;
/** Most of the silence. */
const HELD_PART = 0.5;

/** Where the clocks of both ends stood when the time of the connection begins to be divided. */
export function beginClocks(records: Records, at: number): void {
  const { w, waits, analysis } = records;
  const row = w[at + Word.analysis]!;
  if (row <= 0 || !waits.has(w[at + Word.full]!)) return;
  for (let side = 0; side < 2; side++) {
    const own = endAt(row, side);
    if ((analysis.words[own + Field.bits]! & Bit.stamped) === 0) continue;
    const came = sinceStart(
      w,
      at,
      analysis.words[own + Field.ackSeconds]!,
      analysis.words[own + Field.ackNanoseconds]!,
    );
    const place = ownAt(w[at + Word.full]!, side);
    waits.words[place + Own.clock] = analysis.words[own + Field.stamp]!;
    waits.words[place + Own.clockAt] = 1 + Math.max(0, Math.min(came / 1e6, MAX_MILLISECONDS));
  }
}

/** What a signed word holds. */
const MAX_MILLISECONDS = 0x7ffffffe;

/**
 * Nanoseconds of the silence of so many, `now` since the connection's start, for which the segment was on its way already;
 * 0 where its sender may have waited for most of it. `own`: its end in the analysis' `words`, before the segment.
 */
export function heldNs(
  waits: WaitRows,
  full: number,
  side: number,
  s: Segment,
  words: Int32Array,
  own: number,
  nanoseconds: number,
  now: number,
): number {
  const place = ownAt(full, side);
  const start = waits.words[place + Own.clockAt]!;
  if (start === 0 || !s.options.stamped || (words[own + Field.bits]! & Bit.stamped) === 0) return 0;
  const quiet = since(s, words[own + Field.ackSeconds]!, words[own + Field.ackNanoseconds]!);
  const known = now - quiet - (start - 1) * 1e6;
  const before = (words[own + Field.stamp]! - waits.words[place + Own.clock]!) | 0;
  const passed = (s.options.stamp - words[own + Field.stamp]!) | 0;
  if (before < LEAST_TICKS || passed < 0 || known <= 0) return 0;
  const tick = known / before;
  if (LEAST_TICKS * tick > nanoseconds) return 0;
  // Each stamp is late by up to a tick, and so is what is reckoned from two of them.
  const ticks = passed + 1 + (2 * passed) / before;
  const held = Math.min(nanoseconds, quiet - ticks * tick);
  return held >= HELD_PART * nanoseconds ? held : 0;
}
