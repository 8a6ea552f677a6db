/** A candidate framing tried on the samples of a side: what it makes of them. */
import type { OpenFraming } from '../framing/framing.ts';
import { MAX_SAMPLE_BYTES } from '../limits.ts';
import type { ConnectionSample, Sample } from './sample.ts';

/** Sums over the samples of one side. */
export interface Walk {
  bytes: number;
  /** Bytes up to which the framing had nothing to complain of. */
  explained: number;
  messages: number;
  /** Pauses of the senders in what is explained, and those that fall on the end of a message. */
  pauses: number;
  hits: number;
  /** How often each length occurred, by its decimal digits. */
  readonly lengths: Map<string, number>;
  shortest: number;
  longest: number;
}

export const emptyWalk = (): Walk => ({
  bytes: 0,
  explained: 0,
  messages: 0,
  pauses: 0,
  hits: 0,
  lengths: new Map(),
  shortest: Infinity,
  longest: 0,
});

/** Pushed at once, so that a framing that fails early costs little. */
const SLICE = 1024;

/** Tries a framing on the first `limit` bytes of a sample. `ends` are the ends of its messages. */
export function walkSample(open: OpenFraming, sample: Sample, into: Walk, limit = Infinity): readonly number[] {
  const length = Math.min(sample.bytes.length, limit);
  const ends: number[] = [];
  const failure = { at: -1 };
  const conversation = open({
    message: (_, start, end) => {
      if (failure.at >= 0) return;
      ends.push(end);
      note(into, end - start);
    },
    problem: (_, start) => {
      if (failure.at < 0) failure.at = start;
    },
  });
  for (let at = 0; at < length && failure.at < 0; at += SLICE) {
    conversation.push(0, sample.bytes.subarray(at, Math.min(length, at + SLICE)), at);
  }
  const isWhole = sample.isWhole && length === sample.bytes.length;
  if (isWhole && failure.at < 0) conversation.end(0);
  const pending = conversation.pending(0);
  const explained = failure.at >= 0 ? failure.at : explainedBefore(pending, length, isWhole);
  into.bytes += length;
  into.explained += explained;
  countPauses(sample, ends, explained, into);
  return ends;
}

/**
 * A message without an end explains itself where more would have come, but not when it claims most of a long sample: any
 * large number does.
 */
function explainedBefore(pending: number | null, length: number, isWhole: boolean): number {
  const claims = pending !== null && length >= MAX_SAMPLE_BYTES && 2 * pending < length;
  return pending !== null && (isWhole || claims) ? pending : length;
}

/** Tries a framing on both directions of a connection at once, in the order of arrival. */
export function walkConnection(
  open: OpenFraming,
  { sides, pieces }: ConnectionSample,
  into: readonly [Walk, Walk],
): void {
  const ends: readonly [number[], number[]] = [[], []];
  const failedAt: [number, number] = [-1, -1];
  const conversation = open({
    message: (side, start, end) => {
      if (failedAt[side] >= 0) return;
      ends[side].push(end);
      note(into[side], end - start);
    },
    problem: (side, start) => {
      if (failedAt[side] < 0) failedAt[side] = start;
    },
  });
  for (const { side, at, bytes } of pieces) conversation.push(side, bytes, at);
  for (const side of [0, 1] as const) {
    const { bytes, isWhole } = sides[side];
    const pending = conversation.pending(side);
    const explained = failedAt[side] >= 0 ? failedAt[side] : explainedBefore(pending, bytes.length, isWhole);
    into[side].bytes += bytes.length;
    into[side].explained += explained;
    countPauses(sides[side], ends[side], explained, into[side]);
  }
}

function note(walk: Walk, length: number): void {
  walk.messages++;
  walk.shortest = Math.min(walk.shortest, length);
  walk.longest = Math.max(walk.longest, length);
  const key = String(length);
  walk.lengths.set(key, (walk.lengths.get(key) ?? 0) + 1);
}

function countPauses({ pauses }: Sample, ends: readonly number[], explained: number, into: Walk): void {
  let at = 0;
  for (const pause of pauses) {
    if (pause > explained) return;
    while (at < ends.length && ends[at]! < pause) at++;
    into.pauses++;
    if (ends[at] === pause) into.hits++;
  }
}
