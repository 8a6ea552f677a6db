/** What is known of the losses of one end, as plain values: counts, times, and the most costly events. */
import { seqDiff } from '../../bytes/sequence.ts';
import { type AnalysisRows, Field, endAt } from '../analysis/rows.ts';
import { elapsed } from '../life/moment.ts';
import { Cause } from './causes.ts';
import type { RecoveryEvent } from './events.ts';
import { At, type RecoveryRows, State, Sum, offsetOf } from './rows.ts';

export interface Recovery {
  /** Segments sent again, and their payload. */
  readonly resentSegments: number;
  readonly resentBytes: number;
  /** Of these, by cause: see `causes.ts`. They add up to `resentSegments`. */
  readonly fastRetransmits: number;
  readonly sackRetransmits: number;
  readonly partialAckRetransmits: number;
  readonly timeouts: number;
  readonly afterTimeout: number;
  readonly tailLossProbes: number;
  readonly pathMtuResends: number;
  readonly unexplained: number;
  /** Of these, proved to be needless. */
  readonly spurious: number;
  /** Transmissions lost before the point of capture, and behind it: all of `resentSegments` that are neither spurious nor bare FINs. */
  readonly lostBeforeTap: number;
  readonly lostAfterTap: number;
  /** Segments that others overtook before the point of capture: most of them, bytes, and the longest time. */
  readonly reordered: number;
  readonly reorderDistanceSegments: number;
  readonly reorderDistanceBytes: number;
  readonly reorderDistanceSeconds: number;
  /** The same behind it, as the receiver's SACK blocks tell: segments that arrived late without having been sent again. */
  readonly reorderedBehindTap: number;
  readonly behindTapDistanceSegments: number;
  readonly behindTapDistanceBytes: number;
  readonly behindTapDistanceSeconds: number;
  /** The ACK that reported the first of them; 0 for none. */
  readonly behindTapFrame: number;
  /** Packets that the capture has twice, and those that the network doubled. */
  readonly captureDuplicates: number;
  readonly networkDuplicates: number;
  /** Ranges that the peer acknowledged and the capture lacks. */
  readonly captureGaps: number;
  readonly captureGapBytes: number;
  /** From the first sign of a loss to the ACK of everything that was on its way then, all recoveries together. */
  readonly recoverySeconds: number;
  /** Waits for the retransmission timer, together, and the longest of these and of probes. */
  readonly timeoutSeconds: number;
  readonly longestWaitSeconds: number;
  /** Some holes were joined for want of room: `lostBeforeTap` may hold what belongs to `lostAfterTap`. */
  readonly holesForgotten: boolean;
}

/** Its keys, in their order. */
export const recoveryKeys = [
  'resentSegments',
  'resentBytes',
  'fastRetransmits',
  'sackRetransmits',
  'partialAckRetransmits',
  'timeouts',
  'afterTimeout',
  'tailLossProbes',
  'pathMtuResends',
  'unexplained',
  'spurious',
  'lostBeforeTap',
  'lostAfterTap',
  'reordered',
  'reorderDistanceSegments',
  'reorderDistanceBytes',
  'reorderDistanceSeconds',
  'reorderedBehindTap',
  'behindTapDistanceSegments',
  'behindTapDistanceBytes',
  'behindTapDistanceSeconds',
  'behindTapFrame',
  'captureDuplicates',
  'networkDuplicates',
  'captureGaps',
  'captureGapBytes',
  'recoverySeconds',
  'timeoutSeconds',
  'longestWaitSeconds',
  'holesForgotten',
] as const satisfies readonly (keyof Recovery)[];

/** Null for an end without anything of the kind. */
export function recoveryOf(analysis: AnalysisRows, row: number, side: number): Recovery | null {
  const r = offsetAt(analysis, row, side);
  if (r < 0) return null;
  const pending = pendingGap(analysis, row, side, r);
  const { recovery: rows } = analysis;
  const { words } = rows;
  const count = (cause: number): number => words[r + At.count + cause]!;
  const doubles = count(Cause.duplicate);
  const network = words[r + At.networkDuplicates]!;
  const found: Recovery = {
    resentSegments: sumOf(words, r),
    resentBytes: rows.total(r, Sum.resentBytes),
    fastRetransmits: count(Cause.fast),
    sackRetransmits: count(Cause.sack),
    partialAckRetransmits: count(Cause.partial),
    timeouts: count(Cause.timeout),
    afterTimeout: count(Cause.afterTimeout),
    tailLossProbes: count(Cause.probe),
    pathMtuResends: count(Cause.pathMtu),
    unexplained: count(Cause.unexplained),
    spurious: words[r + At.spurious]!,
    lostBeforeTap: words[r + At.beforeTap]!,
    lostAfterTap: words[r + At.afterTap]!,
    reordered: count(Cause.reordered),
    reorderDistanceSegments: words[r + At.overtakenBy]!,
    reorderDistanceBytes: words[r + At.overtakenBytes]!,
    reorderDistanceSeconds: rows.total(r, Sum.overtaken) / 1e9,
    reorderedBehindTap: words[r + At.behind]!,
    behindTapDistanceSegments: words[r + At.behindSegments]!,
    behindTapDistanceBytes: words[r + At.behindBytes]!,
    behindTapDistanceSeconds: rows.total(r, Sum.behind) / 1e9,
    behindTapFrame: words[r + At.behindFrame]! >>> 0,
    captureDuplicates: doubles - network,
    networkDuplicates: network,
    captureGaps: words[r + At.gaps]! + (pending > 0 ? 1 : 0),
    captureGapBytes: rows.total(r, Sum.gapBytes) + pending,
    recoverySeconds: (rows.total(r, Sum.recovery) + unfinished(rows, r)) / 1e9,
    timeoutSeconds: rows.total(r, Sum.timeouts) / 1e9,
    longestWaitSeconds: rows.total(r, Sum.longest) / 1e9,
    holesForgotten: (words[r + At.state]! & State.forgot) !== 0,
  };
  const { resentSegments, reordered, captureDuplicates, networkDuplicates, captureGaps } = found;
  const seen = resentSegments + reordered + captureDuplicates + networkDuplicates + captureGaps;
  return seen + found.reorderedBehindTap === 0 ? null : found;
}

/** Offset of the end's row; -1 for none. */
function offsetAt({ words }: AnalysisRows, row: number, side: number): number {
  const number = words[endAt(row, side) + Field.recovery]!;
  return number === 0 ? -1 : offsetOf(number);
}

function sumOf(words: Int32Array, r: number): number {
  let sum = 0;
  for (let cause = 1; cause <= Cause.unexplained; cause++) sum += words[r + At.count + cause]!;
  return sum;
}

/** A keep-alive starts one number early, and so does an end that is first seen with one. */
const KEEP_ALIVE = 1;

/** Bytes behind all that was seen that the peer acknowledged all the same. */
function pendingGap({ words, recovery }: AnalysisRows, row: number, side: number, r: number): number {
  if ((recovery.words[r + At.state]! & State.unseen) === 0) return 0;
  const bytes = seqDiff(recovery.words[r + At.unseenAck]!, words[endAt(row, side) + Field.next]!);
  return bytes > KEEP_ALIVE ? bytes : 0;
}

/** Nanoseconds of a recovery that the capture does not see the end of: up to the newest segment sent again. */
function unfinished({ words }: RecoveryRows, r: number): number {
  if ((words[r + At.state]! & State.open) === 0) return 0;
  const time = (at: number): { seconds: number; nanoseconds: number } => ({
    seconds: words[at]! >>> 0,
    nanoseconds: words[at + 1]!,
  });
  return Math.max(0, 1e9 * elapsed(time(r + At.startTime), time(r + At.resentTime)));
}

/** Events of the end, in order of frames. */
export function eventsOf(analysis: AnalysisRows, row: number, side: number): RecoveryEvent[] {
  const r = offsetAt(analysis, row, side);
  return r < 0 ? [] : analysis.recovery.events.read(analysis.recovery.words[r + At.event]!);
}

/** A large segment that did not come through. */
export interface Stuck {
  /** Frame in which it was sent again first; payload bytes; how often that was. */
  readonly frame: number;
  /** As on the wire, signed. */
  readonly sequence: number;
  readonly payloadBytes: number;
  readonly times: number;
  /** Answers of the receiver meanwhile, none of which acknowledged it. */
  readonly answers: number;
  /** Payload of a smaller segment in its place that came through; 0 for none. */
  readonly shrunkTo: number;
}

/** Null when nothing is stuck, and nothing came through only when it was made smaller. */
export function stuckOf(analysis: AnalysisRows, row: number, side: number): Stuck | null {
  const r = offsetAt(analysis, row, side);
  if (r < 0) return null;
  const { words } = analysis.recovery;
  const shrunk = (words[r + At.state]! & State.shrunk) !== 0;
  const waits = analysis.words[endAt(row, side ^ 1) + Field.lastAck] === words[r + At.stuckSequence];
  if (words[r + At.stuckTimes] === 0 || (!shrunk && !waits)) return null;
  return {
    frame: words[r + At.stuckFrame]! >>> 0,
    sequence: words[r + At.stuckSequence]!,
    payloadBytes: words[r + At.stuckLength]!,
    times: words[r + At.stuckTimes]!,
    answers: words[r + At.stuckAnswers]!,
    shrunkTo: shrunk ? words[r + At.shrunkTo]! : 0,
  };
}
