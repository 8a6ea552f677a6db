/** Rounds of a flight -> phases of congestion control (RFC 5681), as far as the flight tells them. */
import type { Round } from './flights.ts';

/** In words: see docs/waiting.md. */
export const phaseNames = ['slow-start', 'avoidance', 'steady', 'recovery', 'restart', 'less'] as const;
export type PhaseName = (typeof phaseNames)[number];

export interface Phase {
  readonly phase: PhaseName;
  /** Seconds from the first segment that was given. */
  readonly start: number;
  end: number;
  rounds: number;
  /** Most bytes on their way in its first and in its last round. */
  readonly fromFlight: number;
  toFlight: number;
  /** Segments sent again. */
  resent: number;
  readonly firstFrame: number;
  lastFrame: number;
}

/** Slow start doubles the flight in a round, or makes it half as large again where ACKs are delayed; avoidance adds a segment. */
const SLOW_START_GROWTH = 1.4;

/** `mss`: bytes of a segment. */
export function phasesOf(rounds: readonly Round[], mss: number): Phase[] {
  const phases: Phase[] = [];
  rounds.forEach((round, i) => {
    const phase = phaseOf(round, rounds[i - 1], mss);
    const last = phases.at(-1);
    if (last?.phase === phase && phase !== 'restart') extend(last, round);
    else phases.push(begun(phase, round));
  });
  return phases;
}

function phaseOf({ flight, resent, afterPause }: Round, before: Round | undefined, mss: number): PhaseName {
  if (resent > 0) return 'recovery';
  if (before === undefined) return 'slow-start';
  if (afterPause) return flight < before.flight ? 'restart' : 'steady';
  if (before.resent > 0) return 'avoidance';
  if (flight >= SLOW_START_GROWTH * before.flight) return 'slow-start';
  if (flight >= before.flight + mss / 2) return 'avoidance';
  return flight < before.flight - mss ? 'less' : 'steady';
}

const begun = (phase: PhaseName, round: Round): Phase => ({
  phase,
  start: round.start,
  end: round.end,
  rounds: 1,
  fromFlight: round.flight,
  toFlight: round.flight,
  resent: round.resent,
  firstFrame: round.firstFrame,
  lastFrame: round.lastFrame,
});

function extend(phase: Phase, round: Round): void {
  phase.end = round.end;
  phase.rounds++;
  phase.toFlight = round.flight;
  phase.resent += round.resent;
  phase.lastFrame = round.lastFrame;
}
