/** Both directions of a connection: segments in the order of the capture -> bytes in order. */
import { ACK, RST } from '../wire/tcp.ts';
import { Budget } from './budget.ts';
import { Direction } from './direction.ts';
import { DEFAULT_POLICY, type OverlapPolicy } from './overlap.ts';
import { Sending } from './sending.ts';
import { type Arrival, type Side, type StreamSegment, type StreamSink, otherSide } from './segment.ts';

export interface StreamOptions {
  /** Whose bytes win where segments overlap behind a hole. */
  readonly policy?: OverlapPolicy;
  /** Memory shared with other streams. */
  readonly budget?: Budget;
  /** Asks how segments came to be sent, and whether what comes again is what was delivered; false costs a fifth. */
  readonly judges?: boolean;
}

export class Stream {
  readonly directions: readonly [Direction, Direction];
  /** The last window field of each end; -1 before its first segment. */
  readonly #window: [number, number] = [-1, -1];
  readonly #sending: Sending | null;
  /** The last segment, for what is told when nothing more comes. */
  readonly #last = { frame: 0, seconds: 0, nanoseconds: 0 };
  /** It was a reset. */
  wasReset = false;

  constructor(sink: StreamSink, options: StreamOptions = {}) {
    const { policy = DEFAULT_POLICY, budget = new Budget(), judges = true } = options;
    const direction = (side: Side): Direction => new Direction(side, sink, policy, budget, judges);
    this.#sending = judges ? new Sending() : null;
    this.directions = [direction(0), direction(1)];
  }

  /** Takes a segment; nothing of it is held, but for a copy of bytes that come early. */
  take(s: StreamSegment): void {
    const peer = otherSide(s.side);
    this.#sending?.see(s);
    if ((s.flags & ACK) !== 0) this.directions[peer].acknowledged(s.acknowledgment, s);
    this.directions[s.side].take(s, this.#window[peer] === 0, this.#sending);
    this.#window[s.side] = s.windowField;
    this.wasReset = (s.flags & RST) !== 0;
    this.#remember(s);
  }

  get ended(): boolean {
    return this.directions[0].ended && this.directions[1].ended;
  }

  /** Nothing is wanted any more: memory is given back. */
  release(): void {
    for (const direction of this.directions) direction.release();
  }

  /** Nothing more comes. */
  finish(): void {
    for (const direction of this.directions) direction.finish(this.#last);
  }

  #remember({ frame, seconds, nanoseconds }: Arrival): void {
    this.#last.frame = frame;
    this.#last.seconds = seconds;
    this.#last.nanoseconds = nanoseconds;
  }
}
