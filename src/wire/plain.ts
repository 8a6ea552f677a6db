/**
 * The frame that most captures are made of, decoded in one go: Ethernet II, IPv4 without options or fragments, TCP or
 * UDP. It leaves what the layer-by-layer decoder would leave, and leaves to that whatever is not as plain as this.
 */
import { u16be } from '../bytes/read.ts';
import { type Frame, Note } from './frame.ts';
import { TCP, UDP } from './ip.ts';
import { Layer } from './layers.ts';
import { headerLength } from './tcp.ts';
import { tunnelAt } from './udp.ts';

const ETHERNET_HEADER = 14;
const IPV4_HEADER = 20;
const TCP_HEADER = 20;
const UDP_HEADER = 8;
/** Version 4 and five words of header. */
const VERSION_AND_LENGTH = 0x45;
const FRAGMENT = 0x3fff;

/** False when the frame is of another kind, or odd in any way; then nothing has changed but what is set below. */
export function plainIpv4(f: Frame): boolean {
  const { view, start } = f;
  const network = start + ETHERNET_HEADER;
  const transport = network + IPV4_HEADER;
  if (transport + TCP_HEADER > f.end || u16be(view, start + 12) !== 0x0800) return false;
  const first = view.getInt32(network);
  const packetLength = first & 0xffff;
  const wireEnd = network + packetLength;
  if (first >>> 24 !== VERSION_AND_LENGTH || wireEnd > f.wireEnd || wireEnd < transport + TCP_HEADER) return false;
  const third = view.getInt32(network + 8);
  const protocol = (third >>> 16) & 0xff;
  if ((u16be(view, network + 6) & FRAGMENT) !== 0) return false;
  if (protocol === TCP) {
    const header = headerLength(f.bytes, transport);
    if (header < TCP_HEADER || transport + header > wireEnd) return false;
    f.payload = transport + header;
    f.payloadLength = wireEnd - f.payload;
  } else if (protocol === UDP) {
    if (tunnelAt(u16be(view, transport), u16be(view, transport + 2)) !== Layer.end) return false;
    if (u16be(view, transport + 4) !== packetLength - IPV4_HEADER) return false;
    f.payload = transport + UDP_HEADER;
    f.payloadLength = wireEnd - f.payload;
  } else return false;
  f.wireEnd = wireEnd;
  if (f.end > wireEnd) f.end = wireEnd;
  f.depth = 1;
  f.ipVersion = 4;
  f.network = network;
  f.packetLength = packetLength;
  f.protocol = protocol;
  f.transport = transport;
  if (!headerSumsUp(view, network)) f.notes = (third & 0xffff) === 0 ? Note.ipChecksumOffloaded : Note.ipChecksumBad;
  return true;
}

/** The one's complement sum of ten 16-bit words is 0xffff (RFC 1071), taken five 32-bit words at a time. */
function headerSumsUp(view: DataView, at: number): boolean {
  const a = view.getInt32(at, true);
  const b = view.getInt32(at + 4, true);
  const c = view.getInt32(at + 8, true);
  const d = view.getInt32(at + 12, true);
  const e = view.getInt32(at + 16, true);
  const low = (a & 0xffff) + (b & 0xffff) + (c & 0xffff) + (d & 0xffff) + (e & 0xffff);
  const high = (a >>> 16) + (b >>> 16) + (c >>> 16) + (d >>> 16) + (e >>> 16);
  const sum = low + high;
  return ((sum & 0xffff) + (sum >>> 16)) % 0xffff === 0;
}
