/** Wireshark's tcp.completeness (packet-tcp.c of the 4.0 line): which parts of a connection's life were captured. */
import { ACK, FIN, RST, SYN } from '../wire/tcp.ts';

export const Completeness = { syn: 1, synAck: 2, ack: 4, data: 8, fin: 16, rst: 32 } as const;

/** Bits that the first segment of a new connection sets: only a SYN counts there. */
export function completenessOfNew(flags: number, payloadLength: number): number {
  if ((flags & (SYN | ACK)) !== SYN) return 0;
  return payloadLength > 0 ? Completeness.syn | Completeness.data : Completeness.syn;
}

/** Bits that a later segment sets. */
export function completenessOfNext(flags: number, payloadLength: number): number {
  let bits = 0;
  if ((flags & (SYN | ACK)) === (SYN | ACK)) bits |= Completeness.synAck;
  if ((flags & (SYN | ACK)) === ACK) bits |= payloadLength > 0 ? Completeness.data : Completeness.ack;
  if ((flags & (FIN | ACK)) === (FIN | ACK)) bits |= Completeness.fin;
  if ((flags & RST) !== 0) bits |= Completeness.rst;
  return bits;
}
