/**
 * TCP header, RFC 9293 section 3.1. `tcp` is the only gate: once it returns with Stop.none, every accessor at
 * `f.transport` is in bounds.
 */
import { i32be } from '../bytes/read.ts';
import { type Frame, Stop, has } from './frame.ts';
import { TCP } from './ip.ts';
import { Layer } from './layers.ts';

const MIN_HEADER = 20;
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

/** Sequence and acknowledgment numbers as signed 32-bit integers: compare them with `seqDiff` only. */
export const sequence = (view: DataView, at: number): number => i32be(view, at + 4);
export const acknowledgment = (view: DataView, at: number): number => i32be(view, at + 8);
export const headerLength = (bytes: Uint8Array, at: number): number => (bytes[at + 12]! >> 4) << 2;
export const flagsOf = (bytes: Uint8Array, at: number): number => bytes[at + 13]!;
/** The window as the header has it, not scaled. */
export const windowField = (view: DataView, at: number): number => view.getUint16(at + 14);
export const isSynAck = (flags: number): boolean => (flags & (SYN | ACK)) === (SYN | ACK);
export const isSyn = (flags: number): boolean => (flags & (SYN | ACK)) === SYN;

/** Finds the payload. A header that lies about its own length keeps its ports, and `protocol` stays set. */
export function tcp(f: Frame): Layer {
  const at = f.at;
  if (!has(f, MIN_HEADER)) return Layer.end;
  f.transport = at;
  f.protocol = TCP;
  const header = headerLength(f.bytes, at);
  f.payload = Math.min(at + header, f.wireEnd);
  f.payloadLength = f.wireEnd - f.payload;
  if (header < MIN_HEADER) {
    f.payloadLength = 0;
    f.stop = Stop.badLength;
  } else if (at + header > f.wireEnd) {
    f.payloadLength = 0;
    f.stop = Stop.tooShort;
  }
  return Layer.end;
}
