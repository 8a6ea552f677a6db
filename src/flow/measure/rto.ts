/**
 * The retransmission timeout of each end as RFC 6298 computes it from the round trips that the capture shows, with what
 * Linux adds: four times the variance is never less than 200 ms (TCP_RTO_MIN), and the timeout never more than 120 s. Backoff
 * is not in it. For ladders: it takes each segment by itself.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { ACK, FIN, RST, SYN } from '../../wire/tcp.ts';
import type { LadderSegment } from '../ladder/segments.ts';
import { elapsed, type Moment } from '../life/moment.ts';
import { MAX_UNACKNOWLEDGED } from '../limits.ts';
import { NO_TIME } from '../records.ts';

/** RFC 6298 sections 2.2 and 2.3. */
const ALPHA = 1 / 8;
const BETA = 1 / 4;
const K = 4;
const LEAST_VARIANCE_SECONDS = 0.2;
const MOST_SECONDS = 120;

interface Waiting {
  readonly end: number;
  readonly at: Moment;
}

interface End {
  readonly waiting: Waiting[];
  /** Behind the highest number sent; null before the first. */
  next: number | null;
  /** Segments that end no later may have been sent again: they measure nothing (section 3). */
  again: number | null;
  smoothed: number | null;
  variance: number;
}

const newEnd = (): End => ({ waiting: [], next: null, again: null, smoothed: null, variance: 0 });

export class RetransmissionTimeouts {
  readonly #ends: readonly [End, End] = [newEnd(), newEnd()];

  /** Segments were left out: nothing that waits can be measured any more. */
  forget(): void {
    for (const end of this.#ends) Object.assign(end, { ...newEnd(), smoothed: end.smoothed, variance: end.variance });
  }

  see(s: LadderSegment): void {
    if (s.broken) return;
    if ((s.flags & ACK) !== 0) acknowledge(this.#ends[s.side ^ 1]!, s);
    if ((s.flags & RST) === 0) send(this.#ends[s.side], s);
  }

  /** Seconds; null before the first round trip. */
  of(side: number): number | null {
    const { smoothed, variance } = this.#ends[side]!;
    if (smoothed === null) return null;
    return Math.min(MOST_SECONDS, smoothed + Math.max(LEAST_VARIANCE_SECONDS, K * variance));
  }

  /** Smoothed round trip of what `side` sends, in seconds; null before the first. */
  smoothed(side: number): number | null {
    return this.#ends[side]!.smoothed;
  }
}

function send(own: End, s: LadderSegment): void {
  const length = s.payloadLength + ((s.flags & (SYN | FIN)) === 0 ? 0 : 1);
  if (length === 0) return;
  const end = (s.sequence + length) | 0;
  if (own.next !== null && seqDiff(s.sequence, own.next) < 0) own.again = own.next;
  if (own.next !== null && seqDiff(end, own.next) <= 0) return;
  own.next = end;
  if (own.waiting.length < MAX_UNACKNOWLEDGED && s.seconds !== NO_TIME) own.waiting.push({ end, at: s });
}

function acknowledge(own: End, s: LadderSegment): void {
  const { waiting } = own;
  let covered = 0;
  while (covered < waiting.length && seqDiff(waiting[covered]!.end, s.acknowledgment) <= 0) covered++;
  if (covered === 0) return;
  const { end, at } = waiting[covered - 1]!;
  waiting.splice(0, covered);
  const isClear = own.again === null || seqDiff(end, own.again) > 0;
  if (end === s.acknowledgment && isClear && s.seconds !== NO_TIME) measure(own, Math.max(0, elapsed(at, s)));
}

function measure(own: End, seconds: number): void {
  if (own.smoothed === null) {
    own.smoothed = seconds;
    own.variance = seconds / 2;
    return;
  }
  own.variance = (1 - BETA) * own.variance + BETA * Math.abs(own.smoothed - seconds);
  own.smoothed = (1 - ALPHA) * own.smoothed + ALPHA * seconds;
}
