/** UDP, RFC 768, and the ports behind which tunnels are looked for. */
import { u16be } from '../bytes/read.ts';
import { type Frame, Stop, has } from './frame.ts';
import { UDP } from './ip.ts';
import { Layer } from './layers.ts';

const HEADER = 8;

export function udp(f: Frame): Layer {
  const at = f.at;
  if (!has(f, HEADER)) return Layer.end;
  const length = u16be(f.view, at + 4);
  f.transport = at;
  f.protocol = UDP;
  f.payload = at + HEADER;
  // 0 is a jumbogram (RFC 2675 section 4) or an offloaded datagram.
  if (length !== 0 && length < HEADER) {
    f.payloadLength = 0;
    f.stop = Stop.badLength;
    return Layer.end;
  }
  if (length !== 0 && at + length < f.wireEnd) {
    f.wireEnd = at + length;
    if (f.end > f.wireEnd) f.end = f.wireEnd;
  }
  f.payloadLength = f.wireEnd - f.payload;
  const tunnel = tunnelAt(u16be(f.view, at), u16be(f.view, at + 2));
  if (tunnel === Layer.end) return Layer.end;
  f.at = f.payload;
  return tunnel;
}

/** Port -> tunnel (IANA; 8472 is what Linux used for VXLAN before 4789 was assigned, 4790 is VXLAN-GPE). */
const tunnels = new Uint8Array(65_536);
tunnels[4789] = tunnels[8472] = tunnels[4790] = Layer.vxlan;
tunnels[6635] = Layer.mplsInUdp;
tunnels[6081] = Layer.geneve;
tunnels[2152] = Layer.gtpu;
tunnels[3544] = Layer.teredo;
tunnels[1701] = Layer.l2tp;
tunnels[37008] = Layer.tzsp;

/** The tunnel registered for either port; `Layer.end` for none. */
export function tunnelAt(source: number, destination: number): Layer {
  const byDestination = tunnels[destination] as Layer;
  return byDestination !== Layer.end ? byDestination : (tunnels[source] as Layer);
}
