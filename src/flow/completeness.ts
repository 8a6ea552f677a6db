/** Wireshark's tcp.completeness (packet-tcp.c of the 4.0 line): which parts of a connection's life were captured. */
import { ACK, FIN, RST, SYN } from '../wire/tcp.ts';

export const Completeness = { syn: 1, synAck: 2, ack: 4, data: 8, fin: 16, rst: 32 } as const;

/**
 * Bits that a segment sets. A SYN counts only where it opens a connection; with data (Fast Open) it counts as data too.
 * The values are those of a two-pass run: in one pass Wireshark leaves out the first segment unless it is a SYN.
 */
export function completenessOf(flags: number, payloadLength: number, first: boolean): number {
  if ((flags & (SYN | ACK)) === SYN) {
    const rest = (flags & RST) !== 0 ? Completeness.rst : 0;
    if (!first) return rest;
    return rest | Completeness.syn | (payloadLength > 0 ? Completeness.data : 0);
  }
  let bits = 0;
  if ((flags & (SYN | ACK)) === (SYN | ACK)) bits |= Completeness.synAck;
  if ((flags & (SYN | ACK)) === ACK) bits |= payloadLength > 0 ? Completeness.data : Completeness.ack;
  if ((flags & (FIN | ACK)) === (FIN | ACK)) bits |= Completeness.fin;
  if ((flags & RST) !== 0) bits |= Completeness.rst;
  return bits;
}
