import { type Caching, cachingOf, isConditional, refusesCache } from '../../app/http/cache.ts';
import { type Transaction, methodOf, statusOf, valueOf } from '../../app/http/message.ts';
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
  times,
  urlOf,
} from './facts.ts';
import { areOthers, cacheOf, isShared } from './whose-cache.ts';

export const httpRedundantRequest: HttpDetector = {
  id: 'http-redundant-request',
  title: 'Requests that a cache should have answered',
  why: 'The same client fetched the same thing again although what it had was still fresh, or fetched it whole although it could have asked whether it changed: it has no cache, or does not use it.',
  references: [
    { spec: 'RFC 9111', section: '4.2' },
    { spec: 'RFC 9110', section: '13.1' },
  ],
  *detect(sites) {
    const same = grouped(placed(sites), (place) =>
      methodOf(place.transaction) === 'GET' && statusOf(place.transaction) === 200
        ? `${cacheOf(place.site.client, place.transaction.request!)}\n${urlOf(place)!}`
        : null,
    );
    const all = [...same.values()].flatMap((some) => (some.length > 1 ? redundantOf(byTime(some)) : []));
    const inOrder = new Map(byTime(all.map(({ place }) => place)).map((place, i) => [place, i]));
    const redundant = all.toSorted((a, b) => inOrder.get(a.place)! - inOrder.get(b.place)!);
    for (const [host, some] of grouped(redundant, ({ place }) => hostOf(place))) yield claim(host, some);
  },
};

interface Redundant {
  readonly place: Placed;
  readonly kind: 'fresh' | 'unconditional';
  readonly bytes: number;
}

/** One client, one URL, in order of time. */
function redundantOf(some: readonly Placed[]): Redundant[] {
  const found: Redundant[] = [];
  let stored: { transaction: Transaction; caching: Caching } | null = null;
  for (const place of some) {
    const { transaction } = place;
    const { request, response } = transaction;
    if (stored !== null && mayServe(stored.transaction, transaction)) {
      const { expirationTime, validator, lifetimeFrom } = stored.caching;
      // A lifetime that nobody told (heuristic) obliges nobody.
      const isFresh =
        lifetimeFrom !== 'heuristic' && expirationTime !== null && request!.first.seconds < expirationTime;
      const bytes = response!.bodyBytes;
      if (isFresh) found.push({ place, kind: 'fresh', bytes });
      else if (validator !== null && !isConditional(request!) && isSame(stored.transaction, transaction))
        found.push({ place, kind: 'unconditional', bytes });
    }
    const shared = isShared(request!);
    const caching = mayBeKept(transaction) ? cachingOf(transaction, shared) : null;
    const mayStore = shared ? caching?.sharedStore : caching?.privateStore;
    stored = caching !== null && mayStore === true ? { transaction, caching } : null;
  }
  return found;
}

/** Without any of these a response is neither fresh for a time that anybody told, nor can be asked about. */
const telling = ['etag', 'last-modified', 'cache-control', 'expires'] as const;
const mayBeKept = ({ response }: Transaction): boolean =>
  response !== null && telling.some((name) => valueOf(response, name) !== null);

/** RFC 9111 section 4.1: fields that Vary names have to be the same; and the client has to want it. */
function mayServe(before: Transaction, now: Transaction): boolean {
  if (now.request === null || before.request === null || refusesCache(now.request)) return false;
  if (valueOf(now.request, 'range') !== null || now.request.first.frame < before.response!.last.frame) return false;
  if (areOthers(before.request, now.request)) return false;
  const vary = valueOf(before.response!, 'vary');
  if (vary === null) return true;
  const names = vary.split(',').map((name) => name.trim().toLowerCase());
  return names.every((name) => name !== '*' && valueOf(before.request!, name) === valueOf(now.request!, name));
}

/** The whole came again, although its validator says that nothing changed. */
function isSame(before: Transaction, now: Transaction): boolean {
  const [tag, old] = [valueOf(now.response!, 'etag'), valueOf(before.response!, 'etag')];
  if (tag !== null || old !== null) return tag === old;
  const [changed, was] = [valueOf(now.response!, 'last-modified'), valueOf(before.response!, 'last-modified')];
  return changed !== null && changed === was;
}

/** Small things are fetched twice for many reasons; and a single one is no pattern. */
const LEAST_REQUESTS = 3;
const LEAST_BYTES = 100_000;

function claim(host: string, all: readonly Redundant[]): Claim {
  const some = all.map(({ place }) => place);
  const bytes = all.reduce((sum, each) => sum + each.bytes, 0);
  const fresh = all.filter(({ kind }) => kind === 'fresh').length;
  const frames = framesOf(some);
  return {
    severity: some.length >= LEAST_REQUESTS || bytes >= LEAST_BYTES ? 'notice' : 'info',
    confidence: 0.8,
    ...oneConnection(some),
    summary: `${host}  ${times(some.length, 'request')} for what the client had already: ${fresh} still fresh, ${some.length - fresh} unchanged and fetched whole; ${bytes} bytes of content`,
    frameCount: frames.length,
    frames,
    measured: { requests: some.length, fresh, unchanged: some.length - fresh, contentBytes: bytes },
    unknowable: [
      'whether one address is one client: several with the same program behind a NAT look alike',
      'whether the client keeps nothing on purpose, as load generators do',
    ],
    displayFilter: framesFilter(frames),
    about: host,
  };
}
