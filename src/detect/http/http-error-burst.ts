import { statusOf } from '../../app/http/message.ts';
import { type Claim, framesFilter } from '../finding.ts';
import { type HttpDetector, type Placed, framesOf, grouped, hostOf, oneConnection, placed, times } from './facts.ts';

export const httpErrorBurst: HttpDetector = {
  id: 'http-error-burst',
  title: 'A burst of server errors',
  why: 'Many answers of a server within seconds are 5xx: it, or something behind it, fails as a whole and not for one request.',
  references: [{ spec: 'RFC 9110', section: '15.6' }],
  *detect(sites, { answers }) {
    const errors: Placed[] = [];
    for (const place of placed(sites)) if ((statusOf(place.transaction) ?? 0) >= 500) errors.push(place);
    for (const [host, some] of grouped(errors, hostOf)) {
      if (some.length < LEAST_ERRORS) continue;
      const burst = worstBurst(byAnswer(some), answers(host));
      if (burst !== null) yield claim(host, burst);
    }
  },
};

const WINDOW_SECONDS = 10;
const LEAST_ERRORS = 5;
const LEAST_SHARE = 0.5;

interface Burst {
  readonly errors: readonly Placed[];
  readonly responses: number;
}

const answeredAt = ({ transaction }: Placed): number => transaction.response!.first.seconds;
const byAnswer = (errors: readonly Placed[]): Placed[] => errors.toSorted((a, b) => answeredAt(a) - answeredAt(b));

/** From one error to another, the window with the most of them, where they are at least half of all answers. */
function worstBurst(errors: readonly Placed[], answers: readonly number[]): Burst | null {
  const starts = errors.map(answeredAt);
  const all = Float64Array.from(answers).toSorted();
  let first = 0;
  let best: Burst | null = null;
  for (let i = 0; i < errors.length; i++) {
    while (starts[i]! - starts[first]! > WINDOW_SECONDS) first++;
    const count = i - first + 1;
    if (count < LEAST_ERRORS || count <= (best?.errors.length ?? 0)) continue;
    const responses = countUpTo(all, starts[i]!) - countUpTo(all, starts[first]! - 1);
    if (count >= LEAST_SHARE * responses) best = { errors: errors.slice(first, i + 1), responses };
  }
  return best;
}

/** How many of `sorted` are `most` or less. */
function countUpTo(sorted: Float64Array, most: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

function claim(host: string, { errors, responses }: Burst): Claim {
  const frames = framesOf(errors);
  const codes = [...new Set(errors.map(({ transaction }) => statusOf(transaction)!))].toSorted((a, b) => a - b);
  return {
    severity: 'warning',
    confidence: 0.95,
    ...oneConnection(errors),
    summary: `${host}  ${times(errors.length, 'server error')} (${codes.join(', ')}) of ${times(responses, 'response')} within ${WINDOW_SECONDS} s`,
    frameCount: frames.length,
    frames,
    measured: { errors: errors.length, responses, windowSeconds: WINDOW_SECONDS },
    displayFilter: framesFilter(frames),
    about: host,
  };
}
