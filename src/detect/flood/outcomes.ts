/** What became of the attempts of an attack, counted in one walk. */
import type { Connections } from '../../flow/connections.ts';
import { Word } from '../../flow/records.ts';
import { Attempt, type Clock } from './attempts.ts';
import { type Columns, Mark } from './columns.ts';
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
  /** Without any option. */
  readonly bareSyns: number;
  /** No SYN was seen: the capture has only what the victim sent. */
  readonly synAckOnly: number;
}

/** `rows` of the columns that belong to the attack. */
export function outcomesOf(c: Connections, clock: Clock, columns: Columns, rows: Int32Array, ipv6: boolean): Outcomes {
  const { ids, kind, marks, at, source } = columns;
  const counts = new Float64Array(6);
  let [syns, synAcks, couldResend, resent, couldRepeat, answeredOnce] = [0, 0, 0, 0, 0, 0];
  let [dropped, firstDrop, bareSyns, synAckOnly] = [0, -1, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const attempt = kind[row]!;
    const mark = marks[row]!;
    counts[attempt]! += 1;
    if ((mark & Mark.many) === 0) {
      if ((mark & Mark.unsent) === 0) syns++;
      if (attempt === Attempt.halfOpen && (mark & Mark.answeredOnce) !== 0) synAcks++;
    } else {
      syns += c.word(ids[row]!, Word.framesA);
      if (attempt === Attempt.halfOpen) synAcks += c.word(ids[row]!, Word.framesB);
    }
    if ((mark & Mark.unsent) !== 0) synAckOnly++;
    if (attempt !== Attempt.halfOpen && attempt !== Attempt.unanswered) continue;
    if ((mark & Mark.bare) !== 0) bareSyns++;
    if (clock.end - at[row]! > RESEND_SECONDS) {
      couldResend++;
      if ((mark & Mark.again) !== 0) resent++;
      if (attempt === Attempt.halfOpen) {
        couldRepeat++;
        if ((mark & Mark.answeredOnce) !== 0) answeredOnce++;
      }
    }
    if (attempt === Attempt.unanswered && (ipv6 || !isMartian(source[row]!))) {
      dropped++;
      if (firstDrop < 0) firstDrop = row;
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
    firstDropFrame: firstDrop < 0 ? null : c.word(ids[firstDrop]!, Word.firstFrame) >>> 0,
    bareSyns,
    synAckOnly,
  };
}
