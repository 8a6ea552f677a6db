/** How the victim bore it: SYN cookies, dropped SYNs, a full queue. Inferred from what it answered, so with a score. */
import type { Outcomes } from './outcomes.ts';
import type { CookieOptions } from './cookie-options.ts';
import type { HalfOpen } from './half-open.ts';

export interface Defence {
  readonly cookies: 'yes' | 'no' | 'unknown';
  /** 0 to 1. */
  readonly cookieScore: number;
  /** Answered, never again: what a cookie looks like. */
  readonly answeredOnce: number;
  /** Share of the attack's SYNs that a host would answer and that were not answered. */
  readonly droppedShare: number;
  /** The first of them. */
  readonly firstDropFrame: number | null;
  /** The depth at which the queue stood when it took no more; null when it never was full. */
  readonly fullDepth: number | null;
  readonly why: readonly string[];
}

/** Of a sample: answers that are missing may have been left out. */
export const unknownDefence: Defence = {
  cookies: 'unknown',
  cookieScore: 0,
  answeredOnce: 0,
  droppedShare: 0,
  firstDropFrame: null,
  fullDepth: null,
  why: [],
};

/** Fewer say nothing. */
const ENOUGH = 20;
/** Of the answered ones; a few SYN-ACKs are lost by the recorder. */
const COOKIE_SHARE = 0.1;
const DROP_SHARE = 0.02;

export function defenceOf(o: Outcomes, queue: HalfOpen, options: CookieOptions): Defence {
  const { couldRepeat, answeredOnce } = o;
  const onceShare = couldRepeat === 0 ? 0 : answeredOnce / couldRepeat;
  const hasAnswers = o.halfOpen + o.reset > 0;
  const droppedShare = hasAnswers ? o.dropped / Math.max(1, o.dropped + o.halfOpen + o.reset) : 0;
  const why: string[] = [];
  let score = 0;
  if (couldRepeat >= ENOUGH && onceShare >= COOKIE_SHARE) {
    score += 0.6;
    why.push(`${answeredOnce} of ${couldRepeat} SYN-ACKs never came again`);
    if (answeredOnce < couldRepeat && queue.peak >= ENOUGH) {
      score += 0.3;
      why.push(`others did, and no more than ${queue.peak} at a time`);
    }
    if (droppedShare < DROP_SHARE) {
      score += 0.1;
      why.push('every SYN was answered');
    }
  }
  if (options.withheld >= ENOUGH && options.granted > 0 && onceShare > 0) {
    score += 0.3;
    why.push(
      `${options.withheld} SYN-ACKs left out the SACK or window scale that was offered, ${options.granted} did not`,
    );
  }
  const isDropping = droppedShare >= DROP_SHARE && o.dropped >= ENOUGH;
  if (isDropping) why.push(`${o.dropped} SYNs were not answered while others were`);
  const cookies =
    score >= 0.5 ? 'yes' : couldRepeat >= ENOUGH && onceShare < COOKIE_SHARE && isDropping ? 'no' : 'unknown';
  return {
    cookies,
    cookieScore: Math.min(1, score),
    answeredOnce,
    droppedShare,
    firstDropFrame: isDropping ? o.firstDropFrame : null,
    fullDepth: (isDropping || score >= 0.9) && queue.peak >= ENOUGH ? queue.peak : null,
    why,
  };
}
