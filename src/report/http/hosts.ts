/** What is to be said once per host: how connections are used, what protects browsers, which cookies there are. */
import type { HttpConnection } from '../../app/http/gathered.ts';
import { type Message, type Transaction, statusOf, valueOf } from '../../app/http/message.ts';
import { isConditional } from '../../app/http/cache.ts';
import { timingOf } from '../../app/http/timing.ts';
import { flat, readable } from '../../app/latin1.ts';
import type { Arrival, Side } from '../../stream/segment.ts';
import { secondsBetween } from '../times.ts';
import type { HostRow } from './model.ts';
import { placeOf } from './rows.ts';

/** Fields that tell browsers to be careful. X-XSS-Protection is of the past: only its presence is worth a word. */
const protective = [
  'strict-transport-security',
  'content-security-policy',
  'x-frame-options',
  'x-content-type-options',
];
const noticed = [...protective, 'x-xss-protection'];
/** Only over TLS does it mean anything (RFC 6797 section 7.2). */
const overTlsOnly = 'strict-transport-security';

const MAX_HOSTS = 1000;
const MAX_COOKIE_NAMES = 50;
const MAX_COOKIE_VALUES = 1000;

/** Values of cookies that are told apart, of all hosts. */
const MAX_ALL_COOKIE_VALUES = 100_000;

class Host {
  connections = 0;
  requests = 0;
  closedByServer = 0;
  least = Infinity;
  most = -Infinity;
  queuedRequests = 0;
  /** Whole, so that the sum does not depend on the order. */
  queuedNanoseconds = 0;
  conditional = 0;
  notModified = 0;
  pages = 0;
  /** Of them, those inside TLS that do not ask for it: in clear nobody heeds it (RFC 6797 section 8.1). */
  withoutHsts = 0;
  readonly present = new Map<string, number>();
  readonly cookies = new Map<string, { readonly values: Set<string>; requests: number }>();
}

/** What is known of a connection that is not over. */
interface Spoken {
  readonly hosts: Set<Host>;
  /** Of the last transaction with a host, by index. */
  last: { readonly index: number; readonly host: Host } | null;
  /** Its last response: whose it was, and its last byte. */
  answered: { readonly index: number; readonly side: Side; readonly last: Arrival } | null;
}

export class Hosts {
  readonly #hosts = new Map<string, Host>();
  /** By record. */
  readonly #spoken = new Map<number, Spoken>();
  #valuesLeft = MAX_ALL_COOKIE_VALUES;
  limitReached = false;

  add({ id }: HttpConnection, transaction: Transaction): void {
    const { index, request, response } = transaction;
    const spoken = this.#spokenOn(id);
    if (response !== null && index >= (spoken.answered?.index ?? 0)) {
      spoken.answered = { index, side: response.side, last: response.last };
    }
    const name = placeOf(transaction).host;
    if (request === null || name === null) return;
    const host = this.#hostOf(name);
    if (host === null) return;
    if (!spoken.hosts.has(host)) {
      spoken.hosts.add(host);
      host.connections++;
    }
    if (index >= (spoken.last?.index ?? 0)) spoken.last = { index, host };
    add(host, transaction, request);
    this.#addCookies(host, valueOf(request, 'cookie'));
  }

  /** Nothing more comes of the connection. */
  over({ id, ends }: HttpConnection): void {
    const { last, answered } = this.#spoken.get(id) ?? NOTHING_SPOKEN;
    this.#spoken.delete(id);
    if (last !== null && answered !== null) addClose(last.host, answered, ends);
  }

  /** In order of their names. */
  rows(): HostRow[] {
    const sorted = [...this.#hosts].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([name, host]) => rowOf(readable(name), host));
  }

  #spokenOn(id: number): Spoken {
    let spoken = this.#spoken.get(id);
    if (spoken === undefined) this.#spoken.set(id, (spoken = { hosts: new Set(), last: null, answered: null }));
    return spoken;
  }

  /** Null where there are too many. */
  #hostOf(name: string): Host | null {
    let host = this.#hosts.get(name);
    if (host !== undefined) return host;
    if (this.#hosts.size >= MAX_HOSTS) {
      this.limitReached = true;
      return null;
    }
    this.#hosts.set(flat(name), (host = new Host()));
    return host;
  }

  /** RFC 6265 section 4.2.1. */
  #addCookies(host: Host, value: string | null): void {
    for (const pair of value === null ? [] : value.split(';')) {
      const [name = '', ...rest] = pair.trim().split('=');
      let known = host.cookies.get(name);
      if (known === undefined) {
        if (host.cookies.size >= MAX_COOKIE_NAMES) continue;
        host.cookies.set(flat(name), (known = { values: new Set(), requests: 0 }));
      }
      known.requests++;
      const sent = rest.join('=');
      if (known.values.size >= MAX_COOKIE_VALUES || this.#valuesLeft === 0 || known.values.has(sent)) continue;
      known.values.add(flat(sent));
      this.#valuesLeft--;
    }
  }
}

const NOTHING_SPOKEN: Spoken = { hosts: new Set(), last: null, answered: null };

function add(host: Host, transaction: Transaction, request: Message): void {
  host.requests++;
  const { queuedSeconds } = timingOf(transaction);
  if (queuedSeconds !== null && queuedSeconds > 0) {
    host.queuedRequests++;
    host.queuedNanoseconds += Math.round(queuedSeconds * 1e9);
  }
  if (isConditional(request)) {
    host.conditional++;
    if (statusOf(transaction) === 304) host.notModified++;
  }
  const { response } = transaction;
  if (response === null || !/^text\/html\b/i.test(response.head.known.contentType ?? '')) return;
  host.pages++;
  if (transaction.secure && valueOf(response, overTlsOnly) === null) host.withoutHsts++;
  for (const field of noticed) {
    if (valueOf(response, field) !== null) host.present.set(field, (host.present.get(field) ?? 0) + 1);
  }
}

/** The server's FIN came first: how long it had waited since its last response. */
function addClose(host: Host, { side, last }: NonNullable<Spoken['answered']>, ends: HttpConnection['ends']): void {
  const [own, other] = [ends[side], ends[side === 0 ? 1 : 0]];
  if (own === null || (other !== null && other.frame < own.frame)) return;
  const idle = Math.max(0, secondsBetween(last.seconds, last.nanoseconds, own.seconds, own.nanoseconds));
  host.closedByServer++;
  host.least = Math.min(host.least, idle);
  host.most = Math.max(host.most, idle);
}

function rowOf(name: string, host: Host): HostRow {
  const { connections, requests, present, pages } = host;
  return {
    host: name,
    connections,
    requests,
    requestsPerConnection: requests / connections,
    closedByServer: host.closedByServer,
    idleBeforeCloseSeconds: host.closedByServer === 0 ? null : { least: host.least, most: host.most },
    queued: { requests: host.queuedRequests, seconds: host.queuedNanoseconds / 1e9 },
    conditional: { requests: host.conditional, notModified: host.notModified },
    security: {
      pages,
      present: Object.fromEntries([...present].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      missing:
        pages === 0
          ? []
          : protective.filter((field) =>
              field === overTlsOnly ? host.withoutHsts > 0 : (present.get(field) ?? 0) < pages,
            ),
    },
    cookies: [...host.cookies]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([cookie, { values, requests: sent }]) => ({ name: readable(cookie), values: values.size, requests: sent })),
  };
}
