/** How an end sent its data: flights, phases and rates of one connection. What is inferred is said to be. */
import { type Round, roundsOf } from '../../flow/ladder/flights.ts';
import { type PhaseName, phasesOf } from '../../flow/ladder/phases.ts';
import type { LadderSegment } from '../../flow/ladder/segments.ts';
import { elapsed } from '../../flow/life/moment.ts';
import { USUAL_MSS } from '../../flow/waits/limits.ts';
import { halfOf, leastRoundTrip } from '../../flow/waits/read.ts';
import { Word } from '../../flow/records.ts';
import { mssOf } from '../../wire/tcp-options.ts';
import type { Subject } from './subject.ts';

export interface Congestion {
  /** Windows and phases are not in any header: they are concluded from what was on its way. */
  readonly inferred: true;
  readonly rounds: number;
  readonly peakFlightBytes: number;
  /** Payload of the rounds, resent segments included, and what came of it in the time from the first to the last ACK. */
  readonly payloadBytes: number;
  readonly goodputBytesPerSecond: number;
  readonly resentSegments: number;
  readonly resentShare: number;
  /** The first `MAX_PHASES`. */
  readonly phases: readonly {
    readonly phase: PhaseName;
    readonly startSeconds: number;
    readonly endSeconds: number;
    readonly rounds: number;
    readonly fromFlightBytes: number;
    readonly toFlightBytes: number;
    readonly resentSegments: number;
    readonly frames: readonly [number, number];
  }[];
  /** Payload sent in even parts of the connection's time. */
  readonly throughput: { readonly intervalSeconds: number; readonly bytes: readonly number[] };
}

/** Phases that are told. */
export const MAX_PHASES = 200;
const INTERVALS = 50;
/** Less is no transfer: there is nothing to conclude from it. */
const LEAST_BYTES = 20_000;
const LEAST_ROUNDS = 2;

/** Null for an end that sent too little. */
export function congestionOf(subject: Subject, side: 0 | 1): Congestion | null {
  const { connections: c, id, segments, isUdp } = subject;
  if (isUdp || c.payloadBytes(id, side) < LEAST_BYTES) return null;
  const rounds = roundsOf(segments.first(), side, halfOf(c, id, side) / 1e9, leastRoundTrip(c, id) / 1e9);
  if (rounds.length < LEAST_ROUNDS) return null;
  const mss = mssOf(c.word(id, Word.optionsA + (side ^ 1))) ?? USUAL_MSS;
  const sent = sentBy(subject, side);
  const resentSegments = sum(rounds, ({ resent }) => resent);
  return {
    inferred: true,
    rounds: rounds.length,
    peakFlightBytes: Math.max(...rounds.map(({ flight }) => flight)),
    payloadBytes: sent.bytes,
    goodputBytesPerSecond: goodput(rounds),
    resentSegments,
    resentShare: sent.segments === 0 ? 0 : resentSegments / sent.segments,
    phases: phasesOf(rounds, mss)
      .slice(0, MAX_PHASES)
      .map((phase) => ({
        phase: phase.phase,
        startSeconds: phase.start,
        endSeconds: phase.end,
        rounds: phase.rounds,
        fromFlightBytes: phase.fromFlight,
        toFlightBytes: phase.toFlight,
        resentSegments: phase.resent,
        frames: [phase.firstFrame, phase.lastFrame] as const,
      })),
    throughput: { intervalSeconds: subject.durationSeconds / INTERVALS, bytes: sent.throughput },
  };
}

const sum = (rounds: readonly Round[], of: (round: Round) => number): number =>
  rounds.reduce((total, round) => total + of(round), 0);

/** New bytes in the time that rounds took: pauses of the application between them do not count. */
function goodput(rounds: readonly Round[]): number {
  const seconds = sum(rounds, ({ start, end }) => end - start);
  const fresh = sum(rounds, ({ freshBytes }) => freshBytes);
  return seconds > 0 ? fresh / seconds : 0;
}

interface Sent {
  readonly bytes: number;
  readonly segments: number;
  readonly throughput: readonly number[];
}

function sentBy({ segments, start, durationSeconds }: Subject, side: number): Sent {
  const throughput = Array.from({ length: INTERVALS }, () => 0);
  let [bytes, count] = [0, 0];
  const add = (s: LadderSegment): void => {
    if (s.side !== side || s.payloadLength === 0) return;
    bytes += s.payloadLength;
    count++;
    const part = durationSeconds > 0 ? elapsed(start, s) / durationSeconds : 0;
    throughput[Math.max(0, Math.min(INTERVALS - 1, Math.floor(part * INTERVALS)))]! += s.payloadLength;
  };
  for (const s of segments.first()) add(s);
  for (const s of segments.last()) add(s);
  return { bytes, segments: count, throughput };
}
