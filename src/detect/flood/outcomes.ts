/** What became of the attempts of an attack, counted in one walk. */
import type { Connections } from '../../flow/connections.ts';
import { WORDS, Word } from '../../flow/records.ts';
import { mssOf, offersOf } from '../../wire/tcp-options.ts';
import { Attempt, type Clock } from './attempts.ts';
import type { Columns } from './columns.ts';
import { isMartian } from './bogons.ts';
import { RESEND_SECONDS } from './thresholds.ts';

export interface Outcomes {
  readonly unanswered: number;
  readonly halfOpen: number;
  readonly reset: number;
  readonly refused: number;
  /** SYNs and SYN-ACKs, those sent again included. */
  readonly syns: number;
  readonly synAcks: number;
  /** Failed attempts that there was time to send a SYN again for, and those that did. */
  readonly couldResend: number;
  readonly resent: number;
  /** Half open long enough for a SYN-ACK to be due again, and those whose SYN-ACK came only once. */
  readonly couldRepeat: number;
  readonly answeredOnce: number;
  /** Unanswered, though the address is one that a host answers; and the first frame of them. */
  readonly dropped: number;
  readonly firstDropFrame: number | null;
  /** Without any option, or with an MSS alone. */
  readonly bareSyns: number;
  /** No SYN was seen: the capture has only what the victim sent. */
  readonly synAckOnly: number;
}

/** `rows` of the columns that belong to the attack. */
export function outcomesOf(c: Connections, clock: Clock, columns: Columns, rows: Int32Array, ipv6: boolean): Outcomes {
  const w = c.words;
  const counts = new Float64Array(6);
  let [syns, synAcks, couldResend, resent, couldRepeat, answeredOnce] = [0, 0, 0, 0, 0, 0];
  let [dropped, firstDrop, bareSyns, synAckOnly] = [0, 0, 0, 0];
  for (const row of rows) {
    const id = columns.ids[row]!;
    const at = id * WORDS;
    const attempt = columns.kind[row]!;
    counts[attempt]! += 1;
    const [sent, answers] = [w[at + Word.framesA]!, w[at + Word.framesB]!];
    syns += sent;
    if (attempt === Attempt.halfOpen) synAcks += answers;
    if (attempt !== Attempt.halfOpen && attempt !== Attempt.unanswered) continue;
    if (sent === 0) synAckOnly++;
    else if (isBare(w[at + Word.optionsA]!)) bareSyns++;
    const start = columns.at[row]!;
    if (clock.end - start > RESEND_SECONDS) {
      couldResend++;
      if (sent > 1 && clock.last(id) - start > MIN_RESEND) resent++;
      if (attempt === Attempt.halfOpen) {
        couldRepeat++;
        if (answers === 1) answeredOnce++;
      }
    }
    if (attempt === Attempt.unanswered && (ipv6 || !isMartian(columns.source[row]!))) {
      dropped++;
      if (firstDrop === 0) firstDrop = w[at + Word.firstFrame]! >>> 0;
    }
  }
  return {
    unanswered: counts[Attempt.unanswered]!,
    halfOpen: counts[Attempt.halfOpen]!,
    reset: counts[Attempt.reset]!,
    refused: counts[Attempt.refused]!,
    syns,
    synAcks,
    couldResend,
    resent,
    couldRepeat,
    answeredOnce,
    dropped,
    firstDropFrame: firstDrop === 0 ? null : firstDrop,
    bareSyns,
    synAckOnly,
  };
}

/** Sooner, it is the network that made a copy. */
const MIN_RESEND = 0.1;

/** Kernels offer more than a segment size. */
export const isBare = (options: number): boolean => offersOf(options).length === 0 && mssOf(options) === null;
