/** Transitions that no segment shows: timers run out, and a new connection takes the same ports. */
import { type Moment, isBefore, later } from './moment.ts';
import type { Replay, Transition } from './replay.ts';
import { scheduleOf } from './schedule.ts';
import type { State } from './states.ts';
import { type Side, type Story, isSyn, isSynAck, transmissions } from './story.ts';

/** Linux holds a socket in TIME-WAIT for this long, whatever the MSL (TCP_TIMEWAIT_LEN); RFC 9293 says 2 MSL, 4 minutes. */
export const TIME_WAIT_SECONDS = 60;

/** What came after the connection's last segment. */
export interface Outlook {
  /** Time of the capture's last frame. */
  readonly captureEnd: Moment;
  /** When a new connection took the same ends; null for never. */
  readonly reused: Moment | null;
}

/** `transitions` and what follows from time alone, in order. */
export function withTimers(story: Story, { initial, transitions }: Replay, outlook: Outlook): Transition[] {
  const all = [...transitions];
  for (const side of [0, 1] as const) {
    const moved = transitions.findLast((t) => t.side === side);
    const last = moved ?? { side, to: initial[side], ...story.start };
    const end = endOfState(story, last, outlook);
    if (end !== null) insert(all, end);
  }
  return all;
}

/** By time, but behind all that its end did: where the clock of the capture goes back, the order of its frames counts. */
function insert(all: Transition[], timer: Transition): void {
  const last = all.findLastIndex((t) => t.side === timer.side);
  const next = all.findIndex((t, i) => i > last && isBefore(timer, t));
  all.splice(next < 0 ? all.length : next, 0, timer);
}

/** The state an end is in, and since when. */
type Standing = Pick<Transition, 'side' | 'to' | 'seconds' | 'nanoseconds'>;

function endOfState(story: Story, last: Standing, { captureEnd, reused }: Outlook): Transition | null {
  const due = expiry(story, last, captureEnd);
  const hasSocket = last.to !== 'CLOSED' && last.to !== 'LISTEN' && last.to !== 'UNKNOWN';
  const isReused = reused !== null && hasSocket;
  if (isReused && (due === null || isBefore(reused, due))) return step(last, 'CLOSED', reused, 'reuse');
  if (due === null || isBefore(captureEnd, due)) return null;
  return step(last, last.to === 'SYN-RECEIVED' ? 'LISTEN' : 'CLOSED', due, 'timer');
}

const step = (last: Standing, to: State, at: Moment, by: Transition['by']): Transition => ({
  side: last.side,
  from: last.to,
  to,
  frame: null,
  seconds: at.seconds,
  nanoseconds: at.nanoseconds,
  by,
  inferred: true,
});

/** When the state ends by itself; null for never, or not known. */
function expiry(story: Story, last: Standing, captureEnd: Moment): Moment | null {
  if (last.to === 'TIME-WAIT') return later(last, TIME_WAIT_SECONDS);
  if (last.to !== 'SYN-SENT' && last.to !== 'SYN-RECEIVED') return null;
  const times = last.to === 'SYN-SENT' ? transmissions(story, last.side, isSyn) : timedSynAcks(story, last.side);
  return times.length === 0 ? null : scheduleOf(times, captureEnd).abandoned;
}

/** The first SYN-ACK, and those that a timer sent: not those that answer another transmission of the SYN. */
function timedSynAcks(story: Story, side: Side): Moment[] {
  const { segments } = story;
  const all = transmissions(story, side, isSynAck);
  return all.filter((s, i) => i === 0 || !isSyn(segments[segments.indexOf(s) - 1]!));
}
