/**
 * Tunnels: GRE (RFC 2784, RFC 2890, RFC 2637), ERSPAN, VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281),
 * Teredo (RFC 4380). UDP tunnels are recognised by port, then checked: what does not look like one stays plain UDP.
 */
import { u16be } from '../bytes/read.ts';
import { byEtherType } from './ethernet.ts';
import { type Frame, has } from './frame.ts';
import { Layer } from './layers.ts';

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGMENT = 0x0080;

export function gre(f: Frame): Layer {
  if (!has(f, 4)) return Layer.end;
  const flags = u16be(f.view, f.at);
  const type = u16be(f.view, f.at + 2);
  const version = flags & 7;
  let header = 4;
  if ((flags & (CHECKSUM | ROUTING)) !== 0) header += 4;
  if ((flags & KEY) !== 0) header += 4;
  if ((flags & SEQUENCE) !== 0) header += 4;
  if (version === 1 && (flags & ACKNOWLEDGMENT) !== 0) header += 4;
  if (!has(f, header)) return Layer.end;
  f.at += header;
  if (version === 0 && (flags & ROUTING) !== 0 && !passRoutes(f)) return Layer.end;
  if (f.at >= f.wireEnd) return Layer.end;
  if (version === 1) return Layer.ppp; // PPTP's enhanced GRE
  // ERSPAN type I has no sequence number and no header of its own.
  if (type === 0x88be && (flags & SEQUENCE) === 0) return Layer.ethernet;
  if (isAruba(type)) return Layer.wlan;
  if (type === WCCP) return Layer.wccp;
  if (type === 0) return Layer.greOther;
  return byEtherType(f, type);
}

/** What caches and routers that speak WCCP send each other (draft-mclaggan-wccp-v2rev1 section 4.12). */
const WCCP = 0x883e;

/** Source route entries (RFC 1701 section 2): family, offset, length, then that many bytes; the last has length 0. */
function passRoutes(f: Frame): boolean {
  for (;;) {
    if (!has(f, 4)) return false;
    const family = u16be(f.view, f.at);
    const length = f.bytes[f.at + 3]!;
    if (!has(f, 4 + length)) return false;
    f.at += 4 + length;
    if (family === 0 && length === 0) return true;
  }
}

/** Version 1 has no header of its own, version 2 one of four bytes, which does not look like one of IPv4. */
export function wccp(f: Frame): Layer {
  if (!has(f, 1)) return Layer.end;
  if (f.bytes[f.at]! >> 4 !== 4) f.at += 4;
  return Layer.ipv4;
}

/** Aruba access points put an 802.11 frame behind types of their own (as Wireshark's packet-gre.c lists them). */
const isAruba = (type: number): boolean =>
  (type >= 0x8200 && type <= 0x8370 && (type & 0x0f) === 0) || type === 0x9000 || type === 0x9100;

/** ERSPAN type II has 8 bytes, type III 12, or 20 with a platform header. */
export function erspan(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const version = f.bytes[f.at]! >> 4;
  let header = 8;
  if (version === 2) {
    if (!has(f, 12)) return Layer.end;
    header = (f.bytes[f.at + 11]! & 1) !== 0 ? 20 : 12;
  } else if (version !== 1) return Layer.end;
  if (!has(f, header)) return Layer.end;
  f.at += header;
  return Layer.ethernet;
}

export function vxlan(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const flags = f.bytes[f.at]!;
  if ((flags & 0x08) === 0) return Layer.end; // the VNI must be valid (RFC 7348 section 5)
  const extended = (flags & 0x04) !== 0; // VXLAN-GPE names what follows
  const next = f.bytes[f.at + 3]!;
  f.rememberOuter();
  f.at += 8;
  if (extended && next === 1) return Layer.ipv4;
  if (extended && next === 2) return Layer.ipv6;
  if (extended && next === 5) return Layer.mpls;
  return Layer.ethernet;
}

export function geneve(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const first = f.bytes[f.at]!;
  if (first >> 6 !== 0) return Layer.end;
  const header = 8 + (first & 0x3f) * 4;
  const type = u16be(f.view, f.at + 2);
  if (!has(f, header)) return Layer.end;
  f.rememberOuter();
  f.at += header;
  if (f.at >= f.wireEnd) return Layer.end;
  return byEtherType(f, type);
}

/** Only G-PDU (type 255) carries a user's packet. */
export function gtpu(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const flags = f.bytes[f.at]!;
  if (flags >> 5 !== 1 || (flags & 0x10) === 0 || f.bytes[f.at + 1] !== 255) return Layer.end;
  if (u16be(f.view, f.at + 2) + 8 > f.wireEnd - f.at) return Layer.end;
  let at = f.at + 8;
  if ((flags & 7) !== 0) {
    let extension = at + 4 <= f.end && (flags & 4) !== 0 ? f.bytes[at + 3]! : 0;
    at += 4;
    while (extension !== 0) {
      const length = at < f.end ? f.bytes[at]! * 4 : 0;
      if (length === 0 || at + length > f.end) return Layer.end;
      extension = f.bytes[at + length - 1]!;
      at += length;
    }
  }
  return innerIp(f, at);
}

/** Authentication and origin indications may come first (RFC 4380 section 5.1.1). */
export function teredo(f: Frame): Layer {
  let at = f.at;
  if (at + 4 <= f.end && u16be(f.view, at) === 1) at += 13 + f.bytes[at + 2]! + f.bytes[at + 3]!;
  if (at + 8 <= f.end && u16be(f.view, at) === 0) at += 8;
  return innerIp(f, at) === Layer.ipv6 ? Layer.ipv6 : Layer.end;
}

/** An IP packet at `at`, when it looks like one; only then is the outer UDP header a tunnel's. */
function innerIp(f: Frame, at: number): Layer {
  if (at + 20 > f.end) return Layer.end;
  const version = f.bytes[at]! >> 4;
  if (version === 4 && (f.bytes[at]! & 15) < 5) return Layer.end;
  if (version !== 4 && version !== 6) return Layer.end;
  if (version === 6 && at + 40 > f.end) return Layer.end;
  f.rememberOuter();
  f.at = at;
  return version === 4 ? Layer.ipv4 : Layer.ipv6;
}
