/** The kept segments of a connection, with what is worth knowing of them all before they are replayed one by one. */
import { seqDiff } from '../../bytes/sequence.ts';
import { ACK, FIN, RST, SYN } from '../../wire/tcp.ts';
import type { Connections } from '../connections.ts';
import { Life, type Milestone, segmentLength } from '../milestones.ts';
import { Meta, Word } from '../records.ts';
import { type Moment, elapsed } from './moment.ts';

export type Side = 0 | 1;
type Pair<T> = readonly [originator: T, responder: T];

export interface Story {
  /** In the order of the capture. */
  readonly segments: readonly Milestone[];
  /** Segments were left out because a limit was reached. */
  readonly cut: boolean;
  /** Frames that each end sent. */
  readonly frames: Pair<number>;
  /** Initial sequence number by each end's SYN or SYN-ACK; null unless seen. */
  readonly iss: Pair<number | null>;
  /** Number behind each end's FIN; null when it sent none. */
  readonly finEnd: Pair<number | null>;
  /** Index in `segments` of each end's last SYN-ACK and last FIN, -1 for none. */
  readonly lastSynAck: Pair<number>;
  readonly lastFin: Pair<number>;
  readonly start: Moment;
  readonly end: Moment;
}

export const isSyn = (s: Milestone): boolean => (s.flags & (SYN | ACK | RST)) === SYN;
export const isSynAck = (s: Milestone): boolean => (s.flags & (SYN | ACK | RST)) === (SYN | ACK);
export const isReset = (s: Milestone): boolean => (s.flags & RST) !== 0;
export const isFin = (s: Milestone): boolean => (s.flags & (FIN | RST)) === FIN;
/** Carries an acknowledgment, and neither opens nor resets. */
export const isPlainAck = (s: Milestone): boolean => (s.flags & (ACK | SYN | RST)) === ACK;

/** Number behind the segment. */
export const endOf = (s: Milestone): number => (s.sequence + segmentLength(s.flags, s.payloadLength)) | 0;

/** The segment acknowledges everything before `number`. */
export const acknowledges = (s: Milestone, number: number): boolean =>
  (s.flags & ACK) !== 0 && seqDiff(s.acknowledgment, number) >= 0;

/** Frames that a capture holds twice (two interfaces, both sides of a router) follow each other faster than any timer. */
export const COPY_SECONDS = 0.1;

/** Segments of `side` that pass `test`, without copies of the one before. */
export const transmissions = ({ segments }: Story, side: Side, test: (s: Milestone) => boolean): Milestone[] =>
  segments.filter((s, i) => s.side === side && test(s) && !isCopy(s, segments[i - 1]));

const isCopy = (s: Milestone, before: Milestone | undefined): boolean =>
  before !== undefined &&
  before.side === s.side &&
  before.flags === s.flags &&
  before.sequence === s.sequence &&
  Math.abs(elapsed(before, s)) <= COPY_SECONDS;

export function storyOf(c: Connections, id: number): Story {
  const segments = segmentsOf(c, id);
  const last = (side: Side, test: (s: Milestone) => boolean): number =>
    segments.findLastIndex((s) => s.side === side && test(s));
  const iss = (side: Side): number | null =>
    segments.find((s) => s.side === side && (isSyn(s) || isSynAck(s)))?.sequence ?? null;
  const finEnd = (side: Side): number | null => {
    const fin = segments[last(side, isFin)];
    return fin === undefined ? null : endOf(fin);
  };
  return {
    segments,
    cut: (c.word(id, Word.life) & Life.cut) !== 0,
    frames: [c.frames(id, 0), c.frames(id, 1)],
    iss: [iss(0), iss(1)],
    finEnd: [finEnd(0), finEnd(1)],
    lastSynAck: [last(0, isSynAck), last(1, isSynAck)],
    lastFin: [last(0, isFin), last(1, isFin)],
    start: { seconds: c.word(id, Word.startSeconds) >>> 0, nanoseconds: c.word(id, Word.startNanoseconds) },
    end: { seconds: c.word(id, Word.endSeconds) >>> 0, nanoseconds: c.word(id, Word.endNanoseconds) },
  };
}

/** A bare first segment has no entry: the record tells what it was. */
function segmentsOf(c: Connections, id: number): Milestone[] {
  const kept = c.tracker.table.records.milestones.read(c.word(id, Word.milestone));
  const life = c.word(id, Word.life);
  if ((life & Life.bare) === 0) return kept;
  const flags = life & Life.flagsMask;
  const side: Side = (c.word(id, Word.meta) & Meta.flipped) !== 0 ? 1 : 0;
  const base = c.word(id, Word.isnA + side);
  const first: Milestone = {
    side,
    frame: c.word(id, Word.firstFrame) >>> 0,
    seconds: c.word(id, Word.startSeconds) >>> 0,
    nanoseconds: c.word(id, Word.startNanoseconds),
    flags,
    sequence: (flags & SYN) !== 0 ? base : (base + 1) | 0,
    acknowledgment: (flags & ACK) !== 0 ? (c.word(id, Word.isnA + (side ^ 1)) + 1) | 0 : 0,
    payloadLength: 0,
    windowField: null,
    ttl: c.word(id, Word.hopsA + side) & 255,
    oddTtl: false,
    idleMilliseconds: 0,
    sndNxt: null,
    acked: null,
    newlyAcks: false,
  };
  return [first, ...kept];
}
