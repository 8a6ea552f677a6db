/** When a SYN or SYN-ACK was sent again, which operating systems do it so, and whether the sender gave up. */
import { type Moment, elapsed, later } from './moment.ts';

/** Intervals between transmissions, in seconds; the last of a list doubles on. */
interface Known {
  readonly name: ScheduleName;
  readonly intervals: readonly number[];
}

export const scheduleNames = ['doubling-1s', 'linear-1s', 'doubling-3s', 'other'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

/**
 * doubling-1s: RFC 6298 section 2 and 5.5; Linux before 6.5 and its SYN-ACKs, Windows since 10.
 * linear-1s: Linux since 6.5 (tcp_syn_linear_timeouts 4), FreeBSD, macOS: five intervals of a second first.
 * doubling-3s: the initial timeout of RFC 1122; Windows before 8, old Linux.
 */
const known: readonly Known[] = [
  { name: 'doubling-1s', intervals: [1, 2, 4, 8, 16, 32, 64] },
  { name: 'linear-1s', intervals: [1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64] },
  { name: 'doubling-3s', intervals: [3, 6, 12, 24, 48] },
];

/** Timers are coarse, and lines jitter. */
const TOLERANCE_SECONDS = 0.25;
const TOLERANCE_SHARE = 0.15;

export interface Schedule {
  /** How often it was sent, the first time included. */
  readonly transmissions: number;
  readonly intervals: readonly number[];
  /** Every schedule that fits; `other` when none does; nothing when it was never sent again. */
  readonly fits: readonly ScheduleName[];
  /** Seconds after the last transmission at which the next was due. */
  readonly nextSeconds: number;
  /** The next one was due before the capture ended and did not come. */
  readonly gaveUp: boolean;
  /** When the sender stopped waiting, if it did: the moment the next one was due. */
  readonly abandoned: Moment | null;
}

const isNear = (measured: number, expected: number): boolean =>
  Math.abs(measured - expected) <= Math.max(TOLERANCE_SECONDS, expected * TOLERANCE_SHARE);

/** `times` of all transmissions, at least one; `end` of the capture. */
export function scheduleOf(times: readonly Moment[], end: Moment): Schedule {
  const intervals = times.slice(1).map((time, i) => elapsed(times[i]!, time));
  const fitting =
    intervals.length === 0 ? [] : known.filter((k) => intervals.every((s, i) => isNear(s, k.intervals[i] ?? 0)));
  const nextSeconds = nextInterval(intervals, fitting);
  const last = times.at(-1)!;
  const gaveUp = elapsed(last, end) > nextSeconds + Math.max(TOLERANCE_SECONDS, nextSeconds * TOLERANCE_SHARE);
  return {
    transmissions: times.length,
    intervals,
    fits: intervals.length > 0 && fitting.length === 0 ? ['other'] : fitting.map(({ name }) => name),
    nextSeconds,
    gaveUp,
    abandoned: gaveUp ? later(last, nextSeconds) : null,
  };
}

/** The longest wait of the schedules that fit; of none, twice the last interval. */
function nextInterval(intervals: readonly number[], fitting: readonly Known[]): number {
  if (fitting.length > 0)
    return Math.max(...fitting.map((k) => k.intervals[intervals.length] ?? k.intervals.at(-1)! * 2));
  // RFC 6298 section 2: the first timeout is a second.
  return intervals.length === 0 ? 1 : Math.max(1, intervals.at(-1)! * 2);
}
