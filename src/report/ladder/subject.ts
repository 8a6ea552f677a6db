/** The connection that a ladder is drawn of: all that is known of it, gathered once. */
import type { Facts } from '../../detect/facts.ts';
import type { Connections } from '../../flow/connections.ts';
import type { IcmpReport } from '../../flow/icmp.ts';
import type { LadderRecorder } from '../../flow/ladder/recorder.ts';
import type { LadderSegments } from '../../flow/ladder/segments.ts';
import { type Life, startOf, lifeAtEnd } from '../../flow/life/life.ts';
import { type Moment, elapsed } from '../../flow/life/moment.ts';
import type { RecoveryEvent } from '../../flow/recovery/events.ts';
import { NO_TIME, Word } from '../../flow/records.ts';
import { synSeen, windowShiftOf } from '../../wire/tcp-options.ts';
import type { Fact } from './model.ts';

export interface Subject {
  readonly connections: Connections;
  readonly id: number;
  readonly isUdp: boolean;
  /** Null for UDP. */
  readonly life: Life | null;
  readonly segments: LadderSegments;
  /** ICMP errors about it. */
  readonly icmp: readonly IcmpReport[];
  /** Messages of the application, by the frame that completed them. */
  readonly spoken: ReadonlyMap<number, Fact>;
  /** What happened to segments of each end. */
  readonly recovery: readonly [readonly RecoveryEvent[], readonly RecoveryEvent[]];
  readonly start: Moment;
  /** From the earliest to the latest segment. */
  readonly durationSeconds: number;
  /** Number that each end's relative sequence numbers count from. */
  readonly bases: readonly [number, number];
  /** How far each end's window field is to be shifted; null when that is not known. */
  readonly shifts: readonly [number | null, number | null];
}

/** `recorder.id` is a connection with a counted frame. */
export function subjectOf(facts: Facts, recorder: LadderRecorder, spoken: Subject['spoken'] = new Map()): Subject {
  const { connections: c, tracker } = facts;
  const { id, segments } = recorder;
  const start = startOf(c, id);
  const end = { seconds: c.word(id, Word.endSeconds) >>> 0, nanoseconds: c.word(id, Word.endNanoseconds) };
  return {
    connections: c,
    id,
    isUdp: c.isUdp(id),
    life: lifeAtEnd(c, id),
    segments,
    icmp: tracker.icmp.list.filter(({ connection }) => connection === id),
    spoken,
    recovery: [c.recoveryEvents(id, 0), c.recoveryEvents(id, 1)],
    start,
    durationSeconds: elapsed(start, end),
    bases: [c.word(id, Word.isnA), c.word(id, Word.isnB)],
    shifts: shiftsOf(c, id),
  };
}

/** Scales count only when both ends offered one (RFC 7323 section 2.2); without either SYN nothing is known. */
function shiftsOf(c: Connections, id: number): [number | null, number | null] {
  const [a, b] = [c.word(id, Word.optionsA), c.word(id, Word.optionsB)];
  const offers = [a, b].map(windowShiftOf);
  const refused = [a, b].some((summary) => synSeen(summary) && windowShiftOf(summary) === null);
  if (refused) return [0, 0];
  return synSeen(a) && synSeen(b) ? [offers[0]!, offers[1]!] : [null, null];
}

/** Seconds since the connection's start; null for a time that 32 bits do not hold. */
export function sinceStart({ start }: Subject, at: Moment): number | null {
  return at.seconds === NO_TIME || start.seconds === NO_TIME ? null : elapsed(start, at);
}
