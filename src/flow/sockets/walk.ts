/** Goes over the connections of one host, or of all, and tells each end's spans. */
import type { Connections } from '../connections.ts';
import { startOf } from '../life/life.ts';
import { type Moment, isBefore } from '../life/moment.ts';
import { type State, netstatNames } from '../life/states.ts';
import type { Side } from '../life/story.ts';
import { Word } from '../records.ts';
import type { Totals } from '../totals.ts';
import { Listeners } from './listeners.ts';
import { type Span, isLoneSyn, spansOf } from './spans.ts';

/** From the first to the last moment of which the capture tells anything. */
export interface Period {
  readonly begin: Moment;
  readonly end: Moment;
}

/** All of a capture; null without frames. */
export function wholePeriod(totals: Totals): Period | null {
  if (totals.framesRead === 0) return null;
  return {
    begin: { seconds: totals.firstSeconds, nanoseconds: totals.firstNanoseconds },
    end: { seconds: totals.lastSeconds, nanoseconds: totals.lastNanoseconds },
  };
}

/** The address of one host, as connection records hold it where that is known beforehand. */
export interface Host {
  readonly isIpv6: boolean;
  /** IPv4 only. */
  readonly word: number;
  /** As `addressText` writes it. */
  readonly text: string;
}

/** What is asked for. Null: all. */
export interface Selection {
  readonly states: ReadonlySet<State> | null;
  readonly host: Host | null;
}

export const isSelected = ({ states }: Selection, state: State): boolean =>
  netstatNames[state] !== null && (states === null || states.has(state));

type Visit = (span: Span, id: number) => void;

/**
 * Visits the spans of all ends of TCP connections on the selected hosts, those that begin after `until` as it comes, and
 * those of listening sockets not: these are what it returns.
 */
export function walk(c: Connections, period: Period, until: Moment, host: Host | null, visit: Visit): Listeners {
  const listeners = new Listeners();
  const ends = new Ends(c, host);
  for (const id of c.ordered()) {
    if (c.isUdp(id) || !(ends.has(id, 0) || ends.has(id, 1)) || beginsLater(c, id, until)) continue;
    const spans = spansOf(c, id, period.end);
    for (const span of spans) if (span.state !== 'LISTEN' && ends.has(id, span.side)) visit(span, id);
    if (spans.length === 1) continue;
    for (const side of [0, 1] as const) {
      if (!ends.has(id, side)) continue;
      listeners.learn(spans, side, c.word(id, Word.addressA + side), c.port(id, side), c.isIpv6(id));
    }
  }
  return listeners;
}

/** Floods go on after the moment that is asked for: those SYNs are passed over. */
const beginsLater = (c: Connections, id: number, until: Moment): boolean =>
  isBefore(until, startOf(c, id)) && isLoneSyn(c, id);

/** Whether an end is one of the selected host's. */
class Ends {
  readonly #c: Connections;
  readonly #host: Host | null;
  /** IPv6: the address's number, once it was met. */
  #known: number | null = null;

  constructor(c: Connections, host: Host | null) {
    this.#c = c;
    this.#host = host;
  }

  has(id: number, side: Side): boolean {
    const host = this.#host;
    if (host === null) return true;
    if (host.isIpv6 !== this.#c.isIpv6(id)) return false;
    const word = this.#c.word(id, Word.addressA + side);
    if (!host.isIpv6) return word === host.word;
    if (this.#known === null && this.#c.address(id, side) === host.text) this.#known = word;
    return word === this.#known;
  }
}
