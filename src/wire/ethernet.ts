/**
 * Ethernet II and IEEE 802.3 with LLC/SNAP, 802.1Q and 802.1ad tags, and the tags that vendors put in their place.
 */
import { u16be } from '../bytes/read.ts';
import { type Frame, Stop, has } from './frame.ts';
import { Layer } from './layers.ts';

const HEADER = 14;
/** Values below this are an 802.3 length, not an EtherType (IEEE 802.3 section 3.2.6). */
const MIN_ETHERTYPE = 0x0600;
const FABRIC_PATH = 0x8903;

export function ethernet(f: Frame): Layer {
  if (!has(f, HEADER)) return Layer.end;
  const type = u16be(f.view, f.at + 12);
  if (type === 0x0800) {
    f.at += HEADER;
    return Layer.ipv4;
  }
  if (type === FABRIC_PATH) {
    f.at += 16;
    return Layer.fabricPath;
  }
  f.at += HEADER;
  return typeOrLength(f, type);
}

/** What follows a type/length field whose successor is at the cursor. */
function typeOrLength(f: Frame, type: number): Layer {
  if (type >= MIN_ETHERTYPE) return byEtherType(f, type);
  // An 802.3 length: what lies beyond it is padding. Zero and lengths that lie are left alone.
  if (type > 0 && f.at + type < f.wireEnd) {
    f.wireEnd = f.at + type;
    if (f.end > f.wireEnd) f.end = f.wireEnd;
  }
  return Layer.llc;
}

/** The layer behind an EtherType; unknown ones end the decoding. */
export function byEtherType(f: Frame, type: number): Layer {
  switch (type) {
    case 0x0800:
      return Layer.ipv4;
    case 0x86dd:
      return Layer.ipv6;
    case 0x8100: // 802.1Q
    case 0x88a8: // 802.1ad
    case 0x9100: // QinQ before 802.1ad
    case 0x9200:
      return Layer.vlan;
    case 0x0806:
    case 0x8035:
      return Layer.arp;
    case 0x8847:
    case 0x8848:
      return Layer.mpls;
    case 0x8864:
      return Layer.pppoe;
    case 0x8863:
      return Layer.pppoeDiscovery;
    case 0x880b:
      return Layer.ppp;
    case 0x6558: // transparent Ethernet bridging (RFC 7637 section 3.2)
      return Layer.ethernet;
    case 0x88be: // ERSPAN types I and II
    case 0x22eb: // ERSPAN type III
      return Layer.erspan;
    case 0x8909:
      return Layer.ciscoMetadata;
    case 0x8926:
      return Layer.vntag;
    case 0x88e5:
      return Layer.macsec;
    case 0x88cc:
      return Layer.lldp;
    case 0x888e:
      return Layer.eapol;
    case 0x8809:
      return Layer.lacp;
    case 0x8870: // LLC in a jumbo frame, whose length no 802.3 length field holds
      return Layer.llc;
    case 0x88f7:
      return Layer.ptp;
    case 0x9000:
      return Layer.loopback;
    case 0x2000:
      return Layer.cdp;
    case 0x0021: // PPP protocol numbers used as a type by some tunnels
      return Layer.ipv4;
    default:
      f.stop = Stop.unknownProtocol;
      return Layer.end;
  }
}

/** 802.1Q tag: the cursor is behind the tag's EtherType. */
export function vlan(f: Frame): Layer {
  if (!has(f, 4)) return Layer.end;
  const type = u16be(f.view, f.at + 2);
  f.at += 4;
  return typeOrLength(f, type);
}

/** Cisco MetaData: version, length, options, then an EtherType; 8 bytes with one option. */
export function ciscoMetadata(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const type = u16be(f.view, f.at + 6);
  f.at += 8;
  return byEtherType(f, type);
}

/** VN-Tag (802.1Qbh): four bytes, then an EtherType. */
export function vntag(f: Frame): Layer {
  if (!has(f, 6)) return Layer.end;
  const type = u16be(f.view, f.at + 4);
  f.at += 6;
  return typeOrLength(f, type);
}

/** IEEE 802.2 LLC, with SNAP (RFC 1042). */
export function llc(f: Frame): Layer {
  if (!has(f, 3)) return Layer.end;
  const dsap = f.bytes[f.at]!;
  const ssap = f.bytes[f.at + 1]!;
  if (dsap === 0xaa && ssap === 0xaa) return snap(f);
  if (dsap === 0x42) return Layer.stp;
  if (dsap === 0x06) {
    f.at += 3;
    return Layer.ipv4;
  }
  return Layer.llcOther;
}

function snap(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const organisation = (f.bytes[f.at + 3]! << 16) | u16be(f.view, f.at + 4);
  const type = u16be(f.view, f.at + 6);
  f.at += 8;
  // 0 is an EtherType as it stands, 0x0000f8 one bridged from 802.1H.
  if (organisation === 0 || organisation === 0x0000f8) return byEtherType(f, type);
  if (organisation === 0x00000c && type === 0x010b) return Layer.stp; // Cisco PVST+
  if (organisation === 0x00000c) return Layer.cdp; // Cisco's own protocols: CDP, VTP, DTP, UDLD
  return Layer.llcOther;
}
