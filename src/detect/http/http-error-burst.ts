import { statusOf } from '../../app/http/message.ts';
import { type Claim, framesFilter } from '../finding.ts';
import {
  type HttpDetector,
  type Placed,
  byTime,
  framesOf,
  grouped,
  hostOf,
  oneConnection,
  placed,
  startOf,
  times,
} from './facts.ts';

export const httpErrorBurst: HttpDetector = {
  id: 'http-error-burst',
  title: 'A burst of server errors',
  why: 'Many answers of a server within seconds are 5xx: it, or something behind it, fails as a whole and not for one request.',
  references: [{ spec: 'RFC 9110', section: '15.6' }],
  *detect(sites) {
    const answered = [...placed(sites)].filter(({ transaction }) => (statusOf(transaction) ?? 0) >= 200);
    for (const [host, some] of grouped(answered, hostOf)) {
      const burst = worstBurst(byTime(some));
      if (burst !== null) yield claim(host, burst);
    }
  },
};

const WINDOW_SECONDS = 10;
const LEAST_ERRORS = 5;
const LEAST_SHARE = 0.5;

const isError = ({ transaction }: Placed): boolean => statusOf(transaction)! >= 500;

interface Burst {
  readonly errors: readonly Placed[];
  readonly responses: number;
}

/** The window with the most errors, where they are at least half of all answers. */
function worstBurst(some: readonly Placed[]): Burst | null {
  let first = 0;
  let errors = 0;
  let best: readonly [from: number, to: number, errors: number] | null = null;
  for (let i = 0; i < some.length; i++) {
    if (isError(some[i]!)) errors++;
    while (startOf(some[i]!.transaction).seconds - startOf(some[first]!.transaction).seconds > WINDOW_SECONDS) {
      if (isError(some[first++]!)) errors--;
    }
    const isBurst = errors >= LEAST_ERRORS && errors >= LEAST_SHARE * (i - first + 1);
    if (isBurst && errors > (best?.[2] ?? 0)) best = [first, i + 1, errors];
  }
  if (best === null) return null;
  const window = some.slice(best[0], best[1]);
  return { errors: window.filter(isError), responses: window.length };
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
