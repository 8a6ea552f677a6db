import { methodOf, statusOf } from '../../app/http/message.ts';
import { timingOf, totalSeconds } from '../../app/http/timing.ts';
import { type Claim, framesFilter } from '../finding.ts';
import {
  type HttpDetector,
  type Placed,
  framesOf,
  grouped,
  hostOf,
  oneConnection,
  placed,
  times,
  urlOf,
} from './facts.ts';

export const httpSlow: HttpDetector = {
  id: 'http-slow',
  title: 'Slow responses',
  why: "From the last byte of the request to the first byte of the response the server works, and the network carries two packets; where TCP had to send bytes again, the wait is not the server's fault.",
  references: [{ spec: 'RFC 9110', section: '3.4' }],
  *detect(sites) {
    const slow: Placed[] = [];
    for (const place of placed(sites)) if (isSlow(place)) slow.push(place);
    for (const [host, some] of grouped(slow, hostOf)) yield claim(host, some);
  },
};

/** A person has noticed by then. */
const SLOW_SECONDS = 1;
/** Large bodies take time without anything being wrong: the wait, or what TCP lost, has to be long by itself. */
function isSlow({ transaction }: Placed): boolean {
  const status = statusOf(transaction);
  if ((totalSeconds(transaction) ?? 0) < SLOW_SECONDS) return false;
  const { queuedSeconds, serverSeconds, tcpRecoverySeconds } = timingOf(transaction);
  if (status === null || status === 101 || methodOf(transaction) === 'CONNECT') return false;
  return (queuedSeconds ?? 0) + (serverSeconds ?? 0) >= SLOW_SECONDS || tcpRecoverySeconds >= SLOW_SECONDS;
}

function claim(host: string, some: readonly Placed[]): Claim {
  const worst = some.reduce((a, b) =>
    (totalSeconds(b.transaction) ?? 0) > (totalSeconds(a.transaction) ?? 0) ? b : a,
  );
  const { serverSeconds, tcpRecoverySeconds, queuedSeconds } = timingOf(worst.transaction);
  const longest = totalSeconds(worst.transaction) ?? 0;
  const share = longest === 0 ? 0 : Math.min(1, tcpRecoverySeconds / longest);
  const frames = framesOf(some);
  return {
    severity: 'warning',
    confidence: share > 0.5 ? 0.9 : 0.8,
    ...oneConnection(some),
    summary: `${host}  ${times(some.length, 'slow response')}, the slowest ${longest.toFixed(2)} s (${urlOf(worst) ?? '?'}): TCP explains ${Math.round(100 * share)} % of it`,
    frameCount: frames.length,
    frames,
    measured: {
      responses: some.length,
      longestSeconds: longest,
      serverSeconds: serverSeconds ?? 0,
      queuedSeconds: queuedSeconds ?? 0,
      tcpRecoverySeconds,
      tcpShare: share,
      thresholdSeconds: SLOW_SECONDS,
    },
    against: share > 0.5 ? ['bytes were lost or sent again: the network is to blame for most of it'] : [],
    unknowable: [
      'whether the server answers late on purpose (long polling)',
      'losses between here and the other end that left no trace here',
    ],
    displayFilter: framesFilter(frames),
    about: host,
  };
}
