/**
 * How much of an end's data was on its way, round by round, from the segments of one connection: the congestion window as
 * far as it can be inferred. A round lasts until the sender knows that its first segment was acknowledged. What the sender
 * knows lags behind what the capture sees by its half of the round trip (`waits/`): ACKs count from then on.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { ACK, FIN, RST, SYN } from '../../wire/tcp.ts';
import { type Moment, elapsed } from '../life/moment.ts';
import type { LadderSegment } from './segments.ts';

export interface Round {
  /** Seconds from the first segment that was given. */
  readonly start: number;
  readonly end: number;
  /** Most bytes on their way. */
  readonly flight: number;
  /** Payload sent in it, and how many of its segments had been sent before. */
  readonly bytes: number;
  /** Of them: bytes that had not been sent before. */
  readonly freshBytes: number;
  readonly resent: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Everything had been acknowledged when it began, some time ago: the sender had not waited for an ACK. */
  readonly afterPause: boolean;
}

/** Rounds kept; what comes later is left out. */
const MAX_ROUNDS = 10_000;
/** A sender that has nothing on its way and lets this many times the round trip go by did not wait for ACKs. */
const PAUSE_ROUND_TRIPS = 1;

type Draft = { -readonly [Key in keyof Round]: Round[Key] };

/** ACKs on their way to the sender. */
interface Pending {
  readonly at: number;
  readonly number: number;
}

/** `half`, `roundTrip`: seconds; 0 while not known. Segments of both ends in the order of the capture. */
export function roundsOf(segments: Iterable<LadderSegment>, side: 0 | 1, half: number, roundTrip: number): Round[] {
  const follower = new Follower(side, half, roundTrip);
  for (const s of segments) if (!s.broken && !follower.see(s)) break;
  return follower.finish();
}

class Follower {
  readonly #rounds: Round[] = [];
  readonly #acks: Pending[] = [];
  readonly #side: number;
  readonly #half: number;
  readonly #roundTrip: number;
  #first: Moment | null = null;
  #next: number | null = null;
  /** What the sender knows to be acknowledged. */
  #known: number | null = null;
  #draft: Draft | null = null;
  /** The round ends when this is acknowledged. */
  #mark = 0;
  /** When the sender knew that nothing was on its way any more; null while something is. */
  #emptySince: number | null = null;

  constructor(side: number, half: number, roundTrip: number) {
    this.#side = side;
    this.#half = half;
    this.#roundTrip = roundTrip;
  }

  /** False when no more rounds are kept. */
  see(s: LadderSegment): boolean {
    this.#first ??= s;
    const now = elapsed(this.#first, s);
    if (s.side !== this.#side) this.#acknowledge(s, now);
    else if (s.payloadLength > 0) this.#send(s, now);
    else if (this.#next === null && (s.flags & RST) === 0) this.#open(s);
    return this.#rounds.length < MAX_ROUNDS;
  }

  /** Numbers begin behind a SYN, or where the capture begins. */
  #open(s: LadderSegment): void {
    this.#next = (s.sequence + ((s.flags & (SYN | FIN)) === 0 ? 0 : 1)) | 0;
  }

  #acknowledge(s: LadderSegment, now: number): void {
    if ((s.flags & ACK) !== 0) this.#acks.push({ at: now + this.#half, number: s.acknowledgment });
  }

  /** Takes in the ACKs that have reached the sender by now. */
  #learn(now: number): void {
    while (this.#acks.length > 0 && this.#acks[0]!.at <= now + SLACK) {
      const { number, at } = this.#acks.shift()!;
      if (this.#known !== null && seqDiff(number, this.#known) <= 0) continue;
      this.#known = number;
      if (this.#next !== null && seqDiff(number, this.#next) >= 0) this.#emptySince = at;
      if (this.#draft !== null && seqDiff(number, this.#mark) >= 0) this.#close(at);
    }
  }

  #send(s: LadderSegment, now: number): void {
    this.#learn(now);
    const end = (s.sequence + s.payloadLength) | 0;
    this.#next ??= s.sequence;
    const isAgain = seqDiff(s.sequence, this.#next) < 0;
    const fresh = Math.max(0, Math.min(s.payloadLength, seqDiff(end, this.#next)));
    if (seqDiff(end, this.#next) > 0) this.#next = end;
    if (this.#draft === null) this.#begin(s, now, end);
    const draft = this.#draft!;
    draft.end = now;
    draft.lastFrame = s.frame;
    draft.bytes += s.payloadLength;
    draft.freshBytes += fresh;
    if (isAgain) draft.resent++;
    draft.flight = Math.max(draft.flight, seqDiff(this.#next, this.#known ?? s.sequence));
    this.#emptySince = null;
  }

  #begin(s: LadderSegment, now: number, end: number): void {
    const idle = this.#emptySince === null ? 0 : now - this.#emptySince;
    this.#mark = end;
    this.#draft = {
      start: now,
      end: now,
      flight: 0,
      bytes: 0,
      freshBytes: 0,
      resent: 0,
      firstFrame: s.frame,
      lastFrame: s.frame,
      afterPause: this.#rounds.length > 0 && idle > PAUSE_ROUND_TRIPS * this.#roundTrip,
    };
  }

  #close(at: number): void {
    this.#rounds.push({ ...this.#draft!, end: Math.max(this.#draft!.end, at) });
    this.#draft = null;
  }

  finish(): Round[] {
    this.#learn(Infinity);
    if (this.#draft !== null) this.#rounds.push(this.#draft);
    return this.#rounds;
  }
}

/** Data that an ACK lets go may have been captured a little earlier than the least half says. */
const SLACK = 0.0005;
