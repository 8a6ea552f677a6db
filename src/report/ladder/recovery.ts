/** What is to be said of segments that were sent again, overtaken or doubled: rows, and facts beside the segments. */
import type { RecoveryEvent } from '../../flow/recovery/events.ts';
import type { CauseName, ProofName } from '../../flow/recovery/causes.ts';
import type { Side } from '../../flow/life/story.ts';
import { NO_TIME } from '../../flow/records.ts';
import { duration } from '../text/format.ts';
import { isoTime } from '../times.ts';
import { type Fact, type SideName, sideNames } from './model.ts';
import type { Tell } from './opening.ts';
import { ordinal } from './progress.ts';
import type { Subject } from './subject.ts';

/** Field names are the contract of docs/json.md. */
export interface RecoveryEventRow {
  readonly frame: number;
  readonly time: string | null;
  readonly side: SideName;
  readonly cause: CauseName;
  readonly triggerFrame: number | null;
  readonly waitSeconds: number;
  readonly backoff: number;
  readonly relativeSequence: number;
  readonly payloadBytes: number;
  readonly overtakenBySegments: number;
  readonly lost: 'before' | 'after' | null;
  readonly spurious: ProofName | null;
}

export function recoveryEventRows(subject: Subject): RecoveryEventRow[] {
  const rows = ([0, 1] as const).flatMap((side) =>
    subject.recovery[side].map((event) => eventRow(subject, side, event)),
  );
  return rows.toSorted((a, b) => a.frame - b.frame);
}

function eventRow({ bases }: Subject, side: Side, event: RecoveryEvent): RecoveryEventRow {
  const { frame, seconds, nanoseconds, cause, triggerFrame, waitSeconds, backoff, sequence } = event;
  return {
    frame,
    time: seconds === NO_TIME ? null : isoTime(seconds, nanoseconds),
    side: sideNames[side],
    cause,
    triggerFrame,
    waitSeconds,
    backoff,
    relativeSequence: (sequence - bases[side]) >>> 0,
    payloadBytes: event.payloadBytes,
    overtakenBySegments: event.segments,
    lost: event.lost,
    spurious: event.spurious,
  };
}

/** Events by frame. */
export const eventsByFrame = ({ recovery }: Subject): Map<number, RecoveryEvent> =>
  new Map(recovery.flatMap((events) => events.map((event) => [event.frame, event])));

/** The third duplicate ACKs, which had something sent again. */
export function tellTriggers({ recovery }: Subject, tell: Tell): void {
  for (const { cause, triggerFrame, frame } of recovery.flat()) {
    if (cause !== 'fast-retransmit' || triggerFrame === null) continue;
    tell(triggerFrame, 'third-duplicate-ack', `third duplicate ACK: frame ${frame} is sent again for it`);
  }
}

/** What the event says of its segment, in place of what the numbers alone say (`fact`). `rto`: the estimate, for timeouts. */
export function eventFact(event: RecoveryEvent, rto: number | null, fact?: Fact): Fact {
  const { cause } = event;
  if (fact?.id === 'fin-resent') return { id: fact.id, text: `${fact.text} (${cause.replaceAll('-', ' ')})` };
  if (cause === 'duplicate-frame') return { id: 'duplicate-frame', text: 'the same packet again: not sent again' };
  if (cause === 'reordered') return { id: 'overtaken', text: overtakenText(event) };
  return { id: 'resent', text: `sent again: ${causeText(event, rto)}${proofText(event)}` };
}

function overtakenText({ segments, waitSeconds }: RecoveryEvent): string {
  if (segments === 0) return 'overtaken by what was sent after it';
  return `overtaken by ${segments} segment${segments === 1 ? '' : 's'}, ${duration(waitSeconds)} late`;
}

function causeText({ cause, triggerFrame, waitSeconds, backoff }: RecoveryEvent, rto: number | null): string {
  switch (cause) {
    case 'fast-retransmit':
      return `fast retransmit, third duplicate ACK in frame ${triggerFrame}`;
    case 'sack-recovery':
      return triggerFrame === null ? 'reported missing' : `reported missing in frame ${triggerFrame}`;
    case 'partial-ack':
      return 'the next hole, after an ACK of a part';
    case 'timeout':
      return `timeout${backoff > 1 ? ` (${ordinal(backoff)} in a row)` : ''} after ${duration(waitSeconds)}${rtoText(rto, backoff)}`;
    case 'after-timeout':
      return 'all of what was on its way at the timeout';
    case 'tail-loss-probe':
      return `tail loss probe after ${duration(waitSeconds)}`;
    case 'path-mtu':
      return 'too large for the path, says a router';
    default:
      return 'nothing here says why';
  }
}

/** TCP_RTO_MAX of Linux. */
const MOST_RTO_SECONDS = 120;

/** What the sender's timer stood at, as far as round trips tell: it doubles each time (RFC 6298 section 5.5). */
function rtoText(rto: number | null, backoff: number): string {
  return rto === null ? '' : `, RTO about ${duration(Math.min(MOST_RTO_SECONDS, rto * 2 ** (backoff - 1)))}`;
}

const proofTexts: Readonly<Record<ProofName, string>> = {
  acknowledged: 'needless: was acknowledged',
  dsack: 'needless: reported twice (DSACK)',
  timestamps: 'needless: the first one is answered',
  original: 'needless: the first one comes later',
  'early-ack': 'needless: acknowledged too soon to be an answer',
};

function proofText({ spurious, lost }: RecoveryEvent): string {
  if (spurious !== null) return `; ${proofTexts[spurious]}`;
  return lost === 'before' ? '; lost before this point' : '';
}
