/** The observed SYNs against the model of a listener: how full it gets, what it drops, and which clients get in. */
import { Gate, type Gateway } from './gateway.ts';
import { type ListenerSettings, Listener } from './listener-model.ts';
import type { ClientSyn, Replayable } from './replayable.ts';

export interface Prediction {
  readonly peak: number;
  /** When a SYN first found no place in the SYN queue, seconds from the capture's beginning; null: never. */
  readonly fullAt: number | null;
  readonly dropped: number;
  readonly cookies: number;
  readonly clients: number;
  /** Of the clients; the mean of the replays, rounded. */
  readonly served: number;
  /** The same unrounded, as a share; 1 where there are no clients. */
  readonly servedShare: number;
}

/** Pauses between the SYNs of a client (RFC 6298 section 2: a second, then doubled). */
const PAUSES = [1, 2, 4, 8, 16, 32];
/** Few clients meet a queue by accident at the moment that it has a place, so they are tried at several moments. */
const FEW_CLIENTS = 200;
const SHIFTS = 8;
const SHIFT_SECONDS = 0.125;
/** SYNs of all replays together, beyond which there is one. */
const MAX_REPEATED = 250_000;

/** Clients that begin within `from` and `to` are counted; the others only take part. */
export function predict(
  replay: Replayable,
  settings: ListenerSettings,
  from: number,
  to: number,
  gateway: Gateway = {},
): Prediction {
  const many = replay.clients.length >= FEW_CLIENTS || replay.count * SHIFTS > MAX_REPEATED;
  const runs = Array.from({ length: many ? 1 : SHIFTS }, (_, i) => {
    const clients = shifted(replay.clients, i * SHIFT_SECONDS, from, to);
    return new Run(replay, clients, settings, gateway, from, to).result();
  });
  const [{ peak, fullAt, dropped, cookies, clients }] = runs as [Outcome];
  const served = runs.reduce((sum, run) => sum + run.served, 0) / runs.length;
  const servedShare = clients === 0 ? 1 : Math.round((served / clients) * 1e6) / 1e6;
  return { peak, fullAt, dropped, cookies, clients, served: Math.round(served), servedShare };
}

type Outcome = Omit<Prediction, 'servedShare'>;

/** Clients within `from` and `to` come later by so many seconds; those pushed out at the end come at the beginning. */
function shifted(clients: readonly ClientSyn[], seconds: number, from: number, to: number): readonly ClientSyn[] {
  if (seconds === 0 || to <= from) return clients.toSorted((a, b) => a.at - b.at);
  const moved = clients.map(({ at, known, bare, source, network }) => {
    const isWithin = at >= from && at < to;
    return { at: isWithin ? from + ((at - from + seconds) % (to - from)) : at, known, bare, source, network };
  });
  return moved.toSorted((a, b) => a.at - b.at);
}

/** A client that was dropped and will try again. */
interface Waiting {
  readonly at: number;
  readonly first: number;
  readonly syn: ClientSyn;
  readonly tries: number;
}

class Run {
  readonly #replay: Replayable;
  readonly #clients: readonly ClientSyn[];
  readonly #listener: Listener;
  readonly #gate: Gate;
  readonly #from: number;
  readonly #to: number;
  /** By how often they tried: in order of time, since all of them pause alike. */
  readonly #retries: Waiting[][] = PAUSES.map(() => []);
  readonly #heads = PAUSES.map(() => 0);
  readonly #sums = { dropped: 0, cookies: 0, clients: 0, served: 0 };

  constructor(
    replay: Replayable,
    clients: readonly ClientSyn[],
    settings: ListenerSettings,
    gateway: Gateway,
    from: number,
    to: number,
  ) {
    this.#replay = replay;
    this.#clients = clients;
    this.#listener = new Listener(settings, replay.turns);
    this.#gate = new Gate(gateway, replay.sources.size);
    this.#from = from;
    this.#to = to;
  }

  result(): Outcome {
    const { at, bare, source, network, count } = this.#replay;
    let next = 0;
    for (let i = 0; i < count; i++) {
      const moment = at[i]!;
      while (next < this.#clients.length && this.#clients[next]!.at <= moment) this.#begin(this.#clients[next++]!);
      this.#retryUntil(moment);
      // What a gateway drops is not the listener's drop.
      if (!this.#gate.passes(moment, bare[i] === 1, source[i]!, network[i]!)) continue;
      const answer = this.#listener.syn(moment, true, false);
      if (answer === 'cookie') this.#sums.cookies++;
      else if (answer === 'dropped') this.#sums.dropped++;
    }
    for (; next < this.#clients.length; next++) this.#begin(this.#clients[next]!);
    this.#retryUntil(Infinity);
    return { ...this.#sums, peak: this.#listener.peak, fullAt: this.#listener.fullAt };
  }

  #begin(syn: ClientSyn): void {
    this.#retryUntil(syn.at);
    if (this.#counts(syn.at)) this.#sums.clients++;
    this.#attempt({ at: syn.at, first: syn.at, syn, tries: 0 });
  }

  #counts(at: number): boolean {
    return at >= this.#from && at < this.#to;
  }

  #attempt(client: Waiting): void {
    const { at, first, syn, tries } = client;
    const passes = this.#gate.passes(at, syn.bare, syn.source, syn.network);
    if (passes && this.#listener.syn(at, false, syn.known) !== 'dropped') {
      this.#listener.finish();
      if (this.#counts(first)) this.#sums.served++;
      return;
    }
    if (passes) this.#sums.dropped++;
    const pause = PAUSES[tries];
    if (pause === undefined || at + pause - first > this.#replay.patienceSeconds) return;
    this.#retries[tries]!.push({ at: at + pause, first, syn, tries: tries + 1 });
  }

  #retryUntil(moment: number): void {
    for (;;) {
      let next = -1;
      for (let i = 0; i < PAUSES.length; i++) {
        const due = this.#retries[i]![this.#heads[i]!];
        if (due === undefined || due.at > moment) continue;
        if (next < 0 || due.at < this.#retries[next]![this.#heads[next]!]!.at) next = i;
      }
      if (next < 0) return;
      this.#attempt(this.#retries[next]![this.#heads[next]!++]!);
    }
  }
}
