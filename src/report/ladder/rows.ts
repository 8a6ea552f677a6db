/** Rungs -> rows of the documents: numbers counted from where each end began, windows scaled, times as text. */
import type { LadderSegment } from '../../flow/ladder/segments.ts';
import { Mark } from '../../flow/analysis/marks.ts';
import { mssOf, offersOf, windowShiftOf } from '../../wire/tcp-options.ts';
import { ACK, SYN } from '../../wire/tcp.ts';
import { type SegmentMeasure, Unacknowledged } from '../../flow/measure/unacknowledged.ts';
import { isoTime } from '../times.ts';
import { type SegmentRow, type SegmentRung, type SynOptions, sideNames } from './model.ts';
import { rungsOf } from './rungs.ts';
import { type Subject, sinceStart } from './subject.ts';

/** Rows of all segments, made one at a time. */
export function* segmentRows(subject: Subject): Generator<SegmentRow> {
  const measured = subject.isUdp ? null : new Unacknowledged();
  const resent = plainlyResent(subject);
  for (const rung of rungsOf(subject)) {
    if (rung.kind === 'left-out') measured?.forget();
    if (rung.kind === 'segment')
      yield rowOf(subject, rung, measured?.see(rung.segment, resent.has(rung.segment.frame)));
  }
}

/** Frames with the mark of a retransmission that is neither fast nor spurious, as far as they are kept. */
function plainlyResent({ connections, id, isUdp }: Subject): ReadonlySet<number> {
  if (isUdp) return new Set();
  const kinds = Mark.retransmission | Mark.fastRetransmission | Mark.spuriousRetransmission;
  const marked = [0, 1].flatMap((side) => connections.markedFrames(id, side));
  return new Set(marked.filter(({ marks }) => (marks & kinds) === Mark.retransmission).map(({ frame }) => frame));
}

/** `measure` is left out where only a row for people is wanted. */
export function rowOf(subject: Subject, rung: SegmentRung, measure?: SegmentMeasure): SegmentRow {
  const { segment: s, states, facts } = rung;
  if (subject.isUdp) return datagramRow(subject, s, facts);
  const row = plainRow(subject, s);
  if (measure !== undefined) addMeasure(row, measure);
  if (rung.rto !== null) row.rtoEstimateSeconds = rung.rto;
  if (s.options !== 0) row.options = optionsOf(s.options);
  if (states !== null) row.states = states;
  row.facts = facts;
  return row;
}

function addMeasure(row: DraftRow, measure: SegmentMeasure): void {
  const { acksFrame, rtt, bytesInFlight, pushBytes, rtoFrame, rto } = measure;
  if (acksFrame !== 0) row.acksFrame = acksFrame;
  if (rtt !== 0) row.rttSeconds = rtt / 1e9;
  if (bytesInFlight !== 0) {
    row.bytesInFlight = bytesInFlight;
    row.pushBytes = pushBytes;
  }
  if (rtoFrame === 0) return;
  row.rtoFrame = rtoFrame;
  row.rtoSeconds = rto / 1e9;
}

/** Keys are put in one after the other, in the order of the contract: spreading objects takes most of the time. */
type DraftRow = { -readonly [Key in keyof SegmentRow]: SegmentRow[Key] };

function datagramRow(subject: Subject, s: LadderSegment, facts: SegmentRow['facts']): SegmentRow {
  const relativeSeconds = sinceStart(subject, s);
  return {
    frame: s.frame,
    time: relativeSeconds === null ? null : isoTime(s.seconds, s.nanoseconds),
    relativeSeconds,
    side: sideNames[s.side],
    payloadBytes: s.payloadLength,
    facts,
  };
}

/** `facts` go in last. */
function plainRow(subject: Subject, s: LadderSegment): DraftRow {
  const { bases, shifts } = subject;
  const relativeSeconds = sinceStart(subject, s);
  // The window of a SYN is never scaled (RFC 7323 section 2.2).
  const shift = (s.flags & SYN) !== 0 ? 0 : shifts[s.side];
  return {
    frame: s.frame,
    time: relativeSeconds === null ? null : isoTime(s.seconds, s.nanoseconds),
    relativeSeconds,
    side: sideNames[s.side],
    flags: flagLists[s.flags]!,
    relativeSequence: (s.sequence - bases[s.side]) >>> 0,
    relativeAcknowledgment: (s.flags & ACK) === 0 ? null : (s.acknowledgment - bases[s.side ^ 1]!) >>> 0,
    payloadBytes: s.payloadLength,
    windowField: s.windowField,
    window: shift === null ? null : s.windowField * 2 ** shift,
  } as DraftRow;
}

/** From the lowest bit (RFC 9293 section 3.1, RFC 3168). */
export const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;

/** Lists by flags, made once. */
const flagLists: readonly (readonly string[])[] = Array.from({ length: 256 }, (_, flags) =>
  flagNames.filter((_name, bit) => (flags & (1 << bit)) !== 0),
);

const optionsOf = (summary: number): SynOptions => ({
  mss: mssOf(summary),
  windowShift: windowShiftOf(summary),
  offers: offersOf(summary),
});
