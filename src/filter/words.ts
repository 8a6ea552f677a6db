/** The words of the language, by what they do; pcap-filter(7). */

/** All of these name the link layer, whatever it is: "fddi is actually an alias for ether". */
const LINK_WORDS = ['ether', 'link', 'ppp', 'slip', 'fddi', 'tr', 'wlan'];

const PROTOCOL_WORDS = `ip ip6 arp rarp tcp udp sctp icmp icmp6 igmp igrp pim vrrp carp ah esp atalk aarp decnet lat sca
moprc mopdl iso stp ipx netbeui`.split(/\s+/);

const OTHER_WORDS = `host net mask port portrange proto src dst less greater broadcast multicast len length and or not
vlan mpls pppoes pppoed`.split(/\s+/);

const needsDirection = 'a capture file does not say which way a frame went';
const onlyWireless = '802.11 fields are not filtered on';
const onlyPf = 'it applies to logs of the pf packet filter';
const onlyAtm = 'it applies to ATM';
const onlySs7 = 'it applies to SS7';
const onlyIsIs = 'IS-IS is not filtered on; iso matches all of OSI';

/** Words of the language that are understood and refused, with the reason; none is ever ignored. */
const REFUSED = new Map<string, string>();
const refuse = (why: string, words: string): void => {
  for (const word of words.split(' ')) REFUSED.set(word, why);
};
refuse('names are not looked up; say ether host MAC and not host ADDRESS', 'gateway');
refuse('the chain of headers is not followed; say proto N', 'protochain');
refuse(needsDirection, 'inbound outbound');
refuse('interfaces are not filtered on', 'ifindex');
refuse('say link[N] instead', 'byte');
refuse('radio headers are not filtered on', 'radio');
refuse('say ether[12:2] <= 1500', 'llc');
refuse('what is inside a tunnel is not filtered on; say udp port 6081', 'geneve');
refuse('what is inside a tunnel is not filtered on; say udp port 4789', 'vxlan');
refuse('what is inside a tunnel is not filtered on', 'batadv');
refuse(onlyWireless, 'type subtype dir direction addr1 addr2 addr3 addr4 address1 address2 address3 address4 ra ta');
refuse(onlyPf, 'on ifname rset ruleset rnr rulenum srnr subrulenum reason action');
refuse(onlyIsIs, 'clnp esis es-is isis is-is l1 l2 iih lsp snp csnp psnp');
refuse(onlyAtm, 'lane metac bcc oam oamf4 oamf4ec oamf4sc sc ilmic vpi vci connectmsg metaconnect');
refuse(onlySs7, 'fisu lssu lsu msu hfisu hlssu hmsu sio opc dpc sls hsio hopc hdpc hsls');

const KEYWORDS = new Set([...LINK_WORDS, ...PROTOCOL_WORDS, ...OTHER_WORDS, ...REFUSED.keys()]);
const PROTOCOLS = new Map([
  ...LINK_WORDS.map((word) => [word, 'link'] as const),
  ...PROTOCOL_WORDS.map((word) => [word, word] as const),
]);

export const isKeyword = (word: string): boolean => KEYWORDS.has(word);
export const refusal = (word: string): string | undefined => REFUSED.get(word);
/** The protocol a word names (`link` for every alias of the link layer), or undefined. */
export const protocolWord = (word: string): string | undefined => PROTOCOLS.get(word);

/** Offsets and values that have names: pcap-filter(7), "Some offsets and field values may be expressed as names". */
const CONSTANTS = new Map<string, number>([
  ['icmptype', 0],
  ['icmpcode', 1],
  ['icmp6type', 0],
  ['icmp6code', 1],
  ['tcpflags', 13],
]);
const count = (from: number, words: string): void => {
  for (const [i, word] of words.split(' ').entries()) if (word !== '-') CONSTANTS.set(word, from + i);
};
// RFC 792, RFC 1256, RFC 950: types 6 and 7 have no name here.
count(
  3,
  'icmp-unreach icmp-sourcequench icmp-redirect - - icmp-echo icmp-routeradvert icmp-routersolicit icmp-timxceed',
);
count(12, 'icmp-paramprob icmp-tstamp icmp-tstampreply icmp-ireq icmp-ireqreply icmp-maskreq icmp-maskreply');
count(0, 'icmp-echoreply');
// RFC 4443 and the IANA ICMPv6 type registry; 150 has no name here.
count(1, 'icmp6-destinationunreach icmp6-packettoobig icmp6-timeexceeded icmp6-parameterproblem');
count(128, 'icmp6-echo icmp6-echoreply icmp6-multicastlistenerquery icmp6-multicastlistenerreportv1');
count(132, 'icmp6-multicastlistenerdone icmp6-routersolicit icmp6-routeradvert icmp6-neighborsolicit');
count(136, 'icmp6-neighboradvert icmp6-redirect icmp6-routerrenum icmp6-nodeinformationquery');
count(140, 'icmp6-nodeinformationresponse icmp6-ineighbordiscoverysolicit icmp6-ineighbordiscoveryadvert');
count(143, 'icmp6-multicastlistenerreportv2 icmp6-homeagentdiscoveryrequest icmp6-homeagentdiscoveryreply');
count(146, 'icmp6-mobileprefixsolicit icmp6-mobileprefixadvert icmp6-certpathsolicit icmp6-certpathadvert -');
count(151, 'icmp6-multicastrouteradvert icmp6-multicastroutersolicit icmp6-multicastrouterterm');
for (const [i, flag] of ['fin', 'syn', 'rst', 'push', 'ack', 'urg', 'ece', 'cwr'].entries())
  CONSTANTS.set(`tcp-${flag}`, 1 << i);

export const constantNamed = (word: string): number | undefined => CONSTANTS.get(word);
