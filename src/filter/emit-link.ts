/** Tests of the link layer: which protocol is carried, link-layer addresses, and the words that shift the offsets. */
import { WLAN_CONTROL, WLAN_DATA, type Layers } from './link.ts';
import { always, both, either, never, type Packet, type Test } from './packet.ts';
import { ETHERTYPE, SAP } from './protocols.ts';
import type { Direction } from './syntax.ts';

/** IEEE 802.3: values up to 1500 in the type field are a length, and an LLC header follows. */
const MAX_LENGTH = 1500;
/** SNAP headers: DSAP, SSAP, control and the first byte of the OUI (0 for Ethernet, 08:00:07 for AppleTalk). */
const SNAP_ETHERNET = 0xaaaa0300 | 0;
const SNAP_APPLETALK = 0xaaaa0308 | 0;
const APPLETALK_ETYPE = 0x0007809b;

const PPP_MPLS = 0x281;
/** PPP protocol numbers of what has an EtherType or SAP elsewhere; IANA PPP DLL protocol numbers. */
const PPP = new Map<number, number>([
  [ETHERTYPE.ip, 0x21],
  [ETHERTYPE.ip6, 0x57],
  [ETHERTYPE.decnet, 0x27],
  [ETHERTYPE.atalk, 0x29],
  [SAP.iso, 0x23],
  [SAP.stp, 0x31],
  [SAP.ipx, 0x2b],
]);

/** True where the payload is `protocol`: an EtherType, or a SAP up to 1500. */
export function carries(layers: Layers, protocol: number): Test {
  if (layers.labels > 0) return carriesOverMpls(layers, protocol);
  layers.usesPayload = true;
  switch (layers.kind) {
    case 'ethernet':
      return onEthernet(layers, protocol);
    case 'cooked':
      return onCooked(layers, protocol);
    case 'cooked2':
      return u16Is(layers.type, protocol);
    case 'ppp':
      return u16Is(layers.type, PPP.get(protocol) ?? protocol);
    case 'hdlc':
      return u16Is(layers.type, protocol === SAP.iso ? 0xfefe : protocol);
    case 'fddi':
      return inLlc(layers.payload - 8, protocol);
    case 'wlan':
      return both(isDataFrame, inLlc(layers.payload - 8, protocol));
    case 'loopback':
      return onLoopback(protocol);
    case 'raw':
      return protocol === ETHERTYPE.ip ? versionIs(0, 0x40) : protocol === ETHERTYPE.ip6 ? versionIs(0, 0x60) : never;
    case 'ip':
      return protocol === ETHERTYPE.ip ? always : never;
    case 'ip6':
      return protocol === ETHERTYPE.ip6 ? always : never;
    case 'other':
      return never;
  }
}

const u16Is =
  (k: number, value: number): Test =>
  (p) =>
    p.u16(p.payload + k) === value;
const u8Is =
  (k: number, value: number): Test =>
  (p) =>
    p.u8(p.payload + k) === value;
const versionIs =
  (k: number, value: number): Test =>
  (p) =>
    (p.u8(p.payload + k) & 0xf0) === value;
const snapIs =
  (k: number, etype: number, snap: number): Test =>
  (p) =>
    p.word(p.payload + k + 4) === etype && p.word(p.payload + k) === snap;

function onEthernet({ type, payload }: Layers, protocol: number): Test {
  const isLength: Test = (p) => p.u16(p.payload + type) <= MAX_LENGTH;
  switch (protocol) {
    case SAP.iso:
    case SAP.netbeui:
      return both(isLength, u16Is(payload, (protocol << 8) | protocol));
    case SAP.ipx:
      // Ethernet II, SNAP, 802.2, and Novell's own framing without an LLC header.
      return either(
        u16Is(type, 0x8137),
        both(
          isLength,
          either(snapIs(payload, 0x8137, SNAP_ETHERNET), either(u8Is(payload, SAP.ipx), u16Is(payload, 0xffff))),
        ),
      );
    case ETHERTYPE.atalk:
      return either(u16Is(type, protocol), both(isLength, snapIs(payload, APPLETALK_ETYPE, SNAP_APPLETALK)));
    case ETHERTYPE.aarp:
      return either(u16Is(type, protocol), both(isLength, snapIs(payload, protocol, SNAP_ETHERNET)));
    default:
      return protocol <= MAX_LENGTH ? both(isLength, u8Is(payload, protocol)) : u16Is(type, protocol);
  }
}

/** Linux cooked v1: protocol 1 is Novell's framing, 4 an LLC header. */
function onCooked({ type, payload }: Layers, protocol: number): Test {
  const isLlc = u16Is(type, 4);
  switch (protocol) {
    case SAP.iso:
    case SAP.netbeui:
      return both(isLlc, u16Is(payload, (protocol << 8) | protocol));
    case SAP.ipx: {
      const inside = either(u8Is(payload, SAP.ipx), snapIs(payload, 0x8137, SNAP_ETHERNET));
      return either(u16Is(type, 0x8137), either(u16Is(type, 1), both(isLlc, inside)));
    }
    case ETHERTYPE.atalk:
      return either(u16Is(type, protocol), both(isLlc, snapIs(payload, APPLETALK_ETYPE, SNAP_APPLETALK)));
    case ETHERTYPE.aarp:
      return either(u16Is(type, protocol), both(isLlc, snapIs(payload, protocol, SNAP_ETHERNET)));
    default:
      return protocol <= MAX_LENGTH ? both(isLlc, u8Is(payload, protocol)) : u16Is(type, protocol);
  }
}

/** Links where every payload begins with an LLC header, 8 bytes with SNAP: FDDI, 802.11. */
function inLlc(llc: number, protocol: number): Test {
  switch (protocol) {
    case SAP.iso:
    case SAP.netbeui:
      return u16Is(llc, (protocol << 8) | protocol);
    case ETHERTYPE.atalk:
      return snapIs(llc, APPLETALK_ETYPE, SNAP_APPLETALK);
    default:
      return protocol <= MAX_LENGTH ? u8Is(llc, protocol) : u16Is(llc + 6, protocol);
  }
}

/**
 * BSD loopback: an address family in the byte order of the host that captured, unknown here, so either order is taken.
 * IPv6 is 24 (NetBSD, OpenBSD), 28 (FreeBSD), 30 (macOS) or 10 (Linux).
 */
function onLoopback(protocol: number): Test {
  if (protocol === ETHERTYPE.ip) return (p) => family(p) === 2;
  if (protocol !== ETHERTYPE.ip6) return never;
  return (p) => {
    const value = family(p);
    return value === 24 || value === 28 || value === 30 || value === 10;
  };
}

function family(p: Packet): number {
  const value = p.word(p.payload);
  return value >>> 0 > 0xffff ? value >>> 24 : value;
}

/** RFC 3032: nothing names the payload of a label stack; below the last label the IP version is looked at. */
function carriesOverMpls({ payload }: Layers, protocol: number): Test {
  const version = protocol === ETHERTYPE.ip ? 0x40 : 0x60;
  return both(isLastLabel(payload - 4, true), versionIs(payload, version));
}

const isLastLabel =
  (label: number, wanted: boolean): Test =>
  (p) =>
    ((p.u8(p.payload + label + 2) & 1) === 1) === wanted;

const isDataFrame: Test = (p) => {
  const control = p.u8(p.link);
  return (control & WLAN_CONTROL) === 0 && (control & WLAN_DATA) !== 0;
};

/** True if a link-layer address satisfies `matches`; `never` on links without such addresses. */
export function onAddress(layers: Layers, direction: Direction, matches: (p: Packet, at: number) => boolean): Test {
  const src = oneAddress(layers, 'src', matches);
  const dst = oneAddress(layers, 'dst', matches);
  if (direction === 'src') return src;
  if (direction === 'dst') return dst;
  return direction === 'and' ? both(src, dst) : either(src, dst);
}

export const hasAddresses = ({ kind }: Layers): boolean => kind === 'ethernet' || kind === 'fddi' || kind === 'wlan';

function oneAddress(layers: Layers, end: 'src' | 'dst', matches: (p: Packet, at: number) => boolean): Test {
  if (!hasAddresses(layers)) return never;
  layers.usesLink = true;
  if (layers.kind === 'wlan') return end === 'src' ? wlanSource(matches) : wlanDestination(matches);
  const k = layers.header + (end === 'src' ? 6 : 0);
  return (p) => matches(p, p.link + k);
}

/** IEEE 802.11 section 9.3.2.1: which address field holds the source depends on To DS (1) and From DS (2). */
function wlanSource(matches: (p: Packet, at: number) => boolean): Test {
  return (p) => {
    const control = p.u8(p.link);
    if ((control & WLAN_CONTROL) !== 0) return false;
    if ((control & WLAN_DATA) === 0) return matches(p, p.link + 10);
    const ds = p.u8(p.link + 1) & 3;
    return matches(p, p.link + (ds < 2 ? 10 : ds === 2 ? 16 : 24));
  };
}

function wlanDestination(matches: (p: Packet, at: number) => boolean): Test {
  return (p) => {
    const control = p.u8(p.link);
    if ((control & WLAN_CONTROL) !== 0) return false;
    const toDs = (control & WLAN_DATA) !== 0 && (p.u8(p.link + 1) & 1) !== 0;
    return matches(p, p.link + (toDs ? 16 : 4));
  };
}

/** Tags of IEEE 802.1Q, 802.1ad and the older 0x9100; a tag moves type and payload by 4. */
export function afterVlan(layers: Layers, id: number | undefined): Test {
  layers.usesPayload = true;
  const { type, payload } = layers;
  const tagged =
    layers.kind === 'wlan'
      ? either(carries(layers, 0x8100), either(carries(layers, 0x88a8), carries(layers, 0x9100)))
      : anyTag(type);
  layers.type += 4;
  layers.payload += 4;
  return id === undefined ? tagged : both(tagged, (p) => (p.u16(p.payload + payload) & 0xfff) === id);
}

const anyTag =
  (type: number): Test =>
  (p) => {
    const value = p.u16(p.payload + type);
    return value === 0x8100 || value === 0x88a8 || value === 0x9100;
  };

/** RFC 3032: 20 bits of label, 3 of traffic class, the bottom-of-stack bit, 8 of time to live. */
export function afterMpls(layers: Layers, id: number | undefined): Test {
  const { payload } = layers;
  const isFirst = layers.labels === 0;
  const labelled = isFirst
    ? carries(layers, layers.kind === 'ppp' ? PPP_MPLS : ETHERTYPE.mpls)
    : isLastLabel(payload - 4, false);
  layers.labels++;
  layers.payload += 4;
  return id === undefined ? labelled : both(labelled, (p) => p.word(p.payload + payload) >>> 12 === id);
}

/** RFC 2516: six bytes of PPPoE header, then PPP. */
export function afterPppoe(layers: Layers, id: number | undefined): Test {
  const { payload } = layers;
  const session = carries(layers, ETHERTYPE.pppoeSession);
  layers.kind = 'ppp';
  layers.header = payload + 6;
  layers.headerInPayload = true;
  layers.type = payload + 6;
  layers.payload = payload + 8;
  return id === undefined ? session : both(session, (p) => (p.word(p.payload + payload) & 0xffff) === id);
}
