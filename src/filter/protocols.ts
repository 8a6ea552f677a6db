/** Names of protocols: what `ether proto NAME`, `ip proto NAME` and the bare words stand for. */

/** 802.2 service access points that stand where an EtherType would: pcap-filter(7), "ether proto". */
export const SAP = { stp: 0x42, ipx: 0xe0, netbeui: 0xf0, iso: 0xfe } as const;

/** EtherTypes, IEEE 802 numbers. */
export const ETHERTYPE = {
  ip: 0x0800,
  arp: 0x0806,
  moprc: 0x6002,
  mopdl: 0x6001,
  decnet: 0x6003,
  lat: 0x6004,
  sca: 0x6007,
  rarp: 0x8035,
  atalk: 0x809b,
  aarp: 0x80f3,
  ip6: 0x86dd,
  mpls: 0x8847,
  pppoeDiscovery: 0x8863,
  pppoeSession: 0x8864,
  loopback: 0x9000,
} as const;

const LINK_PROTOCOLS = new Map<string, number>([
  ['ip', ETHERTYPE.ip],
  ['ip6', ETHERTYPE.ip6],
  ['arp', ETHERTYPE.arp],
  ['rarp', ETHERTYPE.rarp],
  ['atalk', ETHERTYPE.atalk],
  ['aarp', ETHERTYPE.aarp],
  ['decnet', ETHERTYPE.decnet],
  ['lat', ETHERTYPE.lat],
  ['sca', ETHERTYPE.sca],
  ['moprc', ETHERTYPE.moprc],
  ['mopdl', ETHERTYPE.mopdl],
  ['loopback', ETHERTYPE.loopback],
  ['stp', SAP.stp],
  ['ipx', SAP.ipx],
  ['netbeui', SAP.netbeui],
  ['iso', SAP.iso],
]);

/** IANA protocol numbers under the names of /etc/protocols, and the words of the filter language itself. */
const IP_PROTOCOLS = new Map<string, number>([
  ['ip', 0],
  ['hopopt', 0],
  ['icmp', 1],
  ['igmp', 2],
  ['ipencap', 4],
  ['tcp', 6],
  ['egp', 8],
  ['igp', 9],
  ['igrp', 9],
  ['udp', 17],
  ['dccp', 33],
  ['ipv6', 41],
  ['ipv6-route', 43],
  ['ipv6-frag', 44],
  ['rsvp', 46],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['ipv6-icmp', 58],
  ['icmp6', 58],
  ['ipv6-nonxt', 59],
  ['ipv6-opts', 60],
  ['eigrp', 88],
  ['ospf', 89],
  ['ipip', 94],
  ['etherip', 97],
  ['encap', 98],
  ['pim', 103],
  ['ipcomp', 108],
  ['vrrp', 112],
  ['carp', 112],
  ['l2tp', 115],
  ['isis', 124],
  ['sctp', 132],
  ['fc', 133],
  ['mobility-header', 135],
  ['udplite', 136],
  ['mpls-in-ip', 137],
  ['hip', 139],
  ['shim6', 140],
]);

/** The bare words `tcp`, `icmp6` ...: which IP versions they look at, as pcap-filter(7) abbreviates them. */
export const TRANSPORTS = new Map<string, { readonly number: number; readonly over: 'ip' | 'ip6' | 'both' }>([
  ['tcp', { number: 6, over: 'both' }],
  ['udp', { number: 17, over: 'both' }],
  ['sctp', { number: 132, over: 'both' }],
  ['pim', { number: 103, over: 'both' }],
  ['ah', { number: 51, over: 'both' }],
  ['esp', { number: 50, over: 'both' }],
  ['icmp', { number: 1, over: 'ip' }],
  ['igmp', { number: 2, over: 'ip' }],
  ['igrp', { number: 9, over: 'ip' }],
  ['vrrp', { number: 112, over: 'ip' }],
  ['carp', { number: 112, over: 'ip' }],
  ['icmp6', { number: 58, over: 'ip6' }],
]);

export const linkProtocolNamed = (name: string): number | undefined => LINK_PROTOCOLS.get(name.toLowerCase());
export const ipProtocolNamed = (name: string): number | undefined => IP_PROTOCOLS.get(name.toLowerCase());
