/**
 * A model of the Linux listener: which SYNs find a place, when the places are given up. The rules were measured on a real
 * kernel, see docs/synflood.md. Every timer has a few fixed lengths, so entries wait in one line for each length.
 */

export interface ListenerSettings {
  /** listen() backlog, or net.core.somaxconn where that is less. */
  readonly listenBacklog: number;
  readonly maxSynBacklog: number;
  readonly synackRetries: number;
  readonly syncookies: boolean;
}

/** An application that takes connections from the accept queue only at these moments, in order; null: at once. */
export type Turns = Float64Array | null;

export type Answer = 'queued' | 'cookie' | 'dropped';

/** First timeout of a SYN-ACK in seconds, doubled up to the last. */
const MAX_TIMER_SECONDS = 120;
/** A queue is crowded when half of this many places are taken, however short the backlog. */
const LEAST_BACKLOG = 8;
/** Crowding never lowers the retries below this. */
const LEAST_RETRIES = 2;

/** Ticks of 4 ms, as most distributions build it (CONFIG_HZ=250). */
const TICK_SECONDS = 0.004;

/**
 * When a timer set now really runs out: Linux keeps it on a wheel whose slots are 8 times as wide for timers 8 times as
 * long, and never early (kernel/time/timer.c). Places are therefore given up in bunches: every 32 ms for timers of one
 * and two seconds, every 256 ms up to 16, which is when a client finds one. Measured so on a 6.18 kernel.
 */
function onWheel(at: number, seconds: number): number {
  let width = TICK_SECONDS;
  for (let reach = 64 * TICK_SECONDS; seconds >= reach; reach *= 8) width *= 8;
  return (Math.floor((at + seconds) / width) + 1) * width;
}

/** First in, first out: a ring that grows. `first` is Infinity while it is empty. */
class Line {
  #items = new Float64Array(64);
  #head = 0;
  #count = 0;
  first = Infinity;

  push(item: number): void {
    if (this.#count === this.#items.length) this.#grow();
    this.#items[(this.#head + this.#count++) & (this.#items.length - 1)] = item;
    if (this.#count === 1) this.first = item;
  }

  shift(): number {
    const item = this.first;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.first = --this.#count === 0 ? Infinity : this.#items[this.#head]!;
    return item;
  }

  #grow(): void {
    const { length } = this.#items;
    const more = new Float64Array(2 * length);
    for (let i = 0; i < length; i++) more[i] = this.#items[(this.#head + i) & (length - 1)]!;
    this.#items = more;
    this.#head = 0;
  }
}

export class Listener {
  readonly #settings: ListenerSettings;
  /** By how often the timer ran out: when it runs out next. */
  readonly #timers: Line[] = [];
  length = 0;
  peak = 0;
  /** When a SYN first found no place in the SYN queue; null: never. */
  fullAt: number | null = null;
  /** When the next timer runs out. */
  #due = Infinity;
  /** Entries whose timer never ran out. */
  #young = 0;

  /** Finished handshakes that the application has not taken. */
  waiting = 0;
  readonly #turns: Turns;
  #turn = 0;

  constructor(settings: ListenerSettings, turns: Turns = null) {
    this.#settings = settings;
    this.#turns = turns;
    for (let i = 0; i <= settings.synackRetries; i++) this.#timers.push(new Line());
  }

  /** A SYN at a moment; `stays` unless the originator finishes the handshake at once. `known`: see `isProven`. */
  syn(at: number, stays: boolean, known: boolean): Answer {
    this.#runTimers(at);
    const { listenBacklog, maxSynBacklog, syncookies } = this.#settings;
    // Whatever the SYN queue holds, and with SYN cookies as well (tcp_conn_request, sk_acceptq_is_full).
    if (this.#turns !== null && this.#waitingAt(at, this.#turns) > listenBacklog) return 'dropped';
    if (this.length > listenBacklog) return this.#full(at, syncookies ? 'cookie' : 'dropped');
    // Without cookies the last quarter of the system's limit is kept for peers that the host has metrics of.
    const isLastQuarter = maxSynBacklog - this.length < maxSynBacklog >> 2;
    if (!syncookies && isLastQuarter && !known) return this.#full(at, 'dropped');
    if (!stays) {
      this.peak = Math.max(this.peak, this.length + 1);
      return 'queued';
    }
    this.length++;
    this.#young++;
    this.peak = Math.max(this.peak, this.length);
    const due = onWheel(at, 1);
    this.#timers[0]!.push(due);
    if (due < this.#due) this.#due = due;
    return 'queued';
  }

  #full(at: number, answer: Answer): Answer {
    this.fullAt ??= at;
    return answer;
  }

  /** A handshake that was answered is finished. */
  finish(): void {
    if (this.#turns !== null) this.waiting++;
  }

  #waitingAt(at: number, turns: Float64Array): number {
    for (; this.#turn < turns.length && turns[this.#turn]! <= at; this.#turn++) if (this.waiting > 0) this.waiting--;
    return this.waiting;
  }

  #runTimers(until: number): void {
    if (until < this.#due) return;
    for (;;) {
      let next = 0;
      for (let i = 1; i < this.#timers.length; i++) {
        if (this.#timers[i]!.first < this.#timers[next]!.first) next = i;
      }
      this.#due = this.#timers[next]!.first;
      if (this.#due > until) return;
      this.#expire(next, this.#timers[next]!.shift());
    }
  }

  /** The timer of an entry ran out for the `times` + 1st time: its SYN-ACK is sent again, or it is given up. */
  #expire(times: number, at: number): void {
    if (times === 0) this.#young--;
    if (times >= this.#retries(times)) {
      this.length--;
      return;
    }
    this.#timers[times + 1]!.push(onWheel(at, Math.min(2 ** (times + 1), MAX_TIMER_SECONDS)));
  }

  /** In a crowded queue of mostly old entries, the old ones are given up sooner. */
  #retries(times: number): number {
    let retries = this.#settings.synackRetries;
    if (this.length * 2 <= Math.max(LEAST_BACKLOG, this.#settings.listenBacklog)) return retries;
    // The entry at hand still counts as young while its first timer is looked at.
    let young = 2 * (this.#young + (times === 0 ? 1 : 0));
    while (retries > LEAST_RETRIES && this.length >= young) {
      retries--;
      young *= 2;
    }
    return retries;
  }
}
