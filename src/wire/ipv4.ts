/** IPv4, RFC 791. `ipv4` is the gate: after it every accessor is in bounds at `f.network`. */
import { foldToNetwork, sumWords } from '../bytes/checksum.ts';
import { i32be, u16be } from '../bytes/read.ts';
import type { Fragments } from './fragments.ts';
import { type Frame, Note, Stop, has, stopShort } from './frame.ts';
import { byIpProtocol } from './ip.ts';
import { Layer } from './layers.ts';

const MIN_HEADER = 20;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;
/** In the byte of the flags. */
const DONT_FRAGMENT = 0x40;

const headerLength = (bytes: Uint8Array, at: number): number => (bytes[at]! & 15) << 2;
export const dscp = (bytes: Uint8Array, at: number): number => bytes[at + 1]! >> 2;
export const timeToLive = (bytes: Uint8Array, at: number): number => bytes[at + 8]!;
export const identification = (view: DataView, at: number): number => view.getUint16(at + 4);
export const dontFragment = (bytes: Uint8Array, at: number): boolean => (bytes[at + 6]! & DONT_FRAGMENT) !== 0;
/** Addresses as 32-bit integers (signed). */
export const source = (view: DataView, at: number): number => i32be(view, at + 12);
export const destination = (view: DataView, at: number): number => i32be(view, at + 16);

export function ipv4(f: Frame, fragments: Fragments): Layer {
  const at = f.at;
  if (at + MIN_HEADER > f.end) {
    stopShort(f, MIN_HEADER);
    return Layer.end;
  }
  if (f.bytes[at]! >> 4 !== 4) {
    f.stop = Stop.badVersion;
    return Layer.end;
  }
  const header = headerLength(f.bytes, at);
  const total = u16be(f.view, at + 2);
  // A total length of 0 is what segmentation offload leaves in frames captured before it (TSO): take all there is.
  if (header < MIN_HEADER || (total < header && total !== 0)) {
    f.stop = Stop.badLength;
    return Layer.end;
  }
  if (!has(f, header)) return Layer.end;
  boundPacket(f, total);
  enterIp(f, 4);
  verifyHeader(f, at, header);
  const fragment = u16be(f.view, at + 6) & (MORE_FRAGMENTS | OFFSET_MASK);
  f.at = at + header;
  if (fragment === 0) return byIpProtocol(f, f.bytes[at + 9]!);
  const whole = fragments.addIpv4(f, header, (fragment & OFFSET_MASK) << 3, (fragment & MORE_FRAGMENTS) !== 0);
  return whole ? byIpProtocol(f, f.bytes[f.network + 9]!) : Layer.fragment;
}

/** The packet ends where its own length says, so that Ethernet padding is never payload. */
export function boundPacket(f: Frame, length: number): void {
  if (length === 0) return;
  const wireEnd = f.at + length;
  if (wireEnd > f.wireEnd) {
    f.notes |= Note.lengthBeyondFrame;
    return;
  }
  f.wireEnd = wireEnd;
  if (f.end > wireEnd) f.end = wireEnd;
}

/** Notes that the header at the cursor is now the innermost IP header. */
export function enterIp(f: Frame, version: number): void {
  f.network = f.at;
  f.ipVersion = version;
  // What an outer header's transport was is kept in `outer`, if it was a tunnel's.
  f.protocol = 0;
  f.transport = 0;
  if (++f.depth === 1) f.packetLength = f.wireEnd - f.at;
}

function verifyHeader(f: Frame, at: number, header: number): void {
  if (foldToNetwork(sumWords(f.view, at, header, 0)) === 0xffff) return;
  // Zero means that the network card was to fill it in.
  f.notes |= u16be(f.view, at + 10) === 0 ? Note.ipChecksumOffloaded : Note.ipChecksumBad;
}
