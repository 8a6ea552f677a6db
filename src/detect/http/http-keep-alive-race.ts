import { methodOf } from '../../app/http/message.ts';
import { type Claim, framesFilter } from '../finding.ts';
import { type HttpDetector, type HttpSite, type Placed, framesOf, grouped, times } from './facts.ts';

export const httpKeepAliveRace: HttpDetector = {
  id: 'http-keep-alive-race',
  title: 'A request into a connection that was closing',
  why: 'The server closed an idle connection while the client sent its next request on it. The request gets no answer; clients repeat a GET by themselves, but not a POST. The idle time of the server has to be longer than that of the client.',
  references: [{ spec: 'RFC 9112', section: '9.3.1' }],
  *detect(sites) {
    const races = sites.flatMap(raceOf);
    for (const [server, some] of grouped(races, ({ place }) => place.site.server)) yield claim(server, some);
  },
};

interface Race {
  readonly place: Placed;
  readonly idleSeconds: number;
}

/** The last request of a connection that had served others, without an answer, beside the server's FIN. */
function raceOf(site: HttpSite): Race[] {
  const transaction = site.transactions.at(-1);
  const before = site.transactions.at(-2);
  const asked = transaction?.request ?? null;
  if (transaction === undefined || asked === null || transaction.response !== null || transaction.protocol !== 'http/1')
    return [];
  if (transaction.isUnseen) return [];
  if (before === undefined || before.response === null || transaction.pipelineDepth > 1) return [];
  const fin = site.ends[asked.side === 0 ? 1 : 0];
  if (fin === null) return [];
  const idleSeconds = secondsBetween(before.response.last, fin);
  // The FIN was on its way before the request: it came with no time left to serve anything.
  const apart = Math.abs(secondsBetween(asked.first, fin));
  return apart <= MAX_APART_SECONDS && idleSeconds >= LEAST_IDLE_SECONDS
    ? [{ place: { site, transaction }, idleSeconds }]
    : [];
}

/** Longest way there and back. */
const MAX_APART_SECONDS = 1;
/** A server that closes right behind a response does so for another reason. */
const LEAST_IDLE_SECONDS = 0.5;

const secondsBetween = (a: { seconds: number; nanoseconds: number }, b: typeof a): number =>
  b.seconds - a.seconds + (b.nanoseconds - a.nanoseconds) / 1e9;

function claim(server: string, races: readonly Race[]): Claim {
  const places = races.map(({ place }) => place);
  const frames = framesOf(places);
  const unsafe = places.filter(
    ({ transaction }) => !['GET', 'HEAD', 'OPTIONS'].includes(methodOf(transaction)!),
  ).length;
  const idle = Math.min(...races.map(({ idleSeconds }) => idleSeconds));
  const [first] = places as [Placed];
  return {
    severity: unsafe > 0 ? 'warning' : 'notice',
    confidence: 0.85,
    ...(places.length === 1 ? { connection: first.site.name } : {}),
    summary: `${server}  ${times(places.length, 'request')} without an answer: the server had closed the connection after ${idle.toFixed(1)} s of idle time`,
    frameCount: frames.length,
    frames,
    measured: { requests: places.length, notRepeatable: unsafe, shortestIdleSeconds: idle },
    unknowable: ['whether the client sent the request again'],
    displayFilter: framesFilter(frames),
    about: server,
  };
}
