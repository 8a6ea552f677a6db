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

/** First in, first out, without moving anything. */
class Line {
  #items: number[] = [];
  #head = 0;

  get first(): number | undefined {
    return this.#items[this.#head];
  }

  push(item: number): void {
    this.#items.push(item);
  }

  shift(): number | undefined {
    const item = this.#items[this.#head++];
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

export class Listener {
  readonly #settings: ListenerSettings;
  /** By how often the timer ran out: when it runs out next. */
  readonly #timers: Line[] = [];
  length = 0;
  peak = 0;
  /** Entries whose timer never ran out. */
  #young = 0;

  constructor(settings: ListenerSettings) {
    this.#settings = settings;
    for (let i = 0; i <= settings.synackRetries; i++) this.#timers.push(new Line());
  }

  /** A SYN at a moment; `stays` unless the originator finishes the handshake at once. `known`: see `isProven`. */
  syn(at: number, stays: boolean, known: boolean): Answer {
    this.#runTimers(at);
    const { listenBacklog, maxSynBacklog, syncookies } = this.#settings;
    if (this.length > listenBacklog) return syncookies ? 'cookie' : 'dropped';
    // Without cookies the last quarter of the system's limit is kept for peers that the host has metrics of.
    const isLastQuarter = maxSynBacklog - this.length < maxSynBacklog >> 2;
    if (!syncookies && isLastQuarter && !known) return 'dropped';
    if (!stays) {
      this.peak = Math.max(this.peak, this.length + 1);
      return 'queued';
    }
    this.length++;
    this.#young++;
    this.peak = Math.max(this.peak, this.length);
    this.#timers[0]!.push(onWheel(at, 1));
    return 'queued';
  }

  #runTimers(until: number): void {
    for (;;) {
      let next = -1;
      for (let i = 0; i < this.#timers.length; i++) {
        const due = this.#timers[i]!.first;
        if (due !== undefined && due <= until && (next < 0 || due < this.#timers[next]!.first!)) next = i;
      }
      if (next < 0) return;
      this.#expire(next, this.#timers[next]!.shift()!);
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
