/** The state of one end at a moment, with how long it has been in it and whether the capture proves it. */
import type { Connections } from '../connections.ts';
import { IDLE_SECONDS } from '../life/close.ts';
import { lastUntil } from '../life/life.ts';
import { type Moment, elapsed, isBefore } from '../life/moment.ts';
import type { State } from '../life/states.ts';
import { type Side, isFin, isReset, isSyn, isSynAck, transmissions } from '../life/story.ts';
import type { Transition } from '../life/replay.ts';
import type { Milestone } from '../milestones.ts';
import { Meta, Word } from '../records.ts';
import { ACK } from '../../wire/tcp.ts';
import { type States, wasOpenBefore } from './spans.ts';

export interface Standing {
  readonly state: State;
  /** Null: since before the capture. */
  readonly since: Moment | null;
  /** The capture does not prove that the end was still, or already, in this state. */
  readonly inferred: boolean;
  /** How often the segment had been sent whose answer the end waits for: SYN, SYN-ACK or FIN. Null in other states. */
  readonly transmissions: number | null;
}

/** Linux keeps a socket without a process in FIN-WAIT-2 for this long (tcp_fin_timeout). */
const FIN_TIMEOUT_SECONDS = 60;
/** RFC 6298 section 2: the first timeout, and the least that is waited for an answer to a FIN. */
const FIRST_TIMEOUT_SECONDS = 1;
/** Timers are coarse: the doubt begins at this part of the time after which the next transmission is due. */
const EARLY = 0.85;

/** `at` is not before the connection's first segment, unless it was open before. */
export function standingAt(c: Connections, id: number, states: States, side: Side, at: Moment): Standing {
  const reached = lastUntil(states.transitions, side, at);
  const state = reached?.to ?? states.initial[side];
  const sent = awaited(states, state, side);
  const by = sent.filter((s) => !isBefore(at, s));
  return {
    state,
    since: reached ?? (wasOpenBefore(c, id, states) ? null : states.story.start),
    inferred: reached === undefined ? isGuess(c, id, states, side, at) : isDoubtful(c, id, states, reached, at, sent),
    transmissions: sent.length === 0 ? null : by.length,
  };
}

/** Nothing has shown the state yet: it follows from what came later, or from what the peer sent. */
function isGuess(c: Connections, id: number, { story, initial }: States, side: Side, at: Moment): boolean {
  const isYoung = isBefore(at, story.start) || story.frames[side] === 0 || c.word(id, Word.full) === 0;
  return initial[side] === 'ESTABLISHED' ? isYoung || isIdle(story.end, at) : true;
}

/** Silent for so long that a firewall or the other end may have given it up. */
const isIdle = (lastSegment: Moment, at: Moment): boolean => elapsed(lastSegment, at) > IDLE_SECONDS;

/** An ICMP error may have ended a connection that was still coming up; whether it did is the application's choice. */
function isDoubtful(
  c: Connections,
  id: number,
  states: States,
  reached: Transition,
  at: Moment,
  sent: readonly Milestone[],
): boolean {
  const wasReported = reached.to === 'SYN-SENT' && (c.word(id, Word.meta) & Meta.icmp) !== 0;
  return wasReported || !isProven(states, reached, at, sent);
}

/** All transmissions of the segment that an end in this state waits to see answered. */
function awaited({ story }: States, state: State, side: Side): Milestone[] {
  const test =
    state === 'SYN-SENT' ? isSyn : state === 'SYN-RECEIVED' ? isSynAck : waitsForFin.has(state) ? isFin : null;
  return test === null ? [] : transmissions(story, side, test);
}

const waitsForFin: ReadonlySet<State> = new Set(['FIN-WAIT-1', 'CLOSING', 'LAST-ACK']);

/** Segments show that the end was in the state at this moment, or nothing has happened long enough to doubt it. */
function isProven(states: States, reached: Transition, at: Moment, sent: readonly Milestone[]): boolean {
  if (reached.inferred || isDeaf(states, reached)) return false;
  const next = states.transitions.find((t) => t.side === reached.side && isBefore(at, t));
  if (next !== undefined && !lastedUntil(states, next)) return false;
  switch (reached.to) {
    case 'TIME-WAIT':
      // How long it lasts is its host's own choice.
      return false;
    case 'FIN-WAIT-2':
      return next !== undefined || elapsed(reached, at) <= FIN_TIMEOUT_SECONDS;
    case 'ESTABLISHED':
    case 'CLOSE-WAIT':
      return next !== undefined || !isIdle(states.story.end, at);
    default:
      return next !== undefined || stillWaits(sent, at);
  }
}

/** Nothing was captured of the peer, whose answers would have led to another state. */
const isDeaf = ({ story }: States, { side, to }: Transition): boolean =>
  story.frames[side === 0 ? 1 : 0] === 0 && to !== 'SYN-SENT';

/**
 * The state ended with a segment that shows the socket still there. A timer, the next use of the port, and the RST of a
 * host that knows no such connection tell only that it had gone by then.
 */
function lastedUntil({ story }: States, next: Transition): boolean {
  if (next.frame === null) return false;
  if (next.to !== 'CLOSED' || next.by !== 'sent') return true;
  const reset = story.segments.find((s) => s.frame === next.frame);
  return reset === undefined || !isReset(reset) || ((reset.flags & ACK) !== 0 && next.from !== 'FIN-WAIT-2');
}

/** It was sent again afterwards, or is not yet due to be. */
function stillWaits(sent: readonly Milestone[], at: Moment): boolean {
  const before = sent.filter((s) => !isBefore(at, s));
  if (before.length < sent.length) return true;
  const [last, earlier] = [before.at(-1), before.at(-2)];
  if (last === undefined) return false;
  const due = earlier === undefined ? FIRST_TIMEOUT_SECONDS : 2 * elapsed(earlier, last);
  return elapsed(last, at) <= Math.max(FIRST_TIMEOUT_SECONDS, due * EARLY);
}
