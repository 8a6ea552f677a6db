/** What is to be said once per host: how connections are used, what protects browsers, which cookies there are. */
import type { HttpConnection } from '../../app/http/gathered.ts';
import { type Message, type Transaction, statusOf, valueOf } from '../../app/http/message.ts';
import { isConditional } from '../../app/http/cache.ts';
import { timingOf } from '../../app/http/timing.ts';
import { readable } from '../../app/latin1.ts';
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

class Host {
  readonly connections = new Set<number>();
  requests = 0;
  closedByServer = 0;
  least = Infinity;
  most = -Infinity;
  queuedRequests = 0;
  queuedSeconds = 0;
  conditional = 0;
  notModified = 0;
  pages = 0;
  readonly present = new Map<string, number>();
  readonly cookies = new Map<string, { readonly values: Set<string>; requests: number }>();
}

/** In order of their names; `limits` has `hosts` where there are more than a thousand. */
export function hostRows(connections: readonly HttpConnection[], limits: Set<string>): HostRow[] {
  const hosts = new Map<string, Host>();
  for (const connection of connections) {
    let last: Host | null = null;
    for (const transaction of connection.transactions) {
      const name = placeOf(transaction).host;
      if (transaction.request === null || name === null) continue;
      const host: Host = hosts.get(name) ?? new Host();
      if (hosts.size < MAX_HOSTS) hosts.set(name, host);
      else if (!hosts.has(name)) limits.add('hosts');
      add(host, connection.id, transaction, transaction.request);
      last = host;
    }
    if (last !== null) addClose(last, connection);
  }
  return [...hosts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, host]) => rowOf(readable(name), host));
}

function add(host: Host, id: number, transaction: Transaction, request: Message): void {
  host.connections.add(id);
  host.requests++;
  const { queuedSeconds } = timingOf(transaction);
  if (queuedSeconds !== null && queuedSeconds > 0) {
    host.queuedRequests++;
    host.queuedSeconds += queuedSeconds;
  }
  if (isConditional(request)) {
    host.conditional++;
    if (statusOf(transaction) === 304) host.notModified++;
  }
  addCookies(host, valueOf(request, 'cookie'));
  const { response } = transaction;
  if (response === null || !/^text\/html\b/i.test(response.head.known.contentType ?? '')) return;
  host.pages++;
  for (const field of noticed) {
    if (valueOf(response, field) !== null) host.present.set(field, (host.present.get(field) ?? 0) + 1);
  }
}

/** RFC 6265 section 4.2.1. */
function addCookies(host: Host, value: string | null): void {
  for (const pair of value === null ? [] : value.split(';')) {
    const [name = '', ...rest] = pair.trim().split('=');
    const known = host.cookies.get(name) ?? { values: new Set<string>(), requests: 0 };
    if (!host.cookies.has(name) && host.cookies.size >= MAX_COOKIE_NAMES) continue;
    host.cookies.set(name, known);
    known.requests++;
    if (known.values.size < MAX_COOKIE_VALUES) known.values.add(rest.join('='));
  }
}

/** The server's FIN came first: how long it had waited since its last response. */
function addClose(host: Host, { transactions, ends }: HttpConnection): void {
  const last = transactions.findLast(({ response }) => response !== null)?.response;
  if (last === null || last === undefined) return;
  const [own, other] = [ends[last.side], ends[last.side === 0 ? 1 : 0]];
  if (own === null || (other !== null && other.frame < own.frame)) return;
  const idle = Math.max(0, secondsBetween(last.last.seconds, last.last.nanoseconds, own.seconds, own.nanoseconds));
  host.closedByServer++;
  host.least = Math.min(host.least, idle);
  host.most = Math.max(host.most, idle);
}

function rowOf(name: string, host: Host): HostRow {
  const { connections, requests, present, pages } = host;
  return {
    host: name,
    connections: connections.size,
    requests,
    requestsPerConnection: requests / connections.size,
    closedByServer: host.closedByServer,
    idleBeforeCloseSeconds: host.closedByServer === 0 ? null : { least: host.least, most: host.most },
    queued: { requests: host.queuedRequests, seconds: host.queuedSeconds },
    conditional: { requests: host.conditional, notModified: host.notModified },
    security: {
      pages,
      present: Object.fromEntries([...present].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      missing:
        pages === 0 ? [] : protective.filter((field) => field !== overTlsOnly && (present.get(field) ?? 0) < pages),
    },
    cookies: [...host.cookies]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([cookie, { values, requests: sent }]) => ({ name: readable(cookie), values: values.size, requests: sent })),
  };
}
