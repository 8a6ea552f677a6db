/** The observed SYNs against the model of a listener: how full it gets, what it drops, and which clients get in. */
import { isMartian } from './bogons.ts';
import type { Visit } from './clients.ts';
import { Attempt } from './attempts.ts';
import { Mark } from './columns.ts';
import type { Victim } from './flood.ts';
import { type ListenerSettings, Listener } from './listener-model.ts';
import { MAX_REPLAYED } from './limits.ts';

/** SYNs of one victim in order of time. */
export interface Replayable {
  readonly at: Float64Array;
  readonly kind: Uint8Array;
  readonly count: number;
  /** Not all SYNs were taken: a limit. */
  readonly cut: boolean;
  /** How long clients keep trying. */
  readonly patienceSeconds: number;
}

const Kind = { attack: 0, client: 1, knownClient: 2, bareAttack: 3, bareClient: 4 } as const;

export interface Prediction {
  readonly peak: number;
  readonly dropped: number;
  readonly cookies: number;
  readonly clients: number;
  readonly served: number;
}

/** What stands in front of the listener. */
export interface Gateway {
  /** SYNs a second that are let through; more are dropped whoever sent them. */
  readonly synsPerSecond?: number;
  /** SYNs without any option are dropped. */
  readonly dropsBare?: boolean;
}

/** A client tries this long when no client of the capture had to try twice. */
const USUAL_PATIENCE = 3;
/** Pauses between the SYNs of a client (RFC 6298 section 2: a second, then doubled). */
const PAUSES = [1, 2, 4, 8, 16, 32];

/** Attempts at a victim, the attack's and those of clients; `patience` in seconds. */
export function replayable({ columns, clients, target, visits }: Victim, patience?: number): Replayable {
  const { kind: outcome, at: start, marks, source } = columns;
  const size = Math.min(start.length, MAX_REPLAYED);
  const at = new Float64Array(size);
  const kind = new Uint8Array(size);
  let count = 0;
  let before = 0;
  let next = 0;
  for (let row = 0; row < start.length && count < size; row++) {
    const isClient = clients.rows[next] === row;
    const isKnown = isClient && clients.known[next] === 1;
    if (isClient) next++;
    // The kernel drops impossible sources before the listener hears of them.
    if (!isClient && !target.ipv6 && isMartian(source[row]!)) continue;
    if (!isClient && outcome[row] === Attempt.completed) continue;
    const bare = (marks[row]! & Mark.bare) !== 0;
    before = Math.max(before, start[row]!);
    at[count] = before;
    kind[count++] = isClient ? clientKind(bare, isKnown) : bare ? Kind.bareAttack : Kind.attack;
  }
  return { at, kind, count, cut: size < start.length, patienceSeconds: patience ?? patienceOf(visits) };
}

function clientKind(bare: boolean, known: boolean): number {
  return bare ? Kind.bareClient : known ? Kind.knownClient : Kind.client;
}

function patienceOf(visits: readonly Visit[]): number {
  const tried = visits.reduce((most, { triedSeconds }) => Math.max(most, triedSeconds), 0);
  const gaveUp = visits.some(({ connectSeconds }) => connectSeconds === null);
  return gaveUp || tried > 0.5 ? Math.max(tried, 0) + 0.2 : USUAL_PATIENCE + 0.2;
}

/** A client that was dropped and will try again. */
interface Waiting {
  readonly at: number;
  readonly first: number;
  readonly known: boolean;
  readonly tries: number;
  readonly counts: boolean;
}

/** Clients that begin within `from` and `to` are counted; the others only take part. */
export function predict(
  { at, kind, count, patienceSeconds }: Replayable,
  settings: ListenerSettings,
  from: number,
  to: number,
  gateway: Gateway = {},
): Prediction {
  const listener = new Listener(settings);
  const bucket = new Bucket(gateway.synsPerSecond ?? Infinity);
  const retries: Waiting[][] = PAUSES.map(() => []);
  const heads = PAUSES.map(() => 0);
  const result = { peak: 0, dropped: 0, cookies: 0, clients: 0, served: 0 };
  const attempt = (client: Waiting): void => {
    const passes = bucket.take(client.at);
    if (passes && listener.syn(client.at, false, client.known) !== 'dropped') {
      if (client.counts) result.served++;
      return;
    }
    result.dropped++;
    const pause = PAUSES[client.tries];
    if (pause === undefined || client.at + pause - client.first > patienceSeconds) return;
    retries[client.tries]!.push({ ...client, at: client.at + pause, tries: client.tries + 1 });
  };
  const retryUntil = (moment: number): void => {
    for (;;) {
      let next = -1;
      for (let i = 0; i < retries.length; i++) {
        const due = retries[i]![heads[i]!];
        if (due !== undefined && due.at <= moment && (next < 0 || due.at < retries[next]![heads[next]!]!.at)) next = i;
      }
      if (next < 0) return;
      attempt(retries[next]![heads[next]!++]!);
    }
  };
  for (let i = 0; i < count; i++) {
    const moment = at[i]!;
    retryUntil(moment);
    const what = kind[i]!;
    if (gateway.dropsBare === true && what >= Kind.bareAttack) {
      if (what === Kind.bareClient && moment >= from && moment < to) result.clients++;
      continue;
    }
    if (what === Kind.attack || what === Kind.bareAttack) {
      const answer = bucket.take(moment) ? listener.syn(moment, true, false) : 'dropped';
      if (answer === 'cookie') result.cookies++;
      else if (answer === 'dropped') result.dropped++;
      continue;
    }
    const counts = moment >= from && moment < to;
    if (counts) result.clients++;
    attempt({ at: moment, first: moment, known: what === Kind.knownClient, tries: 0, counts });
  }
  retryUntil(Infinity);
  return { ...result, peak: listener.peak };
}

/** Lets so many SYNs a second through, a tenth of a second's worth at once. */
class Bucket {
  readonly #rate: number;
  #level: number;
  #before = 0;

  constructor(rate: number) {
    this.#rate = rate;
    this.#level = Math.max(1, rate / 10);
  }

  take(at: number): boolean {
    if (this.#rate === Infinity) return true;
    this.#level = Math.min(Math.max(1, this.#rate / 10), this.#level + (at - this.#before) * this.#rate);
    this.#before = at;
    if (this.#level < 1) return false;
    this.#level--;
    return true;
  }
}
