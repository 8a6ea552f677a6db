/** Where redirects lead a client, step by step. */
import { type Transaction, methodOf, statusOf, valueOf } from '../../app/http/message.ts';
import { type HttpSite, type Placed, byTime, grouped, placed, urlOf } from './facts.ts';

export interface Chain {
  /** Requests with their responses, in order: each redirects to the next. */
  readonly steps: Placed[];
  /** How often each place was asked for, by its URL. */
  readonly visits: Map<string, number>;
}

/** A page that sets a cookie may redirect to itself once. */
const LEAST_VISITS = 3;
/** Browsers follow 20; what goes on is another chain. */
const MAX_STEPS = 100;
/** Chains of one client that may go on at a time. */
const MAX_OPEN = 1000;

export function isRedirect(transaction: Transaction): boolean {
  const status = statusOf(transaction) ?? 0;
  return status >= 300 && status < 400 && status !== 304;
}

/** Where a redirect leads; null for anything else. */
export function targetOf(place: Placed): string | null {
  const location = isRedirect(place.transaction) ? valueOf(place.transaction.response!, 'location') : null;
  const base = urlOf(place);
  if (location === null || base === null || !URL.canParse(location, base)) return null;
  return new URL(location, base).href.replace(/#.*$/, '');
}

const normal = (url: string): string => (URL.canParse(url) ? new URL(url).href.replace(/#.*$/, '') : url);

/** All chains of every client, in the order they ended in; `isCircle`: a place was visited the third time. */
export function* chainsOf(sites: readonly HttpSite[]): Generator<{ chain: Chain; isCircle: boolean }> {
  // Only clients that were redirected are looked at closely.
  const redirected = new Set<string>();
  for (const { site, transaction } of placed(sites)) if (isRedirect(transaction)) redirected.add(site.client);
  const asked: Placed[] = [];
  for (const place of placed(sites)) {
    const { site, transaction } = place;
    if (redirected.has(site.client) && transaction.request !== null && transaction.response !== null) asked.push(place);
  }
  for (const some of grouped(byTime(asked), ({ site }) => site.client).values()) yield* chainsAmong(some);
}

function* chainsAmong(some: readonly Placed[]): Generator<{ chain: Chain; isCircle: boolean }> {
  /** Those that go on, by the method and the place that come next. */
  const open = new Map<string, Chain>();
  for (const place of some) {
    if (open.size === 0 && !isRedirect(place.transaction)) continue;
    const url = urlOf(place)!;
    const key = `${methodOf(place.transaction)} ${normal(url)}`;
    const chain = open.get(key) ?? { steps: [], visits: new Map<string, number>() };
    open.delete(key);
    chain.steps.push(place);
    const visits = (chain.visits.get(url) ?? 0) + 1;
    chain.visits.set(url, visits);
    const next = targetOf(place);
    if (next === null || visits >= LEAST_VISITS || chain.steps.length >= MAX_STEPS) {
      yield { chain, isCircle: next !== null && visits >= LEAST_VISITS };
      continue;
    }
    const nextKey = `${nextMethod(place.transaction)} ${next}`;
    const before = open.get(nextKey);
    if (before !== undefined) yield { chain: before, isCircle: false };
    else if (open.size >= MAX_OPEN) continue;
    open.set(nextKey, chain);
  }
  for (const chain of open.values()) yield { chain, isCircle: false };
}

/** A POST becomes a GET for all codes but 307 and 308 (RFC 9110 section 15.4), whatever else stays as it is. */
function nextMethod(transaction: Transaction): string {
  const method = methodOf(transaction)!;
  const status = statusOf(transaction)!;
  if (method === 'HEAD' || status === 307 || status === 308) return method;
  return status === 303 || method === 'POST' ? 'GET' : method;
}
