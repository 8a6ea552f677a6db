/** The segment that is analysed: one object, filled for each of them, so that the checks need no long lists of arguments. */
import { nanosecondsTo } from '../../bytes/interval.ts';
import type { Frame } from '../../wire/frame.ts';
import { identification } from '../../wire/ipv4.ts';
import { SegmentOptions } from '../../wire/segment-options.ts';
import * as tcp from '../../wire/tcp.ts';
import { timeWord } from '../records.ts';

export class Segment {
  sequence = 0;
  acknowledgment = 0;
  window = 0;
  flags = 0;
  payloadLength = 0;
  seconds = 0;
  nanoseconds = 0;
  /** Of the IPv4 header; 0 for none. */
  identification = 0;
  readonly options = new SegmentOptions();
  /** It was sent before the newest segment of its sender. */
  late = false;

  read(f: Frame, flags: number): void {
    this.sequence = tcp.sequence(f.view, f.transport);
    this.acknowledgment = tcp.acknowledgment(f.view, f.transport);
    this.window = tcp.windowField(f.view, f.transport);
    this.flags = flags;
    this.payloadLength = f.payloadLength;
    this.seconds = timeWord(f.seconds);
    this.nanoseconds = f.nanoseconds;
    this.identification = identificationOf(f);
    this.options.read(f.view, f.bytes, f.transport, f.end);
    this.late = false;
  }
}

export const identificationOf = (f: Frame): number => (f.ipVersion === 4 ? identification(f.view, f.network) : 0);

export const hasAck = ({ flags }: Segment): boolean => (flags & tcp.ACK) !== 0;
/** None of SYN, FIN and RST. */
export const isMiddle = ({ flags }: Segment): boolean => (flags & (tcp.SYN | tcp.FIN | tcp.RST)) === 0;
/** The number behind the segment. Wireshark counts one for SYN and FIN together. */
export const endOf = (s: Segment): number =>
  (s.sequence + s.payloadLength + ((s.flags & (tcp.SYN | tcp.FIN)) !== 0 ? 1 : 0)) | 0;
/** What an acknowledgment number says: without the flag, zero is no number. */
export const saysAck = (s: Segment): boolean => hasAck(s) || s.acknowledgment !== 0;

/** Nanoseconds from a moment to the segment; negative where the capture runs backwards. */
export const since = (s: Segment, seconds: number, nanoseconds: number): number =>
  nanosecondsTo(seconds, nanoseconds, s.seconds, s.nanoseconds);

/** Times as Wireshark compares them, as unsigned numbers: a negative one is later than any other. */
export const isEarlier = (time: number, limit: number): boolean => (time < 0 === limit < 0 ? time < limit : limit < 0);
