/**
 * Round trip, bytes in flight, pushed bytes and timeout of every segment of one connection, as Wireshark 4.0 defines them
 * (`tcp.analysis.ack_rtt`, `bytes_in_flight`, `push_bytes_sent`, `rto`). For ladders: it takes each segment by itself.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../wire/tcp.ts';
import type { LadderSegment } from '../ladder/segments.ts';
import { MAX_UNACKNOWLEDGED } from '../limits.ts';
import { NO_TIME } from '../records.ts';

export interface SegmentMeasure {
  /** The segment that this one acknowledges, by its frame, and the nanoseconds since it was sent first; 0 for none. */
  acksFrame: number;
  rtt: number;
  /** Sent and not acknowledged, this segment included, less what is selectively acknowledged; 0 when not known. */
  bytesInFlight: number;
  /** Since the last segment that was pushed, this one included; 0 when the flight is not known. */
  pushBytes: number;
  /** Of a plain retransmission: the oldest segment that waits, by its frame, and the nanoseconds since that was sent; 0 for none. */
  rtoFrame: number;
  rto: number;
}

interface Sent {
  readonly frame: number;
  first: number;
  readonly end: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

interface End {
  /** The oldest first. */
  list: Sent[];
  next: number | null;
  /** The segment that `next` is behind. */
  newest: Pick<Sent, 'frame' | 'seconds' | 'nanoseconds'> | null;
  /** False from a hole on, until the peer sends an ACK. */
  isWhole: boolean;
  sacked: number;
  window: number;
  pushed: number;
  hasPushed: boolean;
}

const newEnd = (): End => ({
  list: [],
  next: null,
  newest: null,
  isWhole: true,
  sacked: 0,
  window: -1,
  pushed: 0,
  hasPushed: false,
});

export class Unacknowledged {
  readonly #ends: readonly [End, End] = [newEnd(), newEnd()];

  /** Segments were left out. */
  forget(): void {
    for (const end of this.#ends) Object.assign(end, newEnd());
  }

  /** `isResent`: the segment bears the mark of a retransmission, and neither that of a fast nor of a spurious one. */
  see(s: LadderSegment, isResent = false): SegmentMeasure {
    const own = this.#ends[s.side];
    const peer = this.#ends[s.side ^ 1]!;
    const measure: SegmentMeasure = { acksFrame: 0, rtt: 0, bytesInFlight: 0, pushBytes: 0, rtoFrame: 0, rto: 0 };
    if (s.broken) return measure;
    if ((s.flags & ACK) !== 0) peer.isWhole = true;
    if (isResent) timeOut(own, s, measure);
    place(own, peer, s);
    own.sacked = s.sacked;
    own.window = s.windowField;
    if ((s.flags & ACK) !== 0) acknowledge(peer, s, measure);
    if (s.payloadLength === 0 || own.list.length === 0 || !own.isWhole) return measure;
    // SYN and FIN are no bytes.
    const flight = flightOf(own) - peer.sacked - ((s.flags & (SYN | FIN)) === 0 ? 0 : 1);
    const pushed = push(own, s);
    if (flight <= 0) return measure;
    measure.bytesInFlight = flight;
    measure.pushBytes = pushed;
    return measure;
  }
}

/** The numbers that the segment takes; SYN and FIN take one together. */
function place(own: End, peer: End, s: LadderSegment): void {
  const isMarked = (s.flags & (SYN | FIN)) !== 0;
  const end = (s.sequence + s.payloadLength + (isMarked ? 1 : 0)) | 0;
  const ahead = own.next === null ? 0 : seqDiff(s.sequence, own.next);
  if (ahead > 0 && (s.flags & RST) === 0) own.isWhole = false;
  const isProbe = own.next !== null && ahead === 0 && s.payloadLength === 1 && peer.window === 0;
  if (!isProbe && (own.next === null || seqDiff(end, own.next) > 0)) {
    own.next = end;
    own.newest = s;
  }
  if ((s.payloadLength === 0 && !isMarked) || own.list.length >= MAX_UNACKNOWLEDGED) return;
  own.list.push({
    frame: s.frame,
    first: s.sequence,
    end,
    seconds: s.seconds,
    nanoseconds: s.nanoseconds,
  });
}

/** Since the oldest segment that waits, whatever is sent again; where none does, since the newest that was sent. */
function timeOut({ list, newest }: End, s: LadderSegment, measure: SegmentMeasure): void {
  const sent = list[0] ?? newest;
  if (sent === null || sent.seconds === NO_TIME || s.seconds === NO_TIME) return;
  measure.rto = (s.seconds - sent.seconds) * 1e9 + (s.nanoseconds - sent.nanoseconds);
  if (measure.rto !== 0) measure.rtoFrame = sent.frame;
}

/** Of several segments that end where the ACK does the first one counts. */
function acknowledge(peer: End, s: LadderSegment, measure: SegmentMeasure): void {
  const { list } = peer;
  if (list.length === 0) return;
  let kept = 0;
  for (const sent of list) {
    const left = seqDiff(sent.end, s.acknowledgment);
    if (left > 0) {
      if (seqDiff(s.acknowledgment, sent.first) > 0) sent.first = s.acknowledgment;
      list[kept++] = sent;
    } else if (left === 0 && measure.acksFrame === 0) {
      measure.acksFrame = sent.frame;
      if (sent.seconds !== NO_TIME && s.seconds !== NO_TIME) {
        measure.rtt = (s.seconds - sent.seconds) * 1e9 + (s.nanoseconds - sent.nanoseconds);
      }
    }
  }
  list.length = kept;
}

function flightOf({ list }: End): number {
  const base = list[0]!.first;
  let first = 0;
  let end = 0;
  for (const sent of list) {
    first = Math.min(first, seqDiff(sent.first, base));
    end = Math.max(end, seqDiff(sent.end, base));
  }
  return end - first;
}

function push(own: End, { flags, payloadLength }: LadderSegment): number {
  const isPushed = (flags & PSH) !== 0;
  own.pushed = own.hasPushed ? payloadLength : own.pushed + payloadLength;
  own.hasPushed = isPushed;
  return own.pushed;
}
