/** IPv6 and its extension headers, RFC 8200. `f.network` is the fixed header; extension headers are walked over. */
import { u16be } from '../bytes/read.ts';
import type { Fragments } from './fragments.ts';
import { type Frame, Stop, has } from './frame.ts';
import { byIpProtocol } from './ip.ts';
import { boundPacket, enterIp } from './ipv4.ts';
import { Layer } from './layers.ts';

const HEADER = 40;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const SHIM6 = 140;

const trafficClass = (view: DataView, at: number): number => (u16be(view, at) >> 4) & 0xff;
export const dscp = (view: DataView, at: number): number => trafficClass(view, at) >> 2;
const payloadLengthOf = (view: DataView, at: number): number => u16be(view, at + 4);
export const hopLimit = (bytes: Uint8Array, at: number): number => bytes[at + 7]!;
/** Offsets of the 16-byte addresses. */
export const SOURCE = 8;
export const DESTINATION = 24;

export function ipv6(f: Frame, fragments: Fragments): Layer {
  if (!has(f, HEADER)) return Layer.end;
  const at = f.at;
  if (f.bytes[at]! >> 4 !== 6) {
    f.stop = Stop.badVersion;
    return Layer.end;
  }
  const length = payloadLengthOf(f.view, at);
  // 0 is a jumbogram (RFC 2675) or an offloaded segment: take all there is.
  boundPacket(f, length === 0 ? 0 : HEADER + length);
  enterIp(f, 6);
  f.finalDestination = at + DESTINATION;
  f.at = at + HEADER;
  return extensions(f, f.bytes[at + 6]!, fragments);
}

/** Walks the chain of extension headers from the cursor; `next` says what stands there. */
function extensions(f: Frame, next: number, fragments: Fragments): Layer {
  for (;;) {
    switch (next) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION_OPTIONS:
      case MOBILITY:
      case SHIM6: {
        if (!has(f, 8)) return Layer.end;
        const header = (f.bytes[f.at + 1]! + 1) * 8;
        // Mobility (RFC 6275 section 6.1.1) normally ends the chain: its next header is "none".
        const isRouting = next === ROUTING;
        next = f.bytes[f.at]!;
        if (!has(f, header)) return Layer.end;
        if (isRouting) f.finalDestination = lastSegment(f, header);
        f.at += header;
        break;
      }
      case AUTHENTICATION: {
        if (!has(f, 8)) return Layer.end;
        const header = (f.bytes[f.at + 1]! + 2) * 4; // RFC 4302 section 2.2
        next = f.bytes[f.at]!;
        if (!has(f, header)) return Layer.end;
        f.at += header;
        break;
      }
      case FRAGMENT: {
        if (!has(f, 8)) return Layer.end;
        next = f.bytes[f.at]!;
        const field = u16be(f.view, f.at + 2);
        const more = (field & 1) !== 0;
        const offset = field & 0xfff8;
        // A whole packet with a fragment header (RFC 6946) is not reassembled.
        if (offset === 0 && !more) f.at += 8;
        else {
          next = fragments.addIpv6(f, next, offset, more);
          if (next < 0) return Layer.fragment;
        }
        break;
      }
      default:
        return byIpProtocol(f, next);
    }
  }
}

const SOURCE_ROUTE = 0; // RFC 2460, deprecated by RFC 5095
const MOBILE = 2; // RFC 6275 section 6.4
const SEGMENT_ROUTING = 4; // RFC 8754 section 2: the list is in reverse order

/** Where a routing header at the cursor says the packet ends up; the header's own destination once it is there. */
function lastSegment(f: Frame, header: number): number {
  const type = f.bytes[f.at + 2]!;
  const segmentsLeft = f.bytes[f.at + 3]!;
  if (segmentsLeft === 0 || header < 24) return f.finalDestination;
  if (type === SEGMENT_ROUTING || type === MOBILE) return f.at + 8;
  if (type === SOURCE_ROUTE) return f.at + 8 + 16 * (Math.floor((header - 8) / 16) - 1);
  return f.finalDestination;
}

/** AH behind IPv4: walked over here, so that the transport is found. */
export function authentication(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const header = (f.bytes[f.at + 1]! + 2) * 4;
  const next = f.bytes[f.at]!;
  if (!has(f, header)) return Layer.end;
  f.at += header;
  return byIpProtocol(f, next);
}
