import { type Transaction, methodOf, statusOf, valueOf } from '../../app/http/message.ts';
import { type Claim, framesFilter } from '../finding.ts';
import { type HttpDetector, type Placed, byTime, framesOf, grouped, oneConnection, placed, urlOf } from './facts.ts';

export const httpRedirectLoop: HttpDetector = {
  id: 'http-redirect-loop',
  title: 'Redirects that lead back',
  why: 'A redirect leads to a place that redirects back. Clients follow until they lose patience, and show an error.',
  references: [{ spec: 'RFC 9110', section: '15.4' }],
  *detect(sites) {
    // Only clients that were redirected are looked at closely.
    const redirected = new Set<string>();
    for (const { site, transaction } of placed(sites)) if (isRedirect(transaction)) redirected.add(site.client);
    const asked: Placed[] = [];
    for (const place of placed(sites)) {
      const { site, transaction } = place;
      if (redirected.has(site.client) && transaction.request !== null && transaction.response !== null)
        asked.push(place);
    }
    for (const some of grouped(byTime(asked), ({ site }) => site.client).values()) {
      for (const chain of loopsOf(some)) yield claim(chain);
    }
  },
};

function isRedirect(transaction: Transaction): boolean {
  const status = statusOf(transaction) ?? 0;
  return status >= 300 && status < 400 && status !== 304;
}

/** Where a redirect leads; null for anything else. */
function targetOf(place: Placed): string | null {
  const location = isRedirect(place.transaction) ? valueOf(place.transaction.response!, 'location') : null;
  const base = urlOf(place);
  if (location === null || base === null || !URL.canParse(location, base)) return null;
  return new URL(location, base).href.replace(/#.*$/, '');
}

const normal = (url: string): string => (URL.canParse(url) ? new URL(url).href.replace(/#.*$/, '') : url);

/** A page that sets a cookie may redirect to itself once. */
const LEAST_VISITS = 3;

/** Chains of one client in which a place was visited three times, each step a redirect. */
function* loopsOf(some: readonly Placed[]): Generator<Placed[]> {
  /** Chains that go on, by the place that comes next. */
  const open = new Map<string, Placed[]>();
  for (const place of some) {
    if (open.size === 0 && !isRedirect(place.transaction)) continue;
    const key = `${methodOf(place.transaction)} ${normal(urlOf(place)!)}`;
    const chain = [...(open.get(key) ?? []), place];
    open.delete(key);
    const next = targetOf(place);
    if (next === null) continue;
    const visits = chain.filter((each) => urlOf(each) === urlOf(place)).length;
    if (visits >= LEAST_VISITS) yield chain;
    else if (open.size < MAX_OPEN) open.set(`${methodOf(place.transaction)} ${next}`, chain);
  }
}

/** Chains of one client at a time. */
const MAX_OPEN = 1000;

function claim(chain: readonly Placed[]): Claim {
  const places = [...new Set(chain.map((place) => urlOf(place)!))];
  const frames = framesOf(chain);
  return {
    severity: 'warning',
    confidence: 0.95,
    ...oneConnection(chain),
    summary: `${chain[0]!.site.client}  ${chain.length} redirects in a circle: ${places.join(' > ')} > ${places[0]!}`,
    frameCount: frames.length,
    frames,
    measured: { redirects: chain.length, places: places.length },
    displayFilter: framesFilter(frames),
    about: places.toSorted().join(' '),
  };
}
