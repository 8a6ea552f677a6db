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
  const relativeSeconds = sinceStart(subject, s);
  const head = {
    frame: s.frame,
    time: relativeSeconds === null ? null : isoTime(s.seconds, s.nanoseconds),
    relativeSeconds,
    side: sideNames[s.side],
  };
  if (subject.isUdp) return { ...head, payloadBytes: s.payloadLength, facts };
  return {
    ...head,
    ...numbersOf(subject, s),
    ...(s.options === 0 ? {} : { options: optionsOf(s.options) }),
    ...(states === null ? {} : { states }),
    facts,
  };
}

type Numbers = 'flags' | 'relativeSequence' | 'relativeAcknowledgment' | 'payloadBytes' | 'windowField' | 'window';

function numbersOf({ bases, shifts }: Subject, s: LadderSegment): Pick<SegmentRow, Numbers> {
  // The window of a SYN is never scaled (RFC 7323 section 2.2).
  const shift = (s.flags & SYN) !== 0 ? 0 : shifts[s.side];
  return {
    flags: flagsOf(s.flags),
    relativeSequence: (s.sequence - bases[s.side]) >>> 0,
    relativeAcknowledgment: (s.flags & ACK) === 0 ? null : (s.acknowledgment - bases[s.side ^ 1]!) >>> 0,
    payloadBytes: s.payloadLength,
    windowField: s.windowField,
    window: shift === null ? null : s.windowField * 2 ** shift,
  };
}

/** From the lowest bit (RFC 9293 section 3.1, RFC 3168). */
export const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;

/** Lists by flags, made once. */
const flagLists: readonly (readonly string[])[] = Array.from({ length: 256 }, (_, flags) =>
  flagNames.filter((_name, bit) => (flags & (1 << bit)) !== 0),
);

const flagsOf = (flags: number): readonly string[] => flagLists[flags]!;

const optionsOf = (summary: number): SynOptions => ({
  mss: mssOf(summary),
  windowShift: windowShiftOf(summary),
  offers: offersOf(summary),
});
