/** ICMP (RFC 792, RFC 4884) and ICMPv6 (RFC 4443): the header, and where an error message quotes a packet. */
import { type Frame, has } from './frame.ts';
import { ICMP, ICMPV6 } from './ip.ts';
import { Layer } from './layers.ts';

const HEADER = 8;

export const typeOf = (bytes: Uint8Array, at: number): number => bytes[at]!;
export const codeOf = (bytes: Uint8Array, at: number): number => bytes[at + 1]!;

/** ICMP types. */
export const UNREACHABLE = 3;
export const TIME_EXCEEDED = 11;
/** ICMPv6 types. */
export const UNREACHABLE_V6 = 1;
export const TIME_EXCEEDED_V6 = 3;

export function icmp(f: Frame): Layer {
  return locate(f, ICMP);
}

export function icmpv6(f: Frame): Layer {
  return locate(f, ICMPV6);
}

function locate(f: Frame, protocol: number): Layer {
  if (!has(f, 4)) return Layer.end;
  f.transport = f.at;
  f.protocol = protocol;
  f.payload = Math.min(f.at + HEADER, f.wireEnd);
  f.payloadLength = f.wireEnd - f.payload;
  return Layer.end;
}

/** True for messages that quote the packet they are about, 8 bytes behind the ICMP header. */
export function quotesPacket(f: Frame): boolean {
  const type = f.bytes[f.transport]!;
  if (f.protocol === ICMPV6) return type >= 1 && type <= 4;
  return type === UNREACHABLE || type === 4 || type === 5 || type === TIME_EXCEEDED || type === 12;
}

/** RFC 1191 section 4, RFC 4443 section 3.2. */
const FRAGMENTATION_NEEDED = 4;
const PACKET_TOO_BIG_V6 = 2;

/** A router could not forward a packet for its size. */
export function isTooBig(f: Frame): boolean {
  const type = typeOf(f.bytes, f.transport);
  if (f.protocol === ICMPV6) return type === PACKET_TOO_BIG_V6;
  return type === UNREACHABLE && codeOf(f.bytes, f.transport) === FRAGMENTATION_NEEDED;
}
