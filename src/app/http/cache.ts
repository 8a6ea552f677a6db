/** What a cache may do with a response (RFC 9111): how long it is fresh, how old it came, by what it can be asked again. */
import { type Message, type Transaction, methodOf, statusOf, valueOf, valuesFor } from './message.ts';
import { httpDate } from './dates.ts';

/** Directives by name in lower case; those without a value have an empty one. */
type Directives = ReadonlyMap<string, string>;

export interface Caching {
  readonly directives: readonly string[];
  /** A private cache (a browser) may keep it; a shared one may. */
  readonly privateStore: boolean;
  readonly sharedStore: boolean;
  /** Seconds for which it is fresh, and what says so; null where it never is, or nothing says. */
  readonly lifetimeSeconds: number | null;
  readonly lifetimeFrom: 's-maxage' | 'max-age' | 'expires' | 'heuristic' | null;
  /** Its age when it came (RFC 9111 section 4.2.3). */
  readonly ageSeconds: number;
  /** Since 1970: when it stops being fresh; null without a lifetime. */
  readonly expirationTime: number | null;
  readonly validator: 'strong' | 'weak' | null;
}

function directivesOf(text: string | null): Directives {
  if (text === null) return NO_DIRECTIVES;
  const directives = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?/g)) {
    const key = name!.toLowerCase();
    if (!directives.has(key)) directives.set(key, quoted ?? plain ?? '');
  }
  return directives;
}

const NO_DIRECTIVES: Directives = new Map();

/** Delta seconds (RFC 9111 section 1.2.2); null for anything else. */
const deltaSeconds = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), 2_147_483_648) : null;

/** Status codes that a cache may keep without being told a lifetime (RFC 9110 section 15.1). */
const heuristic = new Set([200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501]);
/** RFC 9111 section 4.2.2: typically a tenth of the time since the last change. */
const HEURISTIC_SHARE = 0.1;

const RESPONSE_FIELDS = ['cache-control', 'date', 'expires', 'pragma', 'last-modified', 'age', 'etag'] as const;
const REQUEST_FIELDS = ['cache-control', 'authorization'] as const;
type Fields<Name extends string> = Readonly<Record<Name, string | null>>;

const fieldsOf = <Name extends string>(message: Message, names: readonly Name[]): Fields<Name> => {
  const values = valuesFor(message, names);
  const fields: Partial<Record<Name, string | null>> = {};
  for (let i = 0; i < names.length; i++) fields[names[i]!] = values[i]!;
  return fields as Fields<Name>;
};

type Answer = Fields<(typeof RESPONSE_FIELDS)[number]>;

/**
 * Null where there is no request or no response, or the method is not one that caches answer. `shared`: lifetimes are those
 * for shared caches, as s-maxage gives them; a private cache does not look at it (RFC 9111 section 5.2.2.10).
 */
export function cachingOf(transaction: Transaction, shared = true): Caching | null {
  const { request, response } = transaction;
  const method = methodOf(transaction);
  if (request === null || response === null || (method !== 'GET' && method !== 'HEAD')) return null;
  const answer = fieldsOf(response, RESPONSE_FIELDS);
  const asked = fieldsOf(request, REQUEST_FIELDS);
  const directives = directivesOf(answer['cache-control']);
  const date = httpDate(answer.date);
  const lifetime = lifetimeOf(answer, date ?? response.first.seconds, directives, statusOf(transaction)!, shared);
  const age = ageOf(request, response, answer, date);
  const noStore = directives.has('no-store') || directivesOf(asked['cache-control']).has('no-store');
  const authorized = asked.authorization !== null;
  const mayShare = !authorized || ['public', 's-maxage', 'must-revalidate'].some((name) => directives.has(name));
  return {
    directives: [...directives].map(([name, value]) => (value === '' ? name : `${name}=${value}`)),
    privateStore: !noStore,
    sharedStore: !noStore && !directives.has('private') && mayShare,
    lifetimeSeconds: lifetime.seconds,
    lifetimeFrom: lifetime.from,
    ageSeconds: age,
    expirationTime: lifetime.seconds === null ? null : response.last.seconds + lifetime.seconds - age,
    validator: validatorOf(answer),
  };
}

interface Lifetime {
  readonly seconds: number | null;
  readonly from: Caching['lifetimeFrom'];
}

/** RFC 9111 section 4.2.1. Pragma says nothing where there is a Cache-Control (section 5.4). */
function lifetimeOf(answer: Answer, date: number, directives: Directives, status: number, shared: boolean): Lifetime {
  if (directives.has('no-cache')) return { seconds: 0, from: null };
  for (const from of ['s-maxage', 'max-age'] as const) {
    const seconds = from === 's-maxage' && !shared ? null : deltaSeconds(directives.get(from));
    if (seconds !== null) return { seconds, from };
  }
  const { expires } = answer;
  // An Expires that is no date, "0" above all, means the past (section 5.3).
  if (expires !== null) return { seconds: Math.max(0, (httpDate(expires) ?? date) - date), from: 'expires' };
  if (directives.size === 0 && /no-cache/i.test(answer.pragma ?? '')) return { seconds: 0, from: null };
  const changed = httpDate(answer['last-modified']);
  if (changed === null || !heuristic.has(status) || changed > date) return { seconds: null, from: null };
  return { seconds: Math.floor((date - changed) * HEURISTIC_SHARE), from: 'heuristic' };
}

function ageOf(request: Message, response: Message, { age }: Answer, date: number | null): number {
  const apparent = date === null ? 0 : Math.max(0, response.first.seconds - date);
  const delay = Math.max(0, response.first.seconds - request.first.seconds);
  return Math.max(apparent, (deltaSeconds(age ?? undefined) ?? 0) + delay);
}

/** RFC 9110 section 8.8: a weak ETag starts with `W/`; a Last-Modified is weak. */
function validatorOf({ etag, 'last-modified': changed }: Answer): Caching['validator'] {
  if (etag !== null) return etag.startsWith('W/') ? 'weak' : 'strong';
  return changed === null ? null : 'weak';
}

/** Whether the client asks again only if something changed. */
export const isConditional = (request: Message): boolean =>
  valueOf(request, 'if-none-match') !== null || valueOf(request, 'if-modified-since') !== null;

/** The client does not want what a cache has (a reload). */
export function refusesCache(request: Message): boolean {
  const directives = directivesOf(valueOf(request, 'cache-control'));
  if (directives.has('no-cache') || directives.has('no-store') || directives.get('max-age') === '0') return true;
  return directives.size === 0 && /no-cache/i.test(valueOf(request, 'pragma') ?? '');
}
