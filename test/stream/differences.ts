/**
 * Where our streams differ on purpose from tshark's `follow tcp` in ../shared/captures. A difference that no longer occurs
 * fails the test.
 */

interface Difference {
  readonly file: string;
  /** tcp.stream of those that differ. */
  readonly streams: readonly number[];
  readonly reason: string;
}

const FLUSH =
  'bytes behind a hole that nobody acknowledged: tshark never shows them; we tell the gap when the capture ends, and then them';
const RESET = 'what a RST carries is a reason for people and no part of the stream (RFC 9293 section 3.10.7.4)';
const SOCKS =
  'every session that a SOCKS proxy relays takes a second number in tshark, so numbers beyond it are of other connections';

/** From `first` to `last`. */
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

export const differences: readonly Difference[] = [
  { file: 'arkime__socks-http-example.pcap', streams: [2, 4], reason: SOCKS },
  { file: 'arkime__tcpseq_synthetic.pcap', streams: [0], reason: FLUSH },
  {
    file: 'libpcap__AH-IPcomp-IPv6.pcap',
    streams: [0],
    reason: 'segments inside IPComp (RFC 3173) are compressed; tshark inflates them, we name them ipcomp',
  },
  { file: 'mercury__emix.pcap', streams: [1], reason: FLUSH },
  { file: 'mercury__emix.pcap', streams: [106, 108, 110, 111, 112, ...range(114, 129)], reason: SOCKS },
  {
    file: 'pcpp__650HttpResponses.pcap',
    streams: [0, 1, 17, 18, 19, 22, 23, 25, 31, 33, 34, 42, 45, 52, 54, 55, 58, 59, 76, 80],
    reason: FLUSH,
  },
  { file: 'pcpp__unidirectional_tcp_stream_with_missing_packet.pcap', streams: [0], reason: FLUSH },
  { file: 'suricata__tcp-rst-unacked-stream-01-raw_input.pcap', streams: [0], reason: RESET },
  {
    file: 'suricata__tcp-rst-unacked-stream-10_TLPW1-tcp-174.56.47.59-10.3.11.101-tcp-80-49309.pcap',
    streams: [0],
    reason: FLUSH,
  },
  { file: 'tcpdump__tcp_rst_data.pcap', streams: [0], reason: RESET },
  { file: 'tcpdump__tcp_rst_diag_payload-trunc.pcap', streams: [0], reason: RESET },
  {
    file: 'zeek__tunnels_gre-aruba-amsdu.pcap',
    streams: [0],
    reason: 'an aggregated 802.11 frame holds two segments; we take the first',
  },
];
