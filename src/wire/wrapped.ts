/**
 * Frames wrapped as they are: MACsec without encryption (IEEE 802.1AE section 9), TZSP, which sends captured frames to
 * another host, and L2TP version 3 (RFC 3931). What does not look like one is left alone.
 */
import { u16be, u32be } from '../bytes/read.ts';
import { byEtherType } from './ethernet.ts';
import { type Frame, has } from './frame.ts';
import { Layer } from './layers.ts';

/** Tag control information: version, a channel id follows, encrypted, changed text. */
const MACSEC_VERSION = 0x80;
const MACSEC_CHANNEL = 0x20;
const MACSEC_ENCRYPTED = 0x08;
const MACSEC_CHANGED = 0x04;
/** Integrity check value of all cipher suites that leave the text as it is (sections 14.5 to 14.8). */
const MACSEC_CHECK_BYTES = 16;
/** Short length: of text that is shorter, so that padding can be told (section 9.7). */
const MACSEC_SHORT = 48;

/** The cursor is behind the EtherType of the tag. */
export function macsec(f: Frame): Layer {
  if (!has(f, 6)) return Layer.end;
  const control = f.bytes[f.at]!;
  if ((control & (MACSEC_VERSION | MACSEC_ENCRYPTED | MACSEC_CHANGED)) !== 0) return Layer.end;
  const length = f.bytes[f.at + 1]! & 0x3f;
  const header = (control & MACSEC_CHANNEL) !== 0 ? 14 : 6;
  if (!has(f, header + 2)) return Layer.end;
  const text = f.at + header;
  const end = length > 0 && length < MACSEC_SHORT ? text + length : f.wireEnd - MACSEC_CHECK_BYTES;
  if (end < text + 2 || end > f.wireEnd) return Layer.end;
  f.wireEnd = end;
  if (f.end > end) f.end = end;
  const type = u16be(f.view, text);
  f.at = text + 2;
  return byEtherType(f, type);
}

const TZSP_VERSION = 1;
const TZSP_PADDING = 0;
const TZSP_END = 1;

/** Version, type (0 received, 1 to be sent), what is wrapped, then tags up to the one that ends them. */
export function tzsp(f: Frame): Layer {
  if (!has(f, 5) || f.bytes[f.at] !== TZSP_VERSION || f.bytes[f.at + 1]! > 1) return Layer.end;
  const wrapped = u16be(f.view, f.at + 2);
  if (wrapped !== 1 && wrapped !== 18) return Layer.end;
  for (let at = f.at + 4; at < f.end;) {
    const tag = f.bytes[at]!;
    if (tag === TZSP_END) {
      f.rememberOuter();
      f.at = at + 1;
      return wrapped === 1 ? Layer.ethernet : Layer.wlan;
    }
    at += tag === TZSP_PADDING ? 1 : 2 + (at + 1 < f.end ? f.bytes[at + 1]! : 0);
  }
  return Layer.end;
}

/** Directly in IP (RFC 3931 section 4.1.1): a session, 0 for control messages. */
export function l2tpInIp(f: Frame): Layer {
  if (!has(f, 4) || u32be(f.view, f.at) === 0) return Layer.end;
  const found = ethernetBehind(f, f.at + 4);
  if (found < 0) return Layer.end;
  f.at = found;
  return Layer.ethernet;
}

/** In UDP (section 4.1.2): flags and version, two reserved bytes, the session. */
export function l2tpInUdp(f: Frame): Layer {
  if (!has(f, 8) || u32be(f.view, f.at + 4) === 0) return Layer.end;
  const found = ethernetBehind(f, f.at + 8);
  if (found < 0) return Layer.end;
  f.rememberOuter();
  f.at = found;
  return Layer.ethernet;
}

/** A cookie of 0, 4 or 8 bytes, and a sublayer of 4 or none: the two ends agreed on it, the packet does not tell. */
const COOKIES = [0, 4, 8, 12] as const;

/** Where the Ethernet frame behind begins: the one place that has one with a whole packet; -1 for none or several. */
function ethernetBehind(f: Frame, at: number): number {
  let found = -1;
  for (const bytes of COOKIES) {
    const start = at + bytes;
    // Four bytes on, the end of a tag looks like an EtherType too.
    const isInTag = found === start - 4 && u16be(f.view, start + 8) === VLAN;
    if (isInTag || !isEthernet(f, start)) continue;
    if (found >= 0) return -1;
    found = start;
  }
  return found;
}

const VLAN = 0x8100;
/** Shortest frame without its check sequence: padding reaches up to here (IEEE 802.3 section 3.2.8). */
const LEAST_FRAME = 60;

/** An Ethernet header, and in it an ARP or IP packet that ends where the frame does, but for padding. */
function isEthernet(f: Frame, start: number): boolean {
  let at = start + 12;
  if (at + 2 <= f.end && u16be(f.view, at) === VLAN) at += 4;
  if (at + 2 + 28 > f.end) return false;
  const type = u16be(f.view, at);
  const packet = at + 2;
  const length = packetLength(f, type, packet);
  if (length < 0 || packet + length > f.wireEnd) return false;
  return packet + length === f.wireEnd || f.wireEnd - start <= LEAST_FRAME;
}

/** -1 where it is none. */
function packetLength(f: Frame, type: number, at: number): number {
  const first = f.bytes[at]!;
  if (type === 0x0800 && first >= 0x45 && first <= 0x4f) return u16be(f.view, at + 2);
  if (type === 0x86dd && first >> 4 === 6) return 40 + u16be(f.view, at + 4);
  // Addresses of Ethernet and IPv4 (RFC 826).
  return type === 0x0806 && u32be(f.view, at) === 0x0001_0800 ? 28 : -1;
}
