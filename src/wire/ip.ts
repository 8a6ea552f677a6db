/** What an IP protocol number (IANA "Assigned Internet Protocol Numbers") leads to. */
import type { Frame } from './frame.ts';
import { Layer } from './layers.ts';

export const ICMP = 1;
export const TCP = 6;
export const UDP = 17;
export const ICMPV6 = 58;
export const SCTP = 132;

export function byIpProtocol(f: Frame, protocol: number): Layer {
  switch (protocol) {
    case TCP:
      return Layer.tcp;
    case UDP:
      return Layer.udp;
    case ICMP:
      return Layer.icmp;
    case ICMPV6:
      return Layer.icmpv6;
    case SCTP:
      return Layer.sctp;
    case 4:
      return nested(f, Layer.ipv4);
    case 41:
      return nested(f, Layer.ipv6);
    case 47:
      return Layer.gre;
    case 51:
      return Layer.ah;
    case 50:
      return Layer.esp;
    case 2:
      return Layer.igmp;
    case 89:
      return Layer.ospf;
    case 103:
      return Layer.pim;
    case 112:
      return Layer.vrrp;
    case 108:
      return Layer.ipcomp;
    case 137:
      return Layer.mpls;
    case 97: // EtherIP, RFC 3378: two bytes, then Ethernet
      f.at += 2;
      return Layer.ethernet;
    case 115:
      return Layer.l2tpInIp;
    case 143:
      return Layer.ethernet;
    case 59:
      return Layer.noNextHeader;
    default:
      return Layer.ipOther;
  }
}

/** An empty packet inside a packet is the end, not an error. */
function nested(f: Frame, layer: Layer): Layer {
  return f.at < f.wireEnd ? layer : Layer.end;
}
