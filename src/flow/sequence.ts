/** Sequence numbers: how they compare (RFC 9293 section 3.4), and how far each end of a connection has come. */
import { type Frame, Stop } from '../wire/frame.ts';
import { ACK, FIN, RST, SYN, acknowledgment, flagsOf, sequence } from '../wire/tcp.ts';
import { RowWord } from './records.ts';

/** Above 0 where `a` comes after `b`, below where it comes before. */
export const seqDiff = (a: number, b: number): number => (a - b) | 0;

/** Sequence numbers that a segment takes up. */
const segmentLength = (flags: number, payloadLength: number): number =>
  payloadLength + ((flags & SYN) !== 0 ? 1 : 0) + ((flags & FIN) !== 0 ? 1 : 0);

/** Counts a segment into the endpoint row at `row` of the rows' words. A RST's number is not always one of its sender's. */
export function advanceSequence(r: Int32Array, row: number, f: Frame): void {
  if (f.stop !== Stop.none) return;
  const flags = flagsOf(f.bytes, f.transport);
  if ((flags & RST) !== 0) return;
  const next = (sequence(f.view, f.transport) + segmentLength(flags, f.payloadLength)) | 0;
  if (seqDiff(next, r[row + RowWord.sndNxt]!) > 0) r[row + RowWord.sndNxt] = next;
  if ((flags & ACK) !== 0) r[row + RowWord.lastAck] = acknowledgment(f.view, f.transport);
}
