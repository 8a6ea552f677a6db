/** The rungs of a ladder, from top to bottom; made one at a time, since a connection may have a million segments. */
import { reportText } from '../../flow/icmp-reasons.ts';
import type { LadderSegment } from '../../flow/ladder/segments.ts';
import { isBefore } from '../../flow/life/moment.ts';
import { RetransmissionTimeouts } from '../../flow/measure/rto.ts';
import type { RecoveryEvent } from '../../flow/recovery/events.ts';
import type { Transition } from '../../flow/life/replay.ts';
import { tellClosing } from './closing.ts';
import { MAX_SHOWN_ICMP, SHOWN_ICMP } from './limits.ts';
import { markFacts } from './marks.ts';
import {
  type Fact,
  type FactId,
  type IcmpRung,
  type Rung,
  type SegmentRung,
  type StatePair,
  type TimerRung,
  sideNames,
} from './model.ts';
import { tellOpening } from './opening.ts';
import { Progress, silenceLimit } from './progress.ts';
import { eventFact, eventsByFrame, tellTriggers } from './recovery.ts';
import type { Subject } from './subject.ts';

export function* rungsOf(subject: Subject): Generator<Rung> {
  const { segments } = subject;
  const maker = new RungMaker(subject);
  const between = new Between(subject);
  for (const segment of segments.first()) {
    yield* between.before(segment);
    yield maker.rung(segment);
  }
  if (segments.leftOut > 0) {
    maker.forget();
    yield { kind: 'left-out', segments: segments.leftOut };
  }
  for (const segment of segments.last()) {
    yield* between.before(segment);
    yield maker.rung(segment);
  }
  yield* between.rest();
}

/** What no segment shows: timers in order of time, ICMP errors in order of frames. */
class Between {
  readonly #errors: IcmpRung[];
  readonly #timers: TimerRung[];

  constructor(subject: Subject) {
    this.#errors = icmpRungs(subject);
    this.#timers = (subject.life?.transitions ?? [])
      .filter((t) => t.frame === null)
      .map((transition) => ({ kind: 'timer', transition }));
  }

  *before(segment: LadderSegment): Generator<Rung> {
    while ((this.#errors[0]?.frame ?? Infinity) < segment.frame) yield this.#errors.shift()!;
    while (this.#timers[0] !== undefined && isBefore(this.#timers[0].transition, segment)) yield this.#timers.shift()!;
  }

  *rest(): Generator<Rung> {
    yield* this.#errors;
    yield* this.#timers;
  }
}

/** In order of frames. */
function icmpRungs({ icmp }: Subject): IcmpRung[] {
  const rungs = icmp.flatMap((report) => {
    const all = report.count > SHOWN_ICMP ? ` (${report.count} in all)` : '';
    const text = `ICMP from ${report.reporter}: ${reportText(report)}${all}`;
    return report.frames.slice(0, SHOWN_ICMP).map((frame): IcmpRung => ({ kind: 'icmp', frame, text }));
  });
  return rungs.toSorted((a, b) => a.frame - b.frame).slice(0, MAX_SHOWN_ICMP);
}

/** The window that opens again is an update; a cause says more than how a resend looks, and so do what was overtaken, and how. */
const tellers: Partial<Readonly<Record<FactId, readonly FactId[]>>> = {
  'window-update': ['window-opened'],
  'spurious-retransmission': ['gap-filled', 'resent', 'overtaken', 'duplicate-frame'],
  'fast-retransmission': ['resent', 'overtaken', 'duplicate-frame'],
  'out-of-order': ['resent', 'overtaken', 'duplicate-frame'],
  'duplicate-ack': ['third-duplicate-ack'],
};
const isTold = (id: FactId, seen: readonly Fact[]): boolean =>
  seen.some((fact) => tellers[id]?.includes(fact.id) === true);

const repeats: ReadonlySet<FactId> = new Set(['syn-resent', 'syn-ack-resent', 'fin-resent', 'resent']);

/** The capture stands at the sender when so much of the handshake's round trip is on the receiver's side of it. */
const SENDER_SHARE = 0.5;

class RungMaker {
  readonly #subject: Subject;
  readonly #progress: Progress;
  /** By frame, which rises: what was passed is dropped. */
  readonly #transitions: readonly Transition[];
  #passed = 0;
  readonly #events: ReadonlyMap<number, RecoveryEvent>;
  readonly #told = new Map<number, Fact[]>();
  readonly #marks: ReadonlyMap<number, readonly Fact[]>;
  readonly #timeouts = new RetransmissionTimeouts();
  #isFirst = true;

  constructor(subject: Subject) {
    const { life, durationSeconds } = subject;
    this.#subject = subject;
    this.#events = eventsByFrame(subject);
    this.#marks = subject.isUdp ? new Map() : markFacts(subject.connections, subject.id);
    this.#progress = new Progress(silenceLimit(durationSeconds, life?.handshake.rttSeconds ?? null));
    this.#transitions = (life?.transitions ?? [])
      .filter((t) => t.frame !== null)
      .toSorted((a, b) => a.frame! - b.frame!);
    if (life === null) return;
    const tell = (frame: number, id: FactId, text: string): void => {
      this.#told.set(frame, [...(this.#told.get(frame) ?? []), { id, text }]);
    };
    tellOpening(subject, life, tell);
    tellClosing(subject, life, tell);
    tellTriggers(subject, tell);
  }

  /** Segments were left out. */
  forget(): void {
    this.#progress.forget();
    this.#timeouts.forget();
  }

  rung(segment: LadderSegment): SegmentRung {
    const changed = this.#statesAt(segment.frame);
    const states = this.#isFirst ? this.#firstStates(changed) : changed;
    this.#isFirst = false;
    const rto = this.#timeoutOf(segment);
    return { kind: 'segment', segment, states, turns: changed !== null, facts: this.#factsOf(segment, rto), rto };
  }

  #factsOf(s: LadderSegment, rto: number | null): readonly Fact[] {
    const spoken = this.#subject.spoken.get(s.frame);
    const facts = this.#transportFacts(s, rto);
    return spoken === undefined ? facts : [spoken, ...facts];
  }

  /** The timeout that ran out for the segment. Near the receiver round trips are short, and say nothing of it. */
  #timeoutOf(s: LadderSegment): number | null {
    if (this.#subject.isUdp) return null;
    const isTimeout = this.#events.get(s.frame)?.cause === 'timeout';
    const whole = this.#subject.life?.handshake.rttSeconds ?? null;
    const isNear = whole !== null && (this.#timeouts.smoothed(s.side) ?? 0) >= SENDER_SHARE * whole;
    const rto = isTimeout && isNear ? this.#timeouts.of(s.side) : null;
    this.#timeouts.see(s);
    return rto;
  }

  #transportFacts(s: LadderSegment, rto: number | null): readonly Fact[] {
    const pause = this.#progress.pause(s);
    if (this.#subject.isUdp) return pause;
    const told = this.#told.get(s.frame);
    const seen = this.#explained(s.frame, this.#progress.see(s), rto);
    const plain = told === undefined ? seen : [...told, ...seen];
    const marks = (this.#marks.get(s.frame) ?? []).filter(({ id }) => !isTold(id, plain));
    const facts = marks.length === 0 ? plain : [...plain, ...marks];
    // What is sent again says itself how long its sender waited.
    return pause.length === 0 || facts.some(({ id }) => repeats.has(id)) ? facts : [...pause, ...facts];
  }

  /** Why a segment was sent again is better than that it was. */
  #explained(frame: number, facts: Fact[], rto: number | null): Fact[] {
    const event = this.#events.get(frame);
    if (event === undefined || (event.cause === 'unexplained' && facts.length > 0)) return facts;
    const at = facts.findIndex(({ id }) => id === 'resent' || id === 'gap-filled' || id === 'fin-resent');
    return at < 0 ? [...facts, eventFact(event, rto)] : facts.with(at, eventFact(event, rto, facts[at]));
  }

  #statesAt(frame: number): StatePair | null {
    let states: StatePair | null = null;
    for (; this.#passed < this.#transitions.length; this.#passed++) {
      const { side, to, frame: at } = this.#transitions[this.#passed]!;
      if (at! > frame) break;
      if (at === frame) (states ??= {})[sideNames[side]] = to;
    }
    return states === null ? null : inOrder(states);
  }

  /** The first row shows both ends. */
  #firstStates(changed: StatePair | null): StatePair | null {
    const { life } = this.#subject;
    return life === null ? null : { originator: life.initial[0], responder: life.initial[1], ...changed };
  }
}

/** Keys of documents have one order, whichever end moved first. */
function inOrder(states: StatePair): StatePair {
  const { originator, responder } = states;
  return originator === undefined || responder === undefined ? states : { originator, responder };
}
