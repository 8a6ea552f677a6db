/** What detectors of HTTP judge: transactions, with the names of their ends. */
import type { HttpConnection } from '../../app/http/gathered.ts';
import { type Transaction, targetOf } from '../../app/http/message.ts';
import type { Arrival } from '../../stream/segment.ts';
import type { Claim, Detector } from '../finding.ts';
import type { Repeats } from './repeats.ts';

export interface HttpSite extends HttpConnection {
  /** As in `tcp:3`. */
  readonly name: string;
  /** Address of the originator; address and port of the responder. */
  readonly client: string;
  readonly server: string;
  /** A RST that ended it: when, and whose. */
  readonly reset: { readonly frame: number; readonly side: 0 | 1 } | null;
}

/** When a host began to send its responses, in seconds since 1970 and in any order. */
type AnswersOf = (host: string) => readonly number[];

/** What was gathered while the capture was read, of all transactions. */
export interface Gathered {
  readonly answers: AnswersOf;
  /** Null where nobody looked for them. */
  readonly repeats: Repeats | null;
}

export interface HttpDetector extends Omit<Detector, 'detect'> {
  /** `sites` may have only what is worth a look. */
  detect(sites: readonly HttpSite[], gathered: Gathered): Iterable<Claim>;
}

/** A transaction and where it happened. */
export interface Placed<Site = HttpSite> {
  readonly site: Site;
  readonly transaction: Transaction;
}

export function* placed(sites: readonly HttpSite[]): Generator<Placed> {
  for (const site of sites) for (const transaction of site.transactions) yield { site, transaction };
}

/** When it began. */
const startOf = ({ request, response }: Transaction): Arrival => (request ?? response)!.first;

/** In order of time, of all connections. */
export const byTime = (all: readonly Placed[]): Placed[] =>
  all.toSorted((a, b) => compare(startOf(a.transaction), startOf(b.transaction)));

const compare = (a: Arrival, b: Arrival): number =>
  a.seconds - b.seconds || a.nanoseconds - b.nanoseconds || a.frame - b.frame;

/** Groups in order of their first member; keys are strings. */
export function grouped<Each>(all: Iterable<Each>, key: (each: Each) => string | null): Map<string, Each[]> {
  const groups = new Map<string, Each[]>();
  for (const each of all) {
    const name = key(each);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return groups;
}

/** Host of a request, or the address of the server where it has none. */
export const hostOf = ({ site, transaction }: Placed<Pick<HttpSite, 'server'>>): string =>
  transaction.request?.head.known.host ?? site.server;

/** What was asked for, as a whole; null without a request. */
export function urlOf(place: Placed<Pick<HttpSite, 'server'>>): string | null {
  const target = targetOf(place.transaction);
  if (target === null) return null;
  const scheme = place.transaction.secure ? 'https' : 'http';
  return !target.startsWith('/') && /^[A-Za-z][\w+.-]*:\/\//.test(target)
    ? target
    : `${scheme}://${hostOf(place)}${target}`;
}

/** Frames of requests and responses, the first hundred. */
export const framesOf = (some: readonly Placed[]): number[] =>
  some
    .flatMap(({ transaction: { request, response } }) => [request?.complete.frame, response?.complete.frame])
    .filter((frame) => frame !== undefined)
    .slice(0, 100);

/** The connection's name where all are of one. */
export function oneConnection(some: readonly Placed[]): { connection?: string } {
  const [first] = some;
  return first !== undefined && some.every(({ site }) => site === first.site) ? { connection: first.site.name } : {};
}

export const times = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
