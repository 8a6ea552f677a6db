/** Tests of IP: protocols, addresses, ports. Offsets of RFC 791, RFC 8200, RFC 826; ports come first in TCP, UDP, SCTP. */
import { carries } from './emit-link.ts';
import type { Layers } from './link.ts';
import { always, both, choose, either, never, type Packet, type Test } from './packet.ts';
import { ETHERTYPE } from './protocols.ts';
import type { Direction, Host6Node, HostNode, PortNode } from './syntax.ts';

const IP6_HEADER = 40;
const FRAGMENT_HEADER = 44;
const FRAGMENT_OFFSET = 0x1fff;
const TCP = 6;
const UDP = 17;
const SCTP = 132;

export function ipProtocolTest(layers: Layers, over: 'ip' | 'ip6' | 'both', protocol: number): Test {
  const { payload } = layers;
  const otherwise =
    over === 'ip' ? never : choose(carries(layers, ETHERTYPE.ip6), nextHeaderIs(payload, protocol), never);
  if (over === 'ip6') return otherwise;
  return choose(carries(layers, ETHERTYPE.ip), byteIs(payload + 9, protocol), otherwise);
}

const byteIs =
  (k: number, value: number): Test =>
  (p) =>
    p.u8(p.payload + k) === value;

/** Directly, or behind one fragment header; no other header is passed. */
const nextHeaderIs =
  (ip6: number, protocol: number): Test =>
  (p) => {
    const next = p.u8(p.payload + ip6 + 6);
    return next === protocol || (next === FRAGMENT_HEADER && p.u8(p.payload + ip6 + IP6_HEADER) === protocol);
  };

/** Where the sender's and the receiver's address stand: in IPv4, and in the ARP packets that carry IPv4. */
const IP4_PLACES = {
  ip: { protocol: ETHERTYPE.ip, src: 12, dst: 16 },
  arp: { protocol: ETHERTYPE.arp, src: 14, dst: 24 },
  rarp: { protocol: ETHERTYPE.rarp, src: 14, dst: 24 },
} as const;

export function hostTest(layers: Layers, node: HostNode): Test {
  // libpcap: ARP cannot be told apart below an MPLS label.
  const within = layers.labels > 0 && node.within.length > 1 ? (['ip'] as const) : node.within;
  return within.reduceRight<Test>((rest, layer) => {
    const { protocol, src, dst } = IP4_PLACES[layer];
    return choose(carries(layers, protocol), addressMatch(layers.payload, src, dst, node), rest);
  }, never);
}

/** A mask without bits loads nothing, as in libpcap's optimized programs. */
function addressMatch(payload: number, src: number, dst: number, { direction, address, mask }: HostNode): Test {
  if (mask === 0) return always;
  const hit = (p: Packet, k: number): boolean => (p.word(p.payload + payload + k) & mask) === address;
  switch (direction) {
    case 'src':
      return (p) => hit(p, src);
    case 'dst':
      return (p) => hit(p, dst);
    case 'or':
      return (p) => hit(p, src) || hit(p, dst);
    case 'and':
      return (p) => hit(p, src) && hit(p, dst);
  }
}

export function host6Test(layers: Layers, { direction, words, masks }: Host6Node): Test {
  const at = (k: number): Test =>
    words
      .map((word, i) => ({ word, mask: masks[i] ?? 0, k: layers.payload + k + 4 * i }))
      .filter(({ mask }) => mask !== 0)
      .map(
        ({ word, mask, k: offset }): Test =>
          (p) =>
            (p.word(p.payload + offset) & mask) === word,
      )
      .reduce(both, always);
  return both(carries(layers, ETHERTYPE.ip6), inDirection(direction, at(8), at(24)));
}

function inDirection(direction: Direction, src: Test, dst: Test): Test {
  if (direction === 'src') return src;
  if (direction === 'dst') return dst;
  return direction === 'and' ? both(src, dst) : either(src, dst);
}

/** IPv6 is looked at first, as in libpcap: it decides which load meets the end of a cut frame first. */
export function portTest(layers: Layers, node: PortNode): Test {
  const ip4 = choose(carries(layers, ETHERTYPE.ip), ports4(layers.payload, node), never);
  return choose(carries(layers, ETHERTYPE.ip6), ports6(layers.payload, node), ip4);
}

/** Only fragments with offset 0 hold ports. */
function ports4(ip: number, node: PortNode): Test {
  const wanted = node.transport ?? 0;
  const match = portMatch(node);
  return (p) => {
    const at = p.payload + ip;
    if (!isTransport(p.u8(at + 9), wanted)) return false;
    if ((p.u16(at + 6) & FRAGMENT_OFFSET) !== 0) return false;
    return match(p, at + (p.u8(at) & 0x0f) * 4);
  };
}

/** Ports directly behind the IPv6 header only: libpcap looks through no extension header here. */
function ports6(ip6: number, node: PortNode): Test {
  const wanted = node.transport ?? 0;
  const match = portMatch(node);
  return (p) => {
    const at = p.payload + ip6;
    return isTransport(p.u8(at + 6), wanted) && match(p, at + IP6_HEADER);
  };
}

const isTransport = (protocol: number, wanted: number): boolean =>
  wanted === 0 ? protocol === TCP || protocol === UDP || protocol === SCTP : protocol === wanted;

function portMatch({ direction, low, high }: PortNode): (p: Packet, at: number) => boolean {
  const hit = (port: number): boolean => port >= low && port <= high;
  switch (direction) {
    case 'src':
      return (p, at) => hit(p.u16(at));
    case 'dst':
      return (p, at) => hit(p.u16(at + 2));
    case 'or':
      return (p, at) => hit(p.u16(at)) || hit(p.u16(at + 2));
    case 'and':
      return (p, at) => hit(p.u16(at)) && hit(p.u16(at + 2));
  }
}

/** `ip broadcast`: without the interface's netmask, only 0.0.0.0 and 255.255.255.255, as tcpdump -r has it. */
export function groupTest(layers: Layers, level: 'ip' | 'ip6', cast: 'broadcast' | 'multicast'): Test {
  const { payload } = layers;
  if (level === 'ip6') return both(carries(layers, ETHERTYPE.ip6), (p) => p.u8(p.payload + payload + 24) === 0xff);
  if (cast === 'multicast') return both(carries(layers, ETHERTYPE.ip), (p) => p.u8(p.payload + payload + 16) >= 0xe0);
  return both(carries(layers, ETHERTYPE.ip), (p) => {
    const destination = p.word(p.payload + payload + 16);
    return destination === 0 || destination === -1;
  });
}
