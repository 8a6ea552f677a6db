/** The rungs of a ladder, from top to bottom; made one at a time, since a connection may have a million segments. */
import type { LadderSegment } from '../../flow/ladder/segments.ts';
import { isBefore } from '../../flow/life/moment.ts';
import type { Transition } from '../../flow/life/replay.ts';
import type { State } from '../../flow/life/states.ts';
import {
  mssOf,
  offersFastOpen,
  offersMultipath,
  offersSack,
  offersTimestamps,
  windowShiftOf,
} from '../../wire/tcp-options.ts';
import { ACK, SYN } from '../../wire/tcp.ts';
import { isoTime } from '../times.ts';
import { tellClosing } from './closing.ts';
import { type Fact, type FactId, type Rung, type SegmentRow, type SynOptions, sideNames } from './model.ts';
import { tellOpening } from './opening.ts';
import { Progress, silenceLimit } from './progress.ts';
import { type Subject, sinceStart } from './subject.ts';

export function* rungsOf(subject: Subject): Generator<Rung> {
  const { segments, life } = subject;
  const maker = new RowMaker(subject);
  const timers = (life?.transitions ?? []).filter((t) => t.frame === null);
  const due = function* (until?: LadderSegment): Generator<Rung> {
    while (timers.length > 0 && (until === undefined || isBefore(timers[0]!, until))) {
      const transition = timers.shift()!;
      yield { kind: 'timer', transition, relativeSeconds: sinceStart(subject, transition) ?? 0 };
    }
  };
  for (const segment of segments.first()) {
    yield* due(segment);
    yield maker.rung(segment);
  }
  if (segments.leftOut > 0) {
    maker.forget();
    yield { kind: 'left-out', segments: segments.leftOut };
  }
  for (const segment of segments.last()) {
    yield* due(segment);
    yield maker.rung(segment);
  }
  yield* due();
}

/** Rows of all segments. */
export function* segmentRows(subject: Subject): Generator<SegmentRow> {
  for (const rung of rungsOf(subject)) if (rung.kind === 'segment') yield rung.row;
}

const repeats: ReadonlySet<FactId> = new Set(['syn-resent', 'syn-ack-resent', 'fin-resent', 'resent']);

type States = { originator?: State; responder?: State };

class RowMaker {
  readonly #subject: Subject;
  readonly #progress: Progress;
  /** By frame, which rises: what was passed is dropped. */
  readonly #transitions: readonly Transition[];
  #passed = 0;
  readonly #told = new Map<number, Fact[]>();
  #isFirst = true;

  constructor(subject: Subject) {
    const { life, durationSeconds } = subject;
    this.#subject = subject;
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
  }

  forget(): void {
    this.#progress.forget();
  }

  rung(s: LadderSegment): Rung {
    const states = this.#statesAt(s.frame);
    const turns = Object.keys(states).length > 0;
    const shown = this.#isFirst ? { ...this.#firstStates(), ...states } : states;
    this.#isFirst = false;
    return { kind: 'segment', row: this.#row(s, shown), turns };
  }

  #row(s: LadderSegment, states: States): SegmentRow {
    const subject = this.#subject;
    const head = {
      frame: s.frame,
      time: sinceStart(subject, s) === null ? null : isoTime(s.seconds, s.nanoseconds),
      relativeSeconds: sinceStart(subject, s),
      side: sideNames[s.side],
    };
    const facts = this.#factsOf(s);
    if (subject.isUdp) return { ...head, payloadBytes: s.payloadLength, facts };
    return {
      ...head,
      ...numbersOf(subject, s),
      ...(s.options === 0 ? {} : { options: optionsOf(s.options) }),
      ...(Object.keys(states).length === 0 ? {} : { states }),
      facts,
    };
  }

  #factsOf(s: LadderSegment): Fact[] {
    const pause = this.#progress.pause(s);
    if (this.#subject.isUdp) return pause;
    const facts = [...(this.#told.get(s.frame) ?? []), ...this.#progress.see(s)];
    // What is sent again says itself how long its sender waited.
    return facts.some(({ id }) => repeats.has(id)) ? facts : [...pause, ...facts];
  }

  #statesAt(frame: number): States {
    const states: States = {};
    for (; this.#passed < this.#transitions.length; this.#passed++) {
      const { side, to, frame: at } = this.#transitions[this.#passed]!;
      if (at! > frame) break;
      if (at === frame) states[sideNames[side]] = to;
    }
    return states;
  }

  #firstStates(): States {
    const initial = this.#subject.life?.initial;
    return initial === undefined ? {} : { originator: initial[0], responder: initial[1] };
  }
}

function numbersOf(
  { bases, shifts }: Subject,
  s: LadderSegment,
): Pick<
  SegmentRow,
  'flags' | 'relativeSequence' | 'relativeAcknowledgment' | 'payloadBytes' | 'windowField' | 'window'
> {
  // The window of a SYN is never scaled (RFC 7323 section 2.2).
  const shift = (s.flags & SYN) !== 0 ? 0 : shifts[s.side];
  return {
    flags: flagNames.filter((_, bit) => (s.flags & (1 << bit)) !== 0),
    relativeSequence: (s.sequence - bases[s.side]) >>> 0,
    relativeAcknowledgment: (s.flags & ACK) === 0 ? null : (s.acknowledgment - bases[s.side ^ 1]!) >>> 0,
    payloadBytes: s.payloadLength,
    windowField: s.windowField,
    window: shift === null ? null : s.windowField * 2 ** shift,
  };
}

/** From the lowest bit (RFC 9293 section 3.1, RFC 3168). */
export const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;

const optionsOf = (summary: number): SynOptions => ({
  mss: mssOf(summary),
  windowShift: windowShiftOf(summary),
  sack: offersSack(summary),
  timestamps: offersTimestamps(summary),
  fastOpen: offersFastOpen(summary),
  multipath: offersMultipath(summary),
});
