/**
 * Ports that answered SYNs with SYN-ACKs: somebody listened there, at least from the first of them until a SYN was
 * refused. A host may listen on more ports than anybody asked for.
 */
import { MAX_LISTENERS } from '../limits.ts';
import { type Moment, isBefore } from '../life/moment.ts';
import type { Span } from './spans.ts';

export interface Listener {
  /** As in connection records. */
  readonly address: number;
  readonly isIpv6: boolean;
  readonly port: number;
  /** Moments at which it turned out to listen, then not to listen, and so on, in order. */
  readonly turns: Moment[];
  lastAnswer: Moment | null;
}

export class Listeners {
  readonly #byEnd = new Map<string, Listener>();
  /** There were more than are kept. */
  limitReached = false;

  get all(): Iterable<Listener> {
    return this.#byEnd.values();
  }

  /** Learns what the spans of a connection say of one of its ends. */
  learn(spans: readonly Span[], side: number, address: number, port: number, isIpv6: boolean): void {
    const answered = answerOf(spans, side);
    if (answered !== null) return this.#answered(address, port, isIpv6, answered);
    const refused = refusalOf(spans, side);
    if (refused === null) return;
    const known = this.#byEnd.get(keyOf(address, port, isIpv6));
    if (known !== undefined) refuse(known, refused);
  }

  #answered(address: number, port: number, isIpv6: boolean, at: Moment): void {
    const key = keyOf(address, port, isIpv6);
    const known = this.#byEnd.get(key);
    if (known !== undefined) return answer(known, at);
    if (this.#byEnd.size >= MAX_LISTENERS) this.limitReached = true;
    else this.#byEnd.set(key, { address, isIpv6, port, turns: [at], lastAnswer: at });
  }
}

const keyOf = (address: number, port: number, isIpv6: boolean): string => `${address}/${port}/${isIpv6 ? 6 : 4}`;

/** When the end's listener answered with a SYN-ACK; null when it did not. */
function answerOf(spans: readonly Span[], side: number): Moment | null {
  const own = spans.filter((span) => span.side === side);
  return own.find((span, i) => span.state === 'SYN-RECEIVED' && own[i - 1]?.state === 'LISTEN')?.begin ?? null;
}

/** When the end's host answered the peer's SYN with RST; null when it did not. */
function refusalOf(spans: readonly Span[], side: number): Moment | null {
  if (spans.find((span) => span.side === side)?.state !== 'CLOSED') return null;
  return spans.find((span) => span.side !== side && span.state === 'SYN-SENT')?.end ?? null;
}

const isOpen = ({ turns }: Listener): boolean => turns.length % 2 === 1;

/** Connections come in order of their start, so an answer may lie before what is known already. */
function answer(listener: Listener, at: Moment): void {
  const { turns, lastAnswer } = listener;
  if (lastAnswer === null || isBefore(lastAnswer, at)) listener.lastAnswer = at;
  if (!isOpen(listener) && !isBefore(at, turns.at(-1)!)) turns.push(at);
  else if (turns.length === 1 && isBefore(at, turns[0]!)) turns[0] = at;
}

function refuse(listener: Listener, at: Moment): void {
  const { turns, lastAnswer } = listener;
  if (!isOpen(listener) || isBefore(at, turns.at(-1)!)) return;
  turns.push(at);
  if (lastAnswer !== null && isBefore(at, lastAnswer)) turns.push(lastAnswer);
}

/** Since when it listened at a moment; null when it did not. */
export function listensSince({ turns }: Listener, at: Moment): Moment | null {
  const last = turns.findLastIndex((turn) => !isBefore(at, turn));
  return last >= 0 && last % 2 === 0 ? turns[last]! : null;
}
