/** Bytes that an end had sent and its peer had not acknowledged: what is known of the end's Send-Q. */
import { seqDiff } from '../../bytes/sequence.ts';
import type { Connections } from '../connections.ts';
import type { State } from '../life/states.ts';
import type { Side } from '../life/story.ts';
import { Life } from '../milestones.ts';
import { Meta, RowWord, Word, rowWordsOf } from '../records.ts';

/** What the kernel shows in states in which nothing else is possible. */
const fixed: Partial<Record<State, number>> = { 'SYN-SENT': 1, 'SYN-RECEIVED': 0, 'FIN-WAIT-2': 0, 'TIME-WAIT': 0 };

const waitsForFin: ReadonlySet<State> = new Set(['FIN-WAIT-1', 'CLOSING', 'LAST-ACK']);

/**
 * As of the last segment that `c` holds; a FIN counts as one byte. The kernel's figure also has what was not sent yet.
 * Null where numbers are missing, or `c` is.
 */
export function sentUnacknowledged(c: Connections | null, id: number, side: Side, state: State): number | null {
  const known = fixed[state] ?? (c === null ? null : inFlight(c, id, side));
  // The replay knows of a FIN whose acknowledgment was lost behind the capture.
  return known === 0 && waitsForFin.has(state) ? 1 : known;
}

function inFlight(c: Connections, id: number, side: Side): number | null {
  const full = c.word(id, Word.full);
  const life = c.word(id, Word.life);
  if (full === 0 || (life & (Life.followedA << side)) === 0) return null;
  const { rows } = c.tracker.table.records;
  const sent = rows[rowWordsOf(full, side) + RowWord.sndNxt]!;
  if ((life & (Life.ackedA << (side ^ 1))) !== 0) {
    return Math.max(0, seqDiff(sent, rows[rowWordsOf(full, side ^ 1) + RowWord.lastAck]!));
  }
  // All that the peer has acknowledged is the SYN, or what came before the capture.
  const isBased = (c.word(id, Word.meta) & (Meta.baseA << side)) !== 0 && c.frames(id, side ^ 1) > 0;
  return isBased ? Math.max(0, seqDiff(sent, (c.word(id, Word.isnA + side) + 1) | 0)) : null;
}

/** Bytes received and not read: only states in which no process can hold any are certain. */
export const receivedUnread = (state: State): number | null =>
  state === 'SYN-SENT' || state === 'SYN-RECEIVED' || state === 'TIME-WAIT' ? 0 : null;
