/** The life of one TCP connection: both ends' states with frame and time, how it opened and how it closed. */
import type { Connections } from '../connections.ts';
import { Meta, Word } from '../records.ts';
import { type Close, closeOf } from './close.ts';
import { type Handshake, handshakeOf } from './handshake.ts';
import { type Moment, elapsed } from './moment.ts';
import { type Replay, type Transition, replay } from './replay.ts';
import type { State } from './states.ts';
import { type Side, type Story, storyOf } from './story.ts';
import { type Outlook, withTimers } from './timers.ts';

export interface Life {
  readonly story: Story;
  /** What the ends were before the first segment. */
  readonly initial: Replay['initial'];
  /** In order of time, those of timers included. */
  readonly transitions: readonly Transition[];
  readonly handshake: Handshake;
  readonly close: Close;
  /** When the capture ended. */
  readonly finalStates: readonly [State, State];
  /** Number of the connection that used these ends before; -1 for none. */
  readonly previous: number;
  /** Number of the next one; -1 for none. */
  readonly next: number;
}

/** Seconds within which two SYNs with different ISNs on the same ends are attempts of one client. */
const SAME_ATTEMPT_SECONDS = 60;

/** Null for UDP, and for connections without a counted frame. `captureEnd`: time of the last frame. */
export function lifeOf(c: Connections, id: number, captureEnd: Moment): Life | null {
  if (c.isUdp(id) || !c.isCounted(id)) return null;
  const story = storyOf(c, id);
  const previous = c.word(id, Word.previous) - 1;
  const next = c.successor(id);
  const outlook: Outlook = { captureEnd, reused: next < 0 ? null : startOf(c, next) };
  const seen = replay(story);
  const icmp = (c.word(id, Word.meta) & Meta.icmp) !== 0;
  const handshake = handshakeOf(story, seen, outlook, isReplaced(c, story, previous, next), icmp);
  const whole = { initial: seen.initial, transitions: withTimers(story, seen, outlook) };
  return {
    story,
    ...whole,
    handshake,
    close: closeOf(story, seen, handshake, outlook),
    finalStates: [stateAt(whole, 0), stateAt(whole, 1)],
    previous,
    next,
  };
}

/** The same, of a run that ended where its capture did. */
export const lifeAtEnd = (c: Connections, id: number): Life | null => lifeOf(c, id, c.captureEnd);

export function startOf(c: Connections, id: number): Moment {
  return { seconds: c.word(id, Word.startSeconds) >>> 0, nanoseconds: c.word(id, Word.startNanoseconds) };
}

/** Time of the latest frame. */
export function endOf(c: Connections, id: number): Moment {
  return { seconds: c.word(id, Word.endSeconds) >>> 0, nanoseconds: c.word(id, Word.endNanoseconds) };
}

/** Seconds from the connection's latest frame to the capture's. */
export const silenceAtEnd = (c: Connections, id: number): number => elapsed(endOf(c, id), c.captureEnd);

/** Another SYN of the same port, shortly before or after. */
function isReplaced(c: Connections, story: Story, previous: number, next: number): boolean {
  const isNear = (id: number): boolean =>
    id >= 0 && Math.abs(elapsed(story.start, startOf(c, id))) <= SAME_ATTEMPT_SECONDS;
  return isNear(previous) || isNear(next);
}

/** State of an end at a moment that is not before the connection's first segment, or at last. */
export function stateAt(life: Replay, side: Side, at?: Moment): State {
  return lastUntil(life.transitions, side, at)?.to ?? life.initial[side];
}

/** The transition that led to the state at a moment. */
export function lastUntil(transitions: readonly Transition[], side: Side, at?: Moment): Transition | undefined {
  return transitions.findLast((t) => t.side === side && (at === undefined || elapsed(t, at) >= 0));
}
