/** The first layer of each link type, and the small link headers that do little but name the protocol they carry. */
import { u16be, u32be } from '../bytes/read.ts';
import { byEtherType } from './ethernet.ts';
import { type Frame, Stop, has } from './frame.ts';
import { Layer } from './layers.ts';

/** LINKTYPE number -> first layer. What is not listed here is counted as unknown-link-type. */
const firstLayers: Readonly<Record<number, Layer>> = {
  0: Layer.null,
  1: Layer.ethernet,
  7: Layer.arcnet,
  9: Layer.ppp,
  10: Layer.fddi,
  12: Layer.raw,
  14: Layer.raw,
  50: Layer.ppp,
  51: Layer.pppoe,
  101: Layer.raw,
  104: Layer.chdlc,
  105: Layer.wlan,
  108: Layer.loop,
  113: Layer.sll,
  127: Layer.radiotap,
  129: Layer.arcnet,
  192: Layer.ppi,
  228: Layer.ipv4,
  229: Layer.ipv6,
  239: Layer.nflog,
  242: Layer.ipoib,
  276: Layer.sll2,
};

/** `Layer.end` for a link type that is not decoded. */
export const firstLayer = (linkType: number): Layer => firstLayers[linkType] ?? Layer.end;

/** LINKTYPE_RAW: the version is in the first nibble. */
export function raw(f: Frame): Layer {
  if (!has(f, 1)) return Layer.end;
  const version = f.bytes[f.at]! >> 4;
  if (version === 4) return Layer.ipv4;
  if (version === 6) return Layer.ipv6;
  f.stop = Stop.badVersion;
  return Layer.end;
}

/** BSD loopback: an address family in the byte order of the machine that wrote it. */
export function nullLink(f: Frame): Layer {
  if (!has(f, 4)) return Layer.end;
  const family = u32be(f.view, f.at);
  // Some systems put PPP with its HDLC framing there, without an address family.
  if (family >>> 16 === 0xff03) return Layer.ppp;
  f.at += 4;
  return byFamily(f, family > 0xffff ? f.view.getUint32(f.at - 4, true) : family);
}

/** OpenBSD loopback: the same in network byte order. */
export function loop(f: Frame): Layer {
  if (!has(f, 4)) return Layer.end;
  const family = u32be(f.view, f.at);
  f.at += 4;
  return byFamily(f, family);
}

function byFamily(f: Frame, family: number): Layer {
  switch (family) {
    case 2:
      return Layer.ipv4;
    case 10: // Linux
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
      return Layer.ipv6;
    default:
      f.stop = Stop.unknownProtocol;
      return Layer.end;
  }
}

/** Linux cooked capture, version 1. */
export function sll(f: Frame): Layer {
  if (!has(f, 16)) return Layer.end;
  const hardware = u16be(f.view, f.at + 2);
  const type = u16be(f.view, f.at + 14);
  f.at += 16;
  return cooked(f, hardware, type);
}

/** Linux cooked capture, version 2: the protocol comes first. */
export function sll2(f: Frame): Layer {
  if (!has(f, 20)) return Layer.end;
  const type = u16be(f.view, f.at);
  const hardware = u16be(f.view, f.at + 8);
  f.at += 20;
  return cooked(f, hardware, type);
}

/** Types of interfaces (ARPHRD_*) behind whose cooked header stands another link header. */
const HARDWARE_WLAN = 801;
const HARDWARE_RADIOTAP = 803;

function cooked(f: Frame, hardware: number, type: number): Layer {
  if (hardware === HARDWARE_WLAN) return Layer.wlan;
  if (hardware === HARDWARE_RADIOTAP) return Layer.radiotap;
  switch (type) {
    case 0x0001: // Novell's 802.3 without LLC, which IP never uses
    case 0x0004:
      return Layer.llc;
    case 0x0003: // ETH_P_ALL: a whole Ethernet frame
      return Layer.ethernet;
    case 0x0007: // ETH_P_WAN_PPP
      return Layer.ppp;
    default:
      return byEtherType(f, type);
  }
}

/** Cisco HDLC: address, control, EtherType. */
export function chdlc(f: Frame): Layer {
  if (!has(f, 4)) return Layer.end;
  const type = u16be(f.view, f.at + 2);
  f.at += 4;
  if (type === 0x8035 || type === 0x2000) return Layer.pppControl; // SLARP, CDP
  return byEtherType(f, type);
}

/** FDDI: frame control and two addresses, then LLC for data frames. */
export function fddi(f: Frame): Layer {
  if (!has(f, 13)) return Layer.end;
  const control = f.bytes[f.at]!;
  f.at += 13;
  return (control & 0xf0) === 0x50 || (control & 0xf8) === 0xd0 ? Layer.llc : Layer.llcOther;
}

/** IP over InfiniBand (LINKTYPE_IPOIB): 40 bytes of GRH, an EtherType, two reserved bytes. */
export function ipoib(f: Frame): Layer {
  if (!has(f, 44)) return Layer.end;
  const type = u16be(f.view, f.at + 40);
  f.at += 44;
  return byEtherType(f, type);
}

/** ARCNET: source, destination, type; LINKTYPE 129 (Linux) has a two-byte offset before the type. RFC 1051, RFC 1201. */
export function arcnet(f: Frame): Layer {
  const header = f.linkType === 129 ? 5 : 3;
  if (!has(f, header)) return Layer.end;
  const type = f.bytes[f.at + header - 1]!;
  f.at += header;
  switch (type) {
    case 240: // RFC 1051 IP
      return Layer.ipv4;
    case 241: // RFC 1051 ARP
      return Layer.arp;
    case 212: // RFC 1201: a fragment flag and a sequence number come first
    case 196:
    case 213:
      f.at += 3;
      return type === 212 ? Layer.ipv4 : type === 196 ? Layer.ipv6 : Layer.arp;
    default:
      f.stop = Stop.unknownProtocol;
      return Layer.end;
  }
}

const NFULA_PAYLOAD = 9;

/** NFLOG: family, version, resource id, then type-length-value items, of which one is the packet. */
export function nflog(f: Frame): Layer {
  if (!has(f, 4)) return Layer.end;
  const family = f.bytes[f.at]!;
  let at = f.at + 4;
  while (at + 4 <= f.end) {
    // Lengths and types are in host byte order; no writer on a big-endian host is known.
    const length = f.view.getUint16(at, true);
    const type = f.view.getUint16(at + 2, true) & 0x7fff;
    if (length < 4) break;
    if (type === NFULA_PAYLOAD) {
      f.at = at + 4;
      f.wireEnd = Math.min(f.wireEnd, at + length);
      f.end = Math.min(f.end, f.wireEnd);
      return family === 10 ? Layer.ipv6 : Layer.ipv4;
    }
    at += (length + 3) & ~3;
  }
  f.stop = Stop.badLength;
  return Layer.end;
}

/** Per-Packet Information: a header with its own length and the link type of what follows. */
export function ppi(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const length = f.view.getUint16(f.at + 2, true);
  const inner = f.view.getUint32(f.at + 4, true);
  if (length < 8) {
    f.stop = Stop.badLength;
    return Layer.end;
  }
  if (!has(f, length)) return Layer.end;
  f.at += length;
  const layer = firstLayer(inner);
  if (layer === Layer.end || layer === Layer.ppi) {
    f.stop = Stop.unknownLinkType;
    return Layer.end;
  }
  return layer;
}
