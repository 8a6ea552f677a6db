/**
 * Events of recovery, one for each segment that was resent, overtaken or doubled: the most costly ones of each end.
 */
import { Arena } from '../../bytes/arena.ts';
import { MAX_EVENTS, MAX_EVENTS_EACH } from '../limits.ts';
import { Cause, type CauseName, type ProofName, causeName, proofName } from './causes.ts';

const WORDS = 12;
const Entry = {
  /** The end's entry before this one, counted from 1. */
  previous: 0,
  frame: 1,
  seconds: 2,
  nanoseconds: 3,
  /** Cause in bits 0-7, proof in 8-15, step or 0 in 16-23, `UNSEEN`, `SEEN`. */
  kind: 4,
  trigger: 5,
  sequence: 6,
  length: 7,
  segments: 8,
} as const;
const PROOF_AT = 8;
const STEP_AT = 16;
const UNSEEN = 1 << 24;
const SEEN = 1 << 25;
/** The wait in nanoseconds, as a double. */
const WAIT = 5;

export interface RecoveryEvent {
  readonly frame: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly cause: CauseName;
  /** Frame of the ACK that had it sent; null where none had. */
  readonly triggerFrame: number | null;
  /** Since what should have been acknowledged was known to be late: see docs/recovery.md. */
  readonly waitSeconds: number;
  /** Timeouts in a row, this one included; 0 for what is none. */
  readonly backoff: number;
  /** Signed, as on the wire. */
  readonly sequence: number;
  readonly payloadBytes: number;
  /** Segments that overtook it. */
  readonly segments: number;
  /** Where the transmission before it was lost, seen from the point of capture; null where none was, or nobody knows. */
  readonly lost: 'before' | 'after' | null;
  readonly spurious: ProofName | null;
}

/** What `keep` is told; one object, filled for each event. */
export class Draft {
  frame = 0;
  seconds = 0;
  nanoseconds = 0;
  cause = 0;
  proof = 0;
  trigger = 0;
  step = 0;
  sequence = 0;
  length = 0;
  segments = 0;
  wait = NaN;
  /** The transmission before it was seen; null where that does not matter. */
  seen: boolean | null = null;
}

/** What was sent again outweighs what was not; then the longest waits count. */
const weightOf = (cause: number, wait: number): number => (cause < Cause.reordered ? wait : wait - RESEND_WEIGHT);
const RESEND_WEIGHT = 1e18;

export class Events {
  readonly #store = new Arena(WORDS * 4 * 256);
  #count = 0;
  limitReached = false;
  /** Of each end; more are wanted where somebody looks at single connections. */
  each = MAX_EVENTS_EACH;

  /** Keeps the event for an end with the entry `newest` and `count` of them. Returns its entry; 0 when it is not kept. */
  keep(newest: number, count: number, draft: Draft): number {
    if (count >= this.each) {
      if (this.each > MAX_EVENTS_EACH) {
        // To look for the cheapest of so many would take too long.
        this.limitReached = true;
        return 0;
      }
      const entry = this.#cheapest(newest);
      if (entry === 0 || this.#weight(entry) >= weightOf(draft.cause, draft.wait)) return 0;
      this.#write(entry, draft);
      return entry;
    }
    if (this.#count >= MAX_EVENTS || !this.#store.ensure((this.#count + 1) * WORDS * 4)) {
      this.limitReached = true;
      return 0;
    }
    this.#store.i32[this.#count * WORDS + Entry.previous] = newest;
    this.#write(++this.#count, draft);
    return this.#count;
  }

  #cheapest(newest: number): number {
    let found = 0;
    let least = Infinity;
    const { i32 } = this.#store;
    for (let entry = newest; entry !== 0; entry = i32[(entry - 1) * WORDS + Entry.previous]!) {
      const weight = this.#weight(entry);
      // Of equals the oldest stays.
      if (weight >= least) continue;
      least = weight;
      found = entry;
    }
    return found;
  }

  #weight(entry: number): number {
    const at = (entry - 1) * WORDS;
    return weightOf(this.#store.i32[at + Entry.kind]! & 255, this.#store.f64[at / 2 + WAIT]!);
  }

  #write(entry: number, draft: Draft): void {
    const { i32, f64 } = this.#store;
    const at = (entry - 1) * WORDS;
    const seen = draft.seen === null ? 0 : draft.seen ? SEEN : UNSEEN;
    i32[at + Entry.frame] = draft.frame;
    i32[at + Entry.seconds] = draft.seconds;
    i32[at + Entry.nanoseconds] = draft.nanoseconds;
    i32[at + Entry.kind] = draft.cause | (draft.proof << PROOF_AT) | (Math.min(draft.step, 255) << STEP_AT) | seen;
    i32[at + Entry.trigger] = draft.trigger;
    i32[at + Entry.sequence] = draft.sequence;
    i32[at + Entry.length] = draft.length;
    i32[at + Entry.segments] = draft.segments;
    f64[at / 2 + WAIT] = draft.wait;
  }

  /** A later segment told more of the event of `frame`, unless a costlier one has taken its place. */
  correct(entry: number, frame: number, cause: number, proof: number, step: number): void {
    const words = this.#store.i32;
    const at = (entry - 1) * WORDS;
    if (entry === 0 || words[at + Entry.frame] !== frame) return;
    const seen = words[at + Entry.kind]! & (SEEN | UNSEEN);
    words[at + Entry.kind] = cause | (proof << PROOF_AT) | (Math.min(step, 255) << STEP_AT) | seen;
  }

  /** Of an end with the entry `newest`, in order of frames. */
  read(newest: number): RecoveryEvent[] {
    const list: RecoveryEvent[] = [];
    const words = this.#store.i32;
    for (let entry = newest; entry !== 0; entry = words[(entry - 1) * WORDS + Entry.previous]!) {
      list.push(this.#one((entry - 1) * WORDS));
    }
    return list.toSorted((a, b) => a.frame - b.frame);
  }

  #one(at: number): RecoveryEvent {
    const words = this.#store.i32;
    const kind = words[at + Entry.kind]!;
    const spurious = proofName((kind >>> PROOF_AT) & 255);
    const trigger = words[at + Entry.trigger]! >>> 0;
    const wasLost = spurious === null;
    return {
      frame: words[at + Entry.frame]! >>> 0,
      seconds: words[at + Entry.seconds]! >>> 0,
      nanoseconds: words[at + Entry.nanoseconds]!,
      cause: causeName(kind & 255),
      triggerFrame: trigger === 0 ? null : trigger,
      waitSeconds: this.#store.f64[at / 2 + WAIT]! / 1e9,
      backoff: (kind >>> STEP_AT) & 255,
      sequence: words[at + Entry.sequence]!,
      payloadBytes: words[at + Entry.length]! >>> 0,
      segments: words[at + Entry.segments]!,
      lost: wasLost && (kind & UNSEEN) !== 0 ? 'before' : wasLost && (kind & SEEN) !== 0 ? 'after' : null,
      spurious,
    };
  }
}
