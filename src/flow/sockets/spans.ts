/**
 * How long each end of a connection was in each state: the lives of `flow/life/` cut into spans. A first SYN that nobody
 * answered and nobody sent again is told from its record alone, because floods consist of these.
 */
import type { Connections } from '../connections.ts';
import { startOf } from '../life/life.ts';
import { type Moment, earlier, isBefore } from '../life/moment.ts';
import { type Replay, type Transition, replay } from '../life/replay.ts';
import { scheduleOf } from '../life/schedule.ts';
import type { State } from '../life/states.ts';
import { type Side, type Story, storyOf } from '../life/story.ts';
import { type Outlook, withTimers } from '../life/timers.ts';
import { Life } from '../milestones.ts';
import { ACK, FIN, RST, SYN } from '../../wire/tcp.ts';
import { Word } from '../records.ts';

/** One end was in `state` from `begin` on, and no longer at `end`. */
export interface Span {
  readonly side: Side;
  readonly state: State;
  /** Null: since before the capture. */
  readonly begin: Moment | null;
  /** Null: until the end of the capture. */
  readonly end: Moment | null;
}

/** The states of both ends, without the judgement of handshake and close. */
export interface States extends Replay {
  readonly story: Story;
  readonly outlook: Outlook;
}

export function statesOf(c: Connections, id: number, captureEnd: Moment): States {
  const story = storyOf(c, id);
  const outlook = { captureEnd, reused: reuseOf(c, id) };
  const seen = replay(story);
  return { story, outlook, initial: seen.initial, transitions: forward(withTimers(story, seen, outlook)) };
}

/** Where the clock of the capture goes back, an end enters a state no sooner than the one before it. */
function forward(transitions: readonly Transition[]): Transition[] {
  const latest: [Moment | null, Moment | null] = [null, null];
  return transitions.map((t) => {
    const before = latest[t.side];
    if (before !== null && isBefore(t, before)) return { ...t, ...momentOf(before) };
    latest[t.side] = t;
    return t;
  });
}

const momentOf = ({ seconds, nanoseconds }: Moment): Moment => ({ seconds, nanoseconds });

/** When a new connection took the same ends. */
function reuseOf(c: Connections, id: number): Moment | null {
  const next = c.successor(id);
  return next < 0 ? null : startOf(c, next);
}

/** Spans of a TCP connection with a counted frame; states without a socket are among them. */
export function spansOf(c: Connections, id: number, captureEnd: Moment): Span[] {
  return isLoneSyn(c, id) ? [loneSpan(c, id, captureEnd)] : spansOfStates(c, id, statesOf(c, id, captureEnd));
}

function spansOfStates(c: Connections, id: number, states: States): Span[] {
  const spans: Span[] = [];
  for (const side of [0, 1] as const) {
    let state = states.initial[side];
    let begin = wasOpenBefore(c, id, states) ? null : states.story.start;
    for (const t of states.transitions) {
      if (t.side !== side) continue;
      spans.push({ side, state, begin, end: t });
      [state, begin] = [t.to, t];
    }
    spans.push({ side, state, begin, end: null });
  }
  return spans;
}

/**
 * The capture joined the connection in the middle, and both ends went on: it was open when the capture began. A lone ACK,
 * or one that is answered by RST, is no connection.
 */
export const wasOpenBefore = (c: Connections, id: number, { initial, story }: States): boolean =>
  initial[0] === 'ESTABLISHED' && c.word(id, Word.full) !== 0 && story.frames[0] > 0 && story.frames[1] > 0;

const KIND = SYN | ACK | RST | FIN;

/** The record holds one SYN and nothing else. */
export function isLoneSyn(c: Connections, id: number): boolean {
  const life = c.word(id, Word.life);
  const isBare = (life & ~Life.flagsMask) === Life.bare && (life & KIND) === SYN;
  return isBare && c.word(id, Word.full) === 0 && c.frames(id, 0) === 1 && c.frames(id, 1) === 0;
}

/** Its sender waited until the SYN was due again, unless the capture or the port's next use ended that. */
function loneSpan(c: Connections, id: number, captureEnd: Moment): Span {
  const begin = startOf(c, id);
  const reused = reuseOf(c, id);
  const due = scheduleOf([begin], captureEnd).abandoned;
  const end = due !== null && reused !== null ? earlier(due, reused) : (due ?? reused);
  return { side: 0, state: 'SYN-SENT', begin, end };
}
