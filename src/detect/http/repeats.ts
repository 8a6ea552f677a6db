/**
 * Requests that a cache should have answered, found while transactions end: of each thing that a client fetched only the
 * last fetches are kept. A fetch is judged by the one before it, in order of the time at which they were asked for.
 */
import { cachingOf, refusesCache } from '../../app/http/cache.ts';
import { type Message, type Transaction, methodOf, statusOf, valueOf, valuesFor } from '../../app/http/message.ts';
import { flat } from '../../app/latin1.ts';
import { MAX_EVIDENCE_FRAMES } from '../../flow/limits.ts';
import { type HttpSite, type Placed, hostOf, urlOf } from './facts.ts';
import { areOthers, cacheOf, isShared } from './whose-cache.ts';

/** Fetches that are known, of all things; where there are more, the older half of each thing's is let go. */
const MAX_FETCHES = 65_536;
/** Hosts of which findings may tell. */
const MAX_HOSTS = 1000;
/** Of a host: twice as many as are shown, for some may turn out to be none. */
const MAX_MEMBERS = MAX_EVIDENCE_FRAMES;
/** Characters of a URL with its client, or of what is kept of an answer; and names in Vary. */
const MAX_TEXT = 8192;
const MAX_VARY = 50;

/** Where a transaction happened. */
export type RepeatSite = Pick<HttpSite, 'name' | 'client' | 'server'>;

/** What Vary names, and what the request had for it. */
interface Varied {
  readonly names: readonly string[];
  readonly values: readonly (string | null)[];
}

interface Fetch {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly frame: number;
  readonly index: number;
  /** Frames that completed the request and the answer. */
  readonly askedFrame: number;
  readonly answeredFrame: number;
  readonly site: string;
  readonly bytes: number;
  /** The client does not want what a cache has, or a part only. */
  readonly refuses: boolean;
  readonly conditional: boolean;
  readonly cookies: string | null;
  readonly etag: string | null;
  readonly changed: string | null;
  /** Frame of the answer's last byte; 0 where the answer cannot be kept. */
  readonly storedFrame: number;
  /** Until when it is fresh for sure: a lifetime that nobody told (heuristic) obliges nobody. */
  readonly freshUntil: number | null;
  readonly varied: Varied | null;
  verdict: 'fresh' | 'unchanged' | null;
}

/** What a client fetched, in order of time. */
interface Thing {
  readonly fetches: Fetch[];
  /** There were fetches before the first one. */
  isCut: boolean;
}

/** Repeats at one host. */
export interface HostRepeats {
  readonly host: string;
  requests: number;
  fresh: number;
  bytes: number;
  /** The first ones, in order of time. */
  readonly members: Fetch[];
  /** The connection; null once there are several. */
  site: string | null;
}

const ANSWERED = ['etag', 'last-modified', 'cache-control', 'expires', 'vary', 'pragma'] as const;
const ASKED = ['cache-control', 'pragma', 'range', 'if-none-match', 'if-modified-since', 'cookie'] as const;

/** In order of time. */
const compare = (a: Fetch, b: Fetch): number =>
  a.seconds - b.seconds || a.nanoseconds - b.nanoseconds || a.frame - b.frame || a.index - b.index;

/** Behind those that are not later. */
function placeIn(fetches: readonly Fetch[], fetch: Fetch): number {
  let low = 0;
  let high = fetches.length;
  if (compare(fetches[high - 1]!, fetch) <= 0) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(fetches[middle]!, fetch) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Repeats {
  /** By whose cache it is, and URL. */
  readonly #things = new Map<string, Thing>();
  readonly #hosts = new Map<string, HostRepeats>();
  #count = 0;
  limitReached = false;

  /** A transaction is over. Answers that take long may end after many others that were asked for later. */
  add(site: RepeatSite, transaction: Transaction): void {
    if (methodOf(transaction) !== 'GET' || statusOf(transaction) !== 200) return;
    const place = { site, transaction };
    const key = `${cacheOf(site.client, transaction.request!)}\n${urlOf(place)!}`;
    if (key.length > MAX_TEXT) return void (this.limitReached = true);
    const thing = this.#things.get(key);
    const fetch = fetchOf(site.name, transaction, thing?.fetches.at(-1));
    if (thing === undefined) this.#things.set(key, { fetches: [fetch], isCut: false });
    else if (!this.#insert(thing, fetch, place)) return;
    if (++this.#count > MAX_FETCHES) this.#makeRoom();
  }

  /** False where it belongs before what is known. */
  #insert({ fetches, isCut }: Thing, fetch: Fetch, place: Placed<RepeatSite>): boolean {
    const at = placeIn(fetches, fetch);
    if (at === 0 && isCut) {
      this.limitReached = true;
      return false;
    }
    const host = (): HostRepeats | null => this.#hostOf(hostOf(place));
    const [before, after] = [fetches[at - 1], fetches[at]];
    if (after === undefined) fetches.push(fetch);
    else fetches.splice(at, 0, fetch);
    if (before !== undefined) this.#judge(before, fetch, (name) => valueOf(place.transaction.request!, name), host);
    if (after !== undefined) {
      this.#acquit(after, host);
      this.#judge(fetch, after, () => undefined, host);
    }
    return true;
  }

  /** In order of their first members. */
  hosts(): HostRepeats[] {
    const some = [...this.#hosts.values()].filter(({ members }) => members.length > 0);
    return some.toSorted((a, b) => compare(a.members[0]!, b.members[0]!));
  }

  /** Of things with one fetch the older half goes. */
  #makeRoom(): void {
    let singles = 0;
    for (const { fetches } of this.#things.values()) if (fetches.length === 1) singles++;
    let doomed = singles / 2;
    this.#count = 0;
    for (const [key, thing] of this.#things) {
      const { fetches } = thing;
      if (fetches.length > 1) {
        fetches.splice(0, fetches.length >> 1);
        thing.isCut = true;
      } else if (doomed-- > 0) {
        this.#things.delete(key);
        this.limitReached = true;
        continue;
      }
      this.#count += fetches.length;
    }
  }

  /** `asked`: what the later request had for a field; undefined where that is not known any more. */
  #judge(
    { storedFrame, freshUntil, varied, etag, changed, cookies }: Fetch,
    now: Fetch,
    asked: (name: string) => string | null | undefined,
    hostOfBoth: () => HostRepeats | null,
  ): void {
    if (storedFrame === 0 || now.refuses || now.frame < storedFrame || areOthers(cookies, now.cookies)) return;
    // RFC 9111 section 4.1: fields that Vary names have to be the same.
    const isOther = (name: string, i: number): boolean => name === '*' || asked(name) !== varied!.values[i];
    if (varied !== null && varied.names.some(isOther)) return;
    const isFresh = freshUntil !== null && now.seconds < freshUntil;
    // The whole came again, although its validator says that nothing changed.
    const isSame =
      now.etag !== null || etag !== null ? now.etag === etag : now.changed !== null && now.changed === changed;
    if (!isFresh && (now.conditional || !isSame)) return;
    const host = hostOfBoth();
    if (host === null) return;
    now.verdict = isFresh ? 'fresh' : 'unchanged';
    if (host.requests++ === 0) host.site = now.site;
    else if (host.site !== now.site) host.site = null;
    if (isFresh) host.fresh++;
    host.bytes += now.bytes;
    let at = host.members.length;
    while (at > 0 && compare(host.members[at - 1]!, now) > 0) at--;
    if (at < MAX_MEMBERS) host.members.splice(at, 0, now);
    if (host.members.length > MAX_MEMBERS) host.members.pop();
  }

  /** Another fetch lay between it and the one that it was judged by. */
  #acquit(fetch: Fetch, hostOfBoth: () => HostRepeats | null): void {
    const host = fetch.verdict === null ? null : hostOfBoth();
    if (host === null) return;
    host.requests--;
    if (fetch.verdict === 'fresh') host.fresh--;
    host.bytes -= fetch.bytes;
    fetch.verdict = null;
    const at = host.members.indexOf(fetch);
    if (at >= 0) host.members.splice(at, 1);
  }

  #hostOf(name: string): HostRepeats | null {
    let host = this.#hosts.get(name);
    if (host !== undefined) return host;
    if (this.#hosts.size >= MAX_HOSTS) {
      this.limitReached = true;
      return null;
    }
    const own = flat(name);
    this.#hosts.set(own, (host = { host: own, requests: 0, fresh: 0, bytes: 0, members: [], site: null }));
    return host;
  }
}

const flatOrNull = (text: string | null): string | null => (text === null ? null : flat(text));

/** Of what is too long only the beginning. `before`: that of the fetch before, which is mostly the same. */
function tagged(text: string | null, before: string | null | undefined): string | null {
  if (text === null) return null;
  return text === before ? before : flat(text.slice(0, MAX_TEXT));
}

function fetchOf(site: string, transaction: Transaction, before: Fetch | undefined): Fetch {
  const { request, response, index } = transaction as { request: Message; response: Message; index: number };
  const [etag, changed, control, expires, vary, pragma] = valuesFor(response, ANSWERED) as (string | null)[];
  const [wanted, wantedOld, range, noneMatch, modifiedSince, cookies] = valuesFor(request, ASKED) as (string | null)[];
  const { frame, seconds, nanoseconds } = request.first;
  // Without any of these a response is neither fresh for a time that anybody told, nor can be asked about.
  const mayBeKept = etag !== null || changed !== null || control !== null || expires !== null;
  // Only these tell of a lifetime, or forbid to keep it.
  const shared = isShared(request);
  const isTold = shared || control !== null || expires !== null || pragma !== null || wanted !== null;
  const caching = mayBeKept && isTold ? cachingOf(transaction, shared) : null;
  const mayStore = shared ? caching?.sharedStore : caching?.privateStore;
  const varied = vary === null ? null : variedBy(vary!, request);
  const isStored = mayBeKept && varied !== TOO_LONG && (!isTold || mayStore === true);
  return {
    seconds,
    nanoseconds,
    frame,
    index,
    askedFrame: request.complete.frame,
    answeredFrame: response.complete.frame,
    site,
    bytes: response.bodyBytes,
    refuses: range !== null || ((wanted !== null || wantedOld !== null) && refusesCache(request)),
    conditional: noneMatch !== null || modifiedSince !== null,
    cookies: tagged(cookies!, before?.cookies),
    etag: tagged(etag!, before?.etag),
    changed: tagged(changed!, before?.changed),
    storedFrame: isStored ? response.last.frame : 0,
    freshUntil: caching === null || caching.lifetimeFrom === 'heuristic' ? null : caching.expirationTime,
    varied,
    verdict: null,
  };
}

/** Nothing is known to be the same. */
const TOO_LONG: Varied = { names: ['*'], values: [null] };

function variedBy(vary: string, request: Message): Varied {
  const names = vary.split(',', MAX_VARY + 1).map((name) => name.trim().toLowerCase());
  const values = names.map((name) => valueOf(request, name));
  const length = values.reduce((sum, value) => sum + (value?.length ?? 0), vary.length);
  if (names.length > MAX_VARY || length > MAX_TEXT) return TOO_LONG;
  return { names: names.map(flat), values: values.map(flatOrNull) };
}
