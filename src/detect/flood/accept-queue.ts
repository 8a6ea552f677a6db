/**
 * The listener's second queue: finished handshakes that wait for the application. While it is full, Linux drops SYNs
 * though the SYN queue has places, and ignores the last ACKs of handshakes. Inferred from what the server left unsaid.
 */
import type { Connections } from '../../flow/connections.ts';
import { Life } from '../../flow/milestones.ts';
import { Word } from '../../flow/records.ts';
import type { Facts } from '../facts.ts';
import { oddLives } from '../lives.ts';
import { acceptQueueSign } from '../tcp-accept-queue-overflow.ts';
import { acceptEntriesOf } from './accept-entries.ts';
import { Attempt, type Clock } from './attempts.ts';
import { isMartian } from './bogons.ts';
import type { Columns } from './columns.ts';
import type { Defence } from './defence.ts';
import { HalfOpen, noEntries } from './half-open.ts';
import { MAX_FRAMES } from './limits.ts';
import { Lives } from './stories.ts';
import type { Target } from './targets.ts';

export interface AcceptQueue {
  readonly overflowed: 'yes' | 'unknown';
  /** Most connections that were up and waited for the application while SYNs were dropped for it; 0 when none were. */
  readonly waiting: number;
  /** SYNs that were dropped while so many waited. */
  readonly droppedSyns: number;
  /** Handshakes whose last ACK the server ignored, or answered with a RST. */
  readonly ignoredAcks: number;
  readonly why: readonly string[];
  /** First frames of those SYNs and of those handshakes. */
  readonly frames: readonly number[];
}

/** With the connections that waited, and when; empty unless they filled the queue. */
export interface Acceptance {
  readonly told: AcceptQueue;
  readonly entries: HalfOpen;
}

export const noAcceptance: Acceptance = {
  told: { overflowed: 'unknown', waiting: 0, droppedSyns: 0, ignoredAcks: 0, why: [], frames: [] },
  entries: new HalfOpen(noEntries),
};

/** Fewer dropped SYNs, or waiting connections, say nothing. */
const ENOUGH = 20;
const LEAST_WAITING = 3;
/** Share of the SYNs then that may be answered all the same: for a place that the application freed. */
const STILL_ANSWERED = 0.1;
/** The queue counts as full when this share of the most that ever waited do: when one is taken is not seen to the tick. */
const FULL_SHARE = 0.9;
/** A SYN queue as deep as this, of its greatest depth, may be the reason for a drop itself: it is emptied down to half. */
const CROWDED_SHARE = 0.4;

export function acceptanceOf(
  facts: Facts,
  clock: Clock,
  target: Target,
  queue: HalfOpen,
  { cookies }: Defence,
): Acceptance {
  const { connections: c, limits } = facts;
  const { columns } = target;
  const ignored = ignoredAt(facts, target);
  const why = ignored.length > 1 ? [`${ignored.length} finished handshakes were ignored or reset by the server`] : [];
  const first = (id: number): number => c.word(id, Word.firstFrame) >>> 0;
  const frames = ignored.length > 1 ? ignored.map(first) : [];
  const mayBeFull = target.kind === 'listener' && unansweredIn(columns) >= ENOUGH;
  const entries = mayBeFull ? acceptEntriesOf(new Lives(c, limits), clock, columns) : noAcceptance.entries;
  const crowded = cookies === 'yes' || queue.peak < ENOUGH ? Infinity : CROWDED_SHARE * queue.peak;
  const full = whenFull(c, target, entries, (at) => queue.depth(at) >= crowded);
  if (full !== null) {
    why.push(`${full.dropped} SYNs were dropped while ${entries.peak} connections waited for the application`);
    frames.push(...full.rows.map((row) => first(columns.ids[row]!)));
  }
  const told: AcceptQueue = {
    overflowed: why.length > 0 ? 'yes' : 'unknown',
    waiting: full === null ? 0 : entries.peak,
    droppedSyns: full?.dropped ?? 0,
    ignoredAcks: ignored.length,
    why,
    frames: frames.toSorted((a, b) => a - b).slice(0, MAX_FRAMES),
  };
  return { told, entries: full === null ? noAcceptance.entries : entries };
}

function unansweredIn({ kind }: Columns): number {
  let count = 0;
  for (let row = 0; row < kind.length; row++) if (kind[row] === Attempt.unanswered) count++;
  return count;
}

interface Full {
  /** SYNs that were not answered while the queue stood full, and the first rows of them. */
  dropped: number;
  readonly rows: number[];
  answered: number;
}

/** Full is the greatest depth from which on hardly a SYN was answered; that is the peak, or a little less. */
function whenFull(
  c: Connections,
  { columns, ipv6 }: Target,
  entries: HalfOpen,
  isCrowded: (at: number) => boolean,
): Full | null {
  const { at, kind, ids, source } = columns;
  const { peak } = entries;
  if (peak < LEAST_WAITING) return null;
  const levels: Full[] = [];
  for (let i = 0; i <= peak * (1 - FULL_SHARE); i++) levels.push({ dropped: 0, rows: [], answered: 0 });
  const from = entries.reached(peak - levels.length + 1)!;
  for (let row = 0; row < kind.length; row++) {
    const level = at[row]! < from ? undefined : levels[peak - entries.depth(at[row]!)];
    if (level === undefined) continue;
    // Sent again: it was not the first SYN that was answered.
    if (kind[row] !== Attempt.unanswered) level.answered += isAgain(c, ids[row]!) ? 0 : 1;
    else if (!isCrowded(at[row]!) && (ipv6 || !isMartian(source[row]!))) {
      level.dropped++;
      if (level.rows.length < MAX_FRAMES) level.rows.push(row);
    }
  }
  const sum: Full = { dropped: 0, rows: [], answered: 0 };
  for (const { dropped, rows, answered } of levels) {
    sum.dropped += dropped;
    sum.answered += answered;
    sum.rows.push(...rows);
    if (sum.dropped >= ENOUGH && sum.answered <= STILL_ANSWERED * sum.dropped) return sum;
  }
  return null;
}

const isAgain = (c: Connections, id: number): boolean => (c.word(id, Word.life) & Life.again) !== 0;

function ignoredAt(facts: Facts, { hosts, port, ipv6 }: Target): number[] {
  if (port === null) return [];
  const { connections: c } = facts;
  const isThere = (id: number): boolean => isAt(c, id, port, ipv6) && hosts.includes(c.word(id, Word.addressB));
  return oddLives(facts).flatMap((odd) => (isThere(odd.id) && acceptQueueSign(odd) !== null ? [odd.id] : []));
}

const isAt = (c: Connections, id: number, port: number, ipv6: boolean): boolean =>
  c.port(id, 1) === port && c.isIpv6(id) === ipv6;
