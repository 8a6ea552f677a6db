/** Messages of all connections of a listener, added up: what `message-sticky` and `message-split` judge. */
import type { MessageClass } from '../app/framing/boundaries.ts';
import type { Cause } from '../app/framing/causes.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';
import type { Facts, StreamFacts } from './facts.ts';
import { type Claim, framesFilter } from './finding.ts';
import { listenerText } from './groups.ts';

/** What is asked about: messages that share a segment, or that take several. */
export type Fate = 'sticky' | 'split';

export interface MessageListener {
  readonly name: string;
  readonly framing: string;
  /** Connections of which the listener or its client sent messages. */
  connections: number;
  messages: number;
  /** Of those, the ones that are asked about. */
  affected: number;
  readonly causes: Map<Cause, number>;
  /** Frames that carried them: how many, and the first ones. */
  frameCount: number;
  readonly frames: number[];
  readonly answers: Answers;
}

/**
 * Connections on which the listener got messages, and those of them on which it answered each with one. A listener that
 * does so for messages that came whole, but not for the others, takes what a read returned for a message.
 */
interface Answers {
  wholeAnswered: number;
  wholeUnanswered: number;
  affectedAnswered: number;
  affectedUnanswered: number;
}

const MAX_LISTENERS = 10_000;

export function messageListeners(facts: Facts, fate: Fate): MessageListener[] {
  const listeners = new Map<string, MessageListener>();
  for (const stream of facts.streams) {
    if (stream.messages === null) continue;
    const name = listenerText(facts.connections, stream.id);
    const key = `${name} ${stream.messages.framing}`;
    const known = listeners.get(key);
    if (known === undefined && listeners.size === MAX_LISTENERS) facts.limits.add('findings');
    else {
      const listener = known ?? newListener(name, stream.messages.framing);
      listeners.set(key, listener);
      addTo(listener, stream, fate);
    }
  }
  return [...listeners.values()].filter(({ affected }) => affected > 0).toSorted((a, b) => b.affected - a.affected);
}

const newListener = (name: string, framing: string): MessageListener => ({
  name,
  framing,
  connections: 0,
  messages: 0,
  affected: 0,
  causes: new Map(),
  frameCount: 0,
  frames: [],
  answers: { wholeAnswered: 0, wholeUnanswered: 0, affectedAnswered: 0, affectedUnanswered: 0 },
});

const isOf = (fate: Fate, name: MessageClass): boolean => name === fate || name === 'sticky+split';

function addTo(listener: MessageListener, { messages: gathered }: StreamFacts, fate: Fate): void {
  if (gathered === null) return;
  let [all, affected] = [0, 0];
  for (const [name, times] of gathered.classes) {
    all += times;
    if (isOf(fate, name)) affected += times;
  }
  if (all > 0) listener.connections++;
  listener.messages += all;
  listener.affected += affected;
  const received: [number, number] = [0, 0];
  let affectedOnes = 0;
  let last = 0;
  for (const { side, class: name, cause, frames } of gathered.messages) {
    received[side]++;
    if (!isOf(fate, name)) continue;
    if (side === 0) affectedOnes++;
    // Of a message that is both, the cause is that of its being split.
    if (cause !== null && (fate === 'split' || name === 'sticky')) {
      listener.causes.set(cause, (listener.causes.get(cause) ?? 0) + 1);
    }
    for (const frame of frames) {
      if (frame === last) continue;
      last = frame;
      listener.frameCount++;
      if (listener.frames.length < MAX_EVIDENCE_FRAMES) listener.frames.push(frame);
    }
  }
  countAnswers(listener.answers, received, affectedOnes > 0);
}

function countAnswers(answers: Answers, [asked, answered]: readonly [number, number], isAffected: boolean): void {
  if (asked === 0) return;
  const isAnswered = answered >= asked;
  if (isAffected) answers[isAnswered ? 'affectedAnswered' : 'affectedUnanswered']++;
  else answers[isAnswered ? 'wholeAnswered' : 'wholeUnanswered']++;
}

const MIN_CONNECTIONS = 3;

/** Where every message that came whole was answered, and on most connections where others came, not all were. */
function hasTrouble({ answers }: MessageListener): boolean {
  const { wholeAnswered, wholeUnanswered, affectedAnswered, affectedUnanswered } = answers;
  return (
    wholeAnswered >= MIN_CONNECTIONS &&
    wholeUnanswered === 0 &&
    affectedUnanswered >= MIN_CONNECTIONS &&
    affectedAnswered < affectedUnanswered
  );
}

/** `12 mss, 3 window`, the most frequent first. */
const causesText = ({ causes }: MessageListener): string =>
  [...causes]
    .toSorted((a, b) => b[1] - a[1])
    .map(([cause, times]) => `${times} ${cause}`)
    .join(', ');

function measuredOf(listener: MessageListener): Record<string, number | string> {
  const { connections, messages, affected, framing, answers } = listener;
  const trouble = hasTrouble(listener) ? { ...answers } : {};
  return { framing, connections, messages, affected, causes: causesText(listener), ...trouble };
}

/** `what` happened to the affected ones; `others` are those that came otherwise, all of which were answered. */
export function claimOf(listener: MessageListener, what: string, others: string): Claim {
  const { name, messages, affected, frameCount, frames, framing } = listener;
  const isTrouble = hasTrouble(listener);
  const causes = causesText(listener);
  const why = causes === '' ? '' : ` (${causes})`;
  const trouble = isTrouble ? `; the server left some unanswered, but none of those that came ${others}` : '';
  return {
    severity: isTrouble ? 'warning' : 'info',
    confidence: isTrouble ? 0.7 : 0.95,
    summary: `${name}  ${affected} of ${messages} messages ${what}${why}${trouble}`,
    frameCount,
    frames: frames.slice(0, 100),
    measured: measuredOf(listener),
    against: isTrouble ? ['a protocol in which not every message has an answer looks the same'] : [],
    unknowable: ['how the receiver reads', 'whether the framing that was given is the right one'],
    displayFilter: framesFilter(frames),
    about: `${name} ${framing}`,
  };
}
