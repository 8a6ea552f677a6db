/** PPP (RFC 1661, RFC 1662), PPPoE (RFC 2516), MPLS labels (RFC 3032), MPLS in UDP (RFC 7510), L2TP data messages (RFC 2661, RFC 3931). */
import { u16be } from '../bytes/read.ts';
import { type Frame, Stop, has } from './frame.ts';
import { Layer } from './layers.ts';
import { l2tpInUdp } from './wrapped.ts';

/** PPP, with or without the address and control bytes of HDLC framing, with or without a compressed protocol. */
export function ppp(f: Frame): Layer {
  if (!has(f, 2)) return Layer.end;
  const address = f.bytes[f.at]!;
  const control = f.bytes[f.at + 1]!;
  // Cisco's HDLC is captured under the same link types (unicast 0x0f, multicast 0x8f); no PPP protocol begins so.
  if ((address === 0x0f || address === 0x8f) && control === 0) return Layer.chdlc;
  if (address === 0xff && control === 0x03) f.at += 2;
  if (!has(f, 1)) return Layer.end;
  const first = f.bytes[f.at]!;
  if ((first & 1) === 1) {
    f.at += 1; // RFC 1661 section 6.5: one byte when its lowest bit is set
    return pppProtocol(f, first);
  }
  if (!has(f, 2)) return Layer.end;
  const protocol = u16be(f.view, f.at);
  f.at += 2;
  return pppProtocol(f, protocol);
}

function pppProtocol(f: Frame, protocol: number): Layer {
  if (protocol === 0x0021) return Layer.ipv4;
  if (protocol === 0x0057) return Layer.ipv6;
  if (protocol === MULTILINK) return Layer.multilink;
  if (protocol === 0x0281 || protocol === 0x0283) return Layer.mpls;
  if (protocol >= 0x8000) return Layer.pppControl;
  f.stop = Stop.unknownProtocol;
  return Layer.end;
}

const MULTILINK = 0x003d;
/** Beginning and end: the fragment is a whole packet. */
const WHOLE = 0xc0;

/** RFC 1990 section 3, with sequence numbers of 24 bits (the default): packets in one piece are looked into. */
export function multilink(f: Frame): Layer {
  if (!has(f, 4)) return Layer.end;
  const flags = f.bytes[f.at]!;
  f.at += 4;
  return flags === WHOLE ? Layer.ppp : Layer.end;
}

export function pppoe(f: Frame): Layer {
  if (!has(f, 6)) return Layer.end;
  if (f.bytes[f.at + 1] !== 0) return Layer.pppoeDiscovery;
  const length = u16be(f.view, f.at + 4);
  f.at += 6;
  if (length > 0 && f.at + length < f.wireEnd) {
    f.wireEnd = f.at + length;
    if (f.end > f.wireEnd) f.end = f.wireEnd;
  }
  return Layer.ppp;
}

/** RFC 7510: only what has labels and an IP packet behind them, so that other users of the port keep their payload. */
export function mplsInUdp(f: Frame): Layer {
  let at = f.at;
  while (at + 4 < f.end && (f.bytes[at + 2]! & 1) === 0) at += 4;
  const nibble = at + 4 < f.end ? f.bytes[at + 4]! >> 4 : 0;
  if (nibble !== 4 && nibble !== 6) return Layer.end;
  f.rememberOuter();
  f.at = at + 4;
  return nibble === 4 ? Layer.ipv4 : Layer.ipv6;
}

/** Labels up to the bottom of the stack; what follows is told by the first nibble (RFC 4928 section 2). */
export function mpls(f: Frame): Layer {
  for (;;) {
    if (!has(f, 4)) return Layer.end;
    const bottom = (f.bytes[f.at + 2]! & 1) === 1;
    f.at += 4;
    if (bottom) break;
  }
  if (!has(f, 1)) return Layer.end;
  const nibble = f.bytes[f.at]! >> 4;
  if (nibble === 4) return Layer.ipv4;
  if (nibble === 6) return Layer.ipv6;
  if (nibble === 0) {
    f.at += 4; // pseudowire control word, RFC 4385
    return Layer.ethernet;
  }
  return Layer.ethernet;
}

/** L2TP over UDP; of version 2 with optional fields by flag. Control messages carry nothing for us. */
export function l2tp(f: Frame): Layer {
  if (!has(f, 6)) return Layer.end;
  const flags = u16be(f.view, f.at);
  if ((flags & 0x8000) !== 0) return Layer.end;
  if ((flags & 0x000f) === 3) return l2tpInUdp(f);
  if ((flags & 0x000f) !== 2) return Layer.end;
  let header = 6;
  if ((flags & 0x4000) !== 0) header += 2;
  if ((flags & 0x0800) !== 0) header += 4;
  if ((flags & 0x0200) !== 0) {
    if (!has(f, header + 2)) return Layer.end;
    header += 2 + u16be(f.view, f.at + header);
  }
  if (!has(f, header)) return Layer.end;
  f.rememberOuter();
  f.at += header;
  return Layer.ppp;
}
