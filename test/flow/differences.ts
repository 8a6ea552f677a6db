/**
 * Where our connections differ on purpose from tshark's in ../shared/captures: one row per file and quantity.
 * A difference that no longer occurs fails the test.
 */

/**
 * `index`: the number in tcp.stream; `counts`: frames and bytes of a direction; `completeness`: tcp.completeness;
 * `letters`: t, g or w in the history against tcp.analysis.
 */
export type Quantity = 'connections' | 'ends' | 'index' | 'counts' | 'completeness' | 'letters';

export interface Difference {
  readonly file: string;
  readonly quantity: Quantity;
  /** Connections it concerns. */
  readonly connections: number;
  readonly reason: string;
}

const FTP_DATA =
  "tshark's FTP dissector creates the data connection's conversation before its SYN is seen, so that SYN counts for nothing";
const SOCKS =
  'every session that a SOCKS proxy relays takes a second number in tshark, whose dissector runs on the relayed bytes';

export const differences: readonly Difference[] = [
  { file: 'arkime__socks-http-example.pcap', quantity: 'index', connections: 2, reason: SOCKS },
  { file: 'mercury__emix.pcap', quantity: 'index', connections: 383, reason: SOCKS },
  {
    file: 'libpcap__AH-IPcomp-IPv6.pcap',
    quantity: 'counts',
    connections: 1,
    reason: 'segments inside IPComp (RFC 3173) are compressed; tshark inflates them, we name them ipcomp',
  },
  {
    file: 'libpcap__AH-IPcomp-IPv6.pcap',
    quantity: 'completeness',
    connections: 1,
    reason: 'the same: its data is in the compressed segments',
  },
  {
    file: 'libpcap__AH-IPcomp-IPv6.pcap',
    quantity: 'letters',
    connections: 1,
    reason: 'the same: the ACKs of that data look like a gap',
  },
  { file: 'suricata__ftp-ippair-leak-5204_input.pcap', quantity: 'completeness', connections: 2, reason: FTP_DATA },
  { file: 'zeek__ftp_bigtransfer.pcap', quantity: 'completeness', connections: 2, reason: FTP_DATA },
  { file: 'zeek__ftp_ipv4.pcap', quantity: 'completeness', connections: 2, reason: FTP_DATA },
  { file: 'zeek__ipv6.pcap', quantity: 'completeness', connections: 3, reason: FTP_DATA },
  {
    file: 'zeek__tunnels_gre-aruba-amsdu.pcap',
    quantity: 'counts',
    connections: 1,
    reason:
      'an aggregated 802.11 frame holds two segments; we count the first, the truth file kept the length of the last',
  },
];
