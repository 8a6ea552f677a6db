/**
 * A frame's bytes -> layer offsets. Follows the layers from the link inwards until a transport header, a protocol
 * that is only named, or a reason to stop. The innermost IP and transport headers are what remains in the frame.
 */
import { verifyTransport } from './checksums.ts';
import * as eth from './ethernet.ts';
import { Fragments } from './fragments.ts';
import { type Frame, Note, Stop, has } from './frame.ts';
import { icmp, icmpv6 } from './icmp.ts';
import { SCTP, TCP, UDP } from './ip.ts';
import { ipv4 } from './ipv4.ts';
import { authentication, ipv6 } from './ipv6.ts';
import { Layer } from './layers.ts';
import { MAX_DEPTH, MAX_LAYERS } from './limits.ts';
import * as link from './link.ts';
import { plainIpv4 } from './plain.ts';
import { Paths, ROOT_PATH } from './paths.ts';
import { l2tp, mpls, mplsInUdp, multilink, ppp, pppoe } from './ppp.ts';
import { tcp } from './tcp.ts';
import * as tunnel from './tunnels.ts';
import { udp } from './udp.ts';
import { l2tpInIp, macsec, tzsp } from './wrapped.ts';
import { radiotap, wlan } from './wlan.ts';

const ETHERNET = 1;

export class Decoder {
  readonly paths = new Paths();
  readonly fragments = new Fragments();

  /** Path of the frames that `plainIpv4` and `glance.ts` recognise as TCP. */
  readonly tcpPath = this.#ipv4Path(Layer.tcp);
  readonly #udpPath = this.#ipv4Path(Layer.udp);

  #ipv4Path(transport: Layer): number {
    const ip = this.paths.child(this.paths.child(ROOT_PATH, Layer.ethernet), Layer.ipv4);
    return this.paths.child(ip, transport);
  }

  /** Fills the layer fields of `f`, whose bytes, bounds and link type are set. */
  decode(f: Frame): void {
    f.stop = Stop.none;
    f.notes = 0;
    f.outerCount = 0;
    if (f.linkType === ETHERNET && plainIpv4(f)) f.path = f.protocol === TCP ? this.tcpPath : this.#udpPath;
    else this.#general(f);
    if (f.protocol !== TCP && f.protocol !== UDP) return;
    if (f.end === f.wireEnd && f.stop === Stop.none) verifyTransport(f);
  }

  /** Any link type, any nesting: one layer after the other. */
  #general(f: Frame): void {
    f.at = f.start;
    f.path = ROOT_PATH;
    f.depth = 0;
    f.ipVersion = 0;
    f.network = 0;
    f.packetLength = 0;
    f.protocol = 0;
    f.transport = 0;
    f.payload = 0;
    f.payloadLength = 0;
    let layer = link.firstLayer(f.linkType);
    if (layer === Layer.end) f.stop = Stop.unknownLinkType;
    for (let count = 0; layer !== Layer.end; count++) {
      if (count >= MAX_LAYERS || f.depth > MAX_DEPTH) {
        f.stop = Stop.tooDeep;
        break;
      }
      f.path = this.paths.child(f.path, layer);
      layer = this.#step(f, layer);
    }
  }

  /** Decodes one layer at the cursor; returns the one that follows. */
  #step(f: Frame, layer: Layer): Layer {
    switch (layer) {
      case Layer.ethernet:
        return eth.ethernet(f);
      case Layer.ipv4:
        return ipv4(f, this.fragments);
      case Layer.tcp:
        return tcp(f);
      case Layer.udp:
        return udp(f);
      case Layer.ipv6:
        return ipv6(f, this.fragments);
      case Layer.vlan:
        return eth.vlan(f);
      case Layer.icmp:
        return icmp(f);
      case Layer.icmpv6:
        return icmpv6(f);
      case Layer.arp:
        has(f, 8);
        return Layer.end;
      case Layer.wlanEncrypted:
        f.notes |= Note.encrypted;
        return Layer.end;
      case Layer.sctp:
        if (has(f, 12)) {
          f.transport = f.at;
          f.protocol = SCTP;
          f.payload = f.at + 12;
          f.payloadLength = f.wireEnd - f.payload;
        }
        return Layer.end;
      default:
        return this.#rare(f, layer);
    }
  }

  #rare(f: Frame, layer: Layer): Layer {
    switch (layer) {
      case Layer.llc:
        return eth.llc(f);
      case Layer.sll:
        return link.sll(f);
      case Layer.sll2:
        return link.sll2(f);
      case Layer.null:
        return link.nullLink(f);
      case Layer.loop:
        return link.loop(f);
      case Layer.raw:
        return link.raw(f);
      case Layer.ppp:
        return ppp(f);
      case Layer.pppoe:
        return pppoe(f);
      case Layer.chdlc:
        return link.chdlc(f);
      case Layer.fddi:
        return link.fddi(f);
      case Layer.nflog:
        return link.nflog(f);
      case Layer.ppi:
        return link.ppi(f);
      case Layer.ipoib:
        return link.ipoib(f);
      case Layer.arcnet:
        return link.arcnet(f);
      case Layer.radiotap:
        return radiotap(f);
      case Layer.wlan:
        return wlan(f, false);
      case Layer.wlanPadded:
        return wlan(f, true);
      case Layer.mpls:
        return mpls(f);
      case Layer.mplsInUdp:
        return mplsInUdp(f);
      case Layer.multilink:
        return multilink(f);
      case Layer.gre:
        return tunnel.gre(f);
      case Layer.wccp:
        return tunnel.wccp(f);
      case Layer.erspan:
        return tunnel.erspan(f);
      case Layer.vxlan:
        return tunnel.vxlan(f);
      case Layer.geneve:
        return tunnel.geneve(f);
      case Layer.gtpu:
        return tunnel.gtpu(f);
      case Layer.teredo:
        return tunnel.teredo(f);
      case Layer.l2tp:
        return l2tp(f);
      case Layer.l2tpInIp:
        return l2tpInIp(f);
      case Layer.macsec:
        return macsec(f);
      case Layer.tzsp:
        return tzsp(f);
      case Layer.ah:
        return authentication(f);
      case Layer.ciscoMetadata:
        return eth.ciscoMetadata(f);
      case Layer.fabricPath:
        return Layer.ethernet;
      case Layer.vntag:
        return eth.vntag(f);
      default:
        return Layer.end;
    }
  }
}
