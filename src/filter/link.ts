/**
 * Link types: where the link-layer header and its payload lie and how the payload's protocol is recognised, as
 * libpcap 1.10 does it for each. `vlan`, `mpls` and `pppoes` move these offsets for the rest of the expression.
 */
import type { Packet } from './packet.ts';

type LinkKind =
  'ethernet' | 'cooked' | 'cooked2' | 'loopback' | 'raw' | 'ip' | 'ip6' | 'ppp' | 'hdlc' | 'fddi' | 'wlan' | 'other';

export interface Layers {
  kind: LinkKind;
  /** Offset of the link-layer header; inside PPPoE it counts from the payload's base. */
  header: number;
  headerInPayload: boolean;
  /** Offsets of the protocol field and of the payload, from `Packet.payload`. */
  type: number;
  payload: number;
  /** Whether the two offsets above count from the frame's start. */
  readonly hasFixedHeader: boolean;
  /** MPLS labels passed. */
  labels: number;
  /** Whether a test looked behind the link header, or at it: only then it is worth measuring. */
  usesPayload: boolean;
  usesLink: boolean;
}

interface Layout {
  readonly kind: LinkKind;
  readonly type: number;
  readonly payload: number;
  readonly locate?: (p: Packet, withPayload: boolean) => void;
}

const RAW: Layout = { kind: 'raw', type: 0, payload: 0 };
const WLAN = { kind: 'wlan', type: 6, payload: 8 } as const;

/** LINKTYPE numbers of https://www.tcpdump.org/linktypes.html. */
const LAYOUTS = new Map<number, Layout>([
  [0, { kind: 'loopback', type: 0, payload: 4 }], // NULL
  [1, { kind: 'ethernet', type: 12, payload: 14 }],
  [9, { kind: 'ppp', type: 2, payload: 4 }],
  [10, { kind: 'fddi', type: 19, payload: 21 }],
  [12, RAW],
  [14, RAW],
  [50, { kind: 'ppp', type: 2, payload: 4 }], // PPP_HDLC
  [101, RAW],
  [104, { kind: 'hdlc', type: 2, payload: 4 }],
  [105, { ...WLAN, locate: locateWlan }],
  [108, { kind: 'loopback', type: 0, payload: 4 }], // LOOP
  [113, { kind: 'cooked', type: 14, payload: 16 }],
  [127, { ...WLAN, locate: locateRadiotap }],
  [228, { kind: 'ip', type: 0, payload: 0 }],
  [229, { kind: 'ip6', type: 0, payload: 0 }],
  [276, { kind: 'cooked2', type: 0, payload: 20 }],
]);

const OTHER: Layout = { kind: 'other', type: 0, payload: 0 };

export function layersOf(linkType: number): Layers {
  const { kind, type, payload, locate } = LAYOUTS.get(linkType) ?? OTHER;
  const header = kind === 'fddi' ? 1 : 0; // FDDI's frame control byte stands before the addresses
  const unused = { usesPayload: false, usesLink: false };
  const hasFixedHeader = locate === undefined;
  return { kind, header, headerInPayload: false, type, payload, hasFixedHeader, labels: 0, ...unused };
}

/** Finds headers of variable length before the tests run; undefined for links whose header has a fixed one. */
export function locatorOf(linkType: number, layers: Layers): ((p: Packet) => void) | undefined {
  const { locate } = LAYOUTS.get(linkType) ?? OTHER;
  if (locate === undefined || !(layers.usesLink || layers.usesPayload)) return undefined;
  const withPayload = layers.usesPayload;
  return (p) => locate(p, withPayload);
}

/** Frame control bits of IEEE 802.11, section 9.2.4.1: type "data" is 0x08 without 0x04, a QoS subtype 0x80. */
export const WLAN_DATA = 0x08;
export const WLAN_CONTROL = 0x04;
const WLAN_QOS = 0x80;
const WLAN_HEADER = 24;

function locateWlan(p: Packet, withPayload: boolean): void {
  if (!withPayload) return;
  p.payload = p.link + WLAN_HEADER;
  if (isQosData(p.u8(p.link))) p.payload += 2;
}

const isQosData = (control: number): boolean =>
  (control & (WLAN_DATA | WLAN_CONTROL | WLAN_QOS)) === (WLAN_DATA | WLAN_QOS);

/** radiotap.org: length at byte 2 and the field bitmap at byte 4, both little-endian. */
function locateRadiotap(p: Packet, withPayload: boolean): void {
  p.link = p.start + (p.u8(p.start + 2) | (p.u8(p.start + 3) << 8));
  if (!withPayload) return;
  locateWlan(p, true);
  if ((p.u8(p.link) & (WLAN_DATA | WLAN_CONTROL)) === WLAN_DATA && isPadded(p)) {
    p.payload = p.start + ((p.payload - p.start + 3) & ~3);
  }
}

/** Flag 0x20 of the flags field: padding after the 802.11 header. The field follows the timestamp, where there is one. */
function isPadded(p: Packet): boolean {
  const present = p.word(p.start + 4);
  if ((present & 0x02000000) === 0 || (present & 0x80) !== 0) return false;
  return (p.u8(p.start + ((present & 0x01000000) === 0 ? 8 : 16)) & 0x20) !== 0;
}
