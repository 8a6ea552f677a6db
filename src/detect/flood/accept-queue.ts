/**
 * The listener's second queue: finished handshakes that wait for the application. While it is full, Linux drops SYNs
 * though the SYN queue has places, and ignores the last ACKs of handshakes. Inferred from what the server left unsaid.
 */
import type { Connections } from '../../flow/connections.ts';
import { Completeness } from '../../flow/completeness.ts';
import { Word } from '../../flow/records.ts';
import type { Facts } from '../facts.ts';
import { oddLives } from '../lives.ts';
import { acceptQueueSign } from '../tcp-accept-queue-overflow.ts';
import { Attempt, type Clock } from './attempts.ts';
import type { Columns } from './columns.ts';
import type { HalfOpen } from './half-open.ts';
import type { Target } from './targets.ts';

export interface AcceptQueue {
  readonly overflowed: 'yes' | 'unknown';
  /** Connections that had come up before the first SYN was dropped, and got nothing from the application; 0 where the SYN queue was in use. */
  readonly waiting: number;
  /** Handshakes whose last ACK the server ignored, or answered with a RST. */
  readonly ignoredAcks: number;
  readonly why: readonly string[];
}

/** Fewer dropped SYNs say nothing. */
const ENOUGH = 20;
/** Share of the attempts behind the first drop that may come up all the same: a place that the application freed. */
const STILL_UP = 0.1;

export function acceptQueueOf(
  facts: Facts,
  clock: Clock,
  target: Target,
  rows: Int32Array,
  queue: HalfOpen,
): AcceptQueue {
  const { connections: c } = facts;
  const { columns } = target;
  const ignoredAcks = ignoredAt(facts, target);
  const why = ignoredAcks > 1 ? [`${ignoredAcks} finished handshakes were ignored or reset by the server`] : [];
  // With a full SYN queue the drops have a reason already.
  const [dropped, first] = queue.peak < ENOUGH ? droppedAt(columns, rows) : [0, -1];
  const waiting = dropped < ENOUGH ? 0 : waitingAt(c, clock, columns, first);
  if (waiting > 0 && upBehind(columns, first) <= STILL_UP * dropped) {
    why.push(`${waiting} connections were up and got nothing from the application when the first SYN was dropped`);
  }
  return { overflowed: why.length > 0 ? 'yes' : 'unknown', waiting, ignoredAcks, why };
}

/** SYNs without an answer: how many, and the row of the first. */
function droppedAt({ kind }: Columns, rows: Int32Array): [count: number, first: number] {
  let [count, first] = [0, -1];
  for (let i = 0; i < rows.length; i++) {
    if (kind[rows[i]!] !== Attempt.unanswered) continue;
    if (count++ === 0) first = rows[i]!;
  }
  return [count, first];
}

/** Up before this row's SYN, and no data or end from the responder until then. */
function waitingAt(c: Connections, clock: Clock, { ids, kind, at }: Columns, first: number): number {
  let waiting = 0;
  for (let row = 0; row < first; row++) {
    if (kind[row] !== Attempt.completed) continue;
    const id = ids[row]!;
    const isOver = (c.completeness(id) & (Completeness.fin | Completeness.rst)) !== 0 && clock.last(id) < at[first]!;
    if (!isOver && c.payloadBytes(id, 1) === 0) waiting++;
  }
  return waiting;
}

function upBehind({ kind }: Columns, first: number): number {
  let up = 0;
  for (let row = first; row < kind.length; row++) if (kind[row] === Attempt.completed) up++;
  return up;
}

function ignoredAt(facts: Facts, { hosts, port, ipv6 }: Target): number {
  if (port === null) return 0;
  const { connections: c } = facts;
  const isThere = (id: number): boolean =>
    c.port(id, 1) === port && c.isIpv6(id) === ipv6 && hosts.includes(c.word(id, Word.addressB));
  return oddLives(facts).filter((odd) => isThere(odd.id) && acceptQueueSign(odd) !== null).length;
}
