/** Rungs -> rows of the documents: numbers counted from where each end began, windows scaled, times as text. */
import type { LadderSegment } from '../../flow/ladder/segments.ts';
import { mssOf, offersOf, windowShiftOf } from '../../wire/tcp-options.ts';
import { ACK, SYN } from '../../wire/tcp.ts';
import { isoTime } from '../times.ts';
import { type SegmentRow, type SegmentRung, type SynOptions, sideNames } from './model.ts';
import { rungsOf } from './rungs.ts';
import { type Subject, sinceStart } from './subject.ts';

/** Rows of all segments, made one at a time. */
export function* segmentRows(subject: Subject): Generator<SegmentRow> {
  for (const rung of rungsOf(subject)) if (rung.kind === 'segment') yield rowOf(subject, rung);
}

export function rowOf(subject: Subject, { segment: s, states, facts }: SegmentRung): SegmentRow {
  if (subject.isUdp) return datagramRow(subject, s, facts);
  const plain = plainRow(subject, s, facts);
  if (s.options === 0 && states === null) return plain;
  const { facts: last, ...rest } = plain;
  return {
    ...rest,
    ...(s.options === 0 ? {} : { options: optionsOf(s.options) }),
    ...(states === null ? {} : { states }),
    facts: last,
  };
}

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

/** Nearly every row of a long connection is one: written out, since spreading objects takes most of the time. */
function plainRow(subject: Subject, s: LadderSegment, facts: SegmentRow['facts']): SegmentRow {
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
    facts,
  };
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
