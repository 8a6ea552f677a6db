/** Where our measures are not those of tshark or tcptrace: by capture, how many cells of each name, and why. */

interface Difference {
  readonly cells: Readonly<Record<string, number>>;
  readonly why: string;
}

const COPIES =
  'packets that the capture has twice: tcptrace takes the second one for a retransmission, and measures nothing of it';
const FLAGLESS =
  'Wireshark takes the number 0 of a SYN without ACK for an acknowledgment, and forgets the SYN-ACK before it; tcptrace times a SYN-ACK that was sent twice';
const FRAGMENTS = 'tcptrace takes fragments of packets for segments, or misses them; ';
const GAP =
  'part of a flight was not captured: we wait for an ACK before bytes in flight count again, as Wireshark does';
const INSIDE = 'headers inside what we do not unpack, or unpack further';
const LATER =
  'tcptrace takes no sample from a segment once any earlier one was sent again after it, were they acknowledged or not; we only when one ACK covers both';
const LAYERS = 'tcptrace does not find the payload behind these layers, or mistakes one connection for another; ';
const LONG = 'numbers went round more than once in what the capture lacks: the union of ranges is too small';
const NEGATIVE = 'tcptrace takes less than nothing for a very large number';
const ONE_SIDED = 'one direction is missing: we do not say what was in flight';
const PARTLY = 'for tcptrace a segment is acknowledged with its first byte, for us and tshark with its last';
const SOCKS = 'Wireshark counts connections anew inside SOCKS, so the streams are others';
const SYN_DATA = 'tcptrace leaves data on a SYN out of its flight';
const SYN_MISSING = 'the SYN is not in the capture: we do not time its answer';
const SYN_TWICE =
  'a SYN or SYN-ACK came twice: tcptrace times the one that was acknowledged first, or leaves copies out; we do not';
const TIMES = 'times after 2106: we keep 32 bits of seconds and measure nothing';
const UNKNOWN = 'tshark says what we say; why tcptrace does not was not found out';
const ZERO = 'tcptrace takes a least round trip of 0 for none';

export const measureDifferences: Readonly<Record<string, Difference>> = {
  'ack-spike-server.pcap': { cells: { samples: 1, avg: 1, max: 1 }, why: LATER },
  'arkime__http-syn-ack.pcap': { cells: { samples: 1, min: 1, avg: 1, max: 1 }, why: SYN_MISSING },
  'arkime__mpls-basic.pcap': {
    cells: { 'traced payload': 1, 'traced unique': 1, samples: 2, min: 2, avg: 2, max: 2, owin: 2 },
    why: LAYERS,
  },
  'arkime__no-syn-ack.pcap': { cells: { samples: 1, min: 1, avg: 1, max: 1, owin: 1 }, why: SYN_MISSING },
  'arkime__socks-http-example.pcap': {
    cells: {
      payload: 4,
      unique: 4,
      acks: 4,
      least: 4,
      mean: 4,
      greatest: 4,
      flight: 3,
      frames: 4,
      'traced payload': 4,
      'traced unique': 4,
      samples: 4,
      min: 3,
      avg: 3,
      max: 3,
      owin: 3,
    },
    why: SOCKS,
  },
  'arkime__tcp_handshake_synthetic.pcap': { cells: { samples: 1, owin: 1 }, why: UNKNOWN },
  'arkime__tcpseq_synthetic.pcap': { cells: { owin: 2 }, why: NEGATIVE },
  'arkime__v6.pcap': { cells: { samples: 1, min: 1, avg: 1 }, why: COPIES },
  'arkime__wireshark-retrans.pcap': {
    cells: { samples: 2, min: 2, avg: 2, max: 2, owin: 1 },
    why: `${COPIES}; ${NEGATIVE}`,
  },
  'data-on-syn-ignored.pcap': { cells: { owin: 1 }, why: SYN_DATA },
  'data-on-syn.pcap': { cells: { owin: 1 }, why: SYN_DATA },
  'duplicated-client.pcap': { cells: { samples: 1 }, why: SYN_TWICE },
  'duplicated-server.pcap': { cells: { frames: 1, samples: 1, avg: 1, least: 1, mean: 1 }, why: FLAGLESS },
  'fast-open.pcap': { cells: { owin: 1 }, why: SYN_DATA },
  'handshake-ack-lost-after-capture.pcap': { cells: { samples: 1 }, why: SYN_TWICE },
  'libpcap__AH-IPcomp-IPv6.pcap': {
    cells: { payload: 2, unique: 2, acks: 2, least: 1, mean: 2, flight: 2, frames: 2, greatest: 1 },
    why: INSIDE,
  },
  'loss-syn-ack-client.pcap': { cells: { samples: 1 }, why: SYN_TWICE },
  'loss-syn-ack-server.pcap': {
    cells: { frames: 1, samples: 1, avg: 1, least: 1, mean: 1, greatest: 1 },
    why: FLAGLESS,
  },
  'mercury__emix.pcap': { cells: { samples: 4, min: 4, avg: 4, max: 4, owin: 1 }, why: UNKNOWN },
  'mercury__geneve.pcap': {
    cells: { 'traced payload': 29, 'traced unique': 29, samples: 58, owin: 58, avg: 12, max: 12, min: 2 },
    why: LAYERS,
  },
  'mercury__multi_packet_http_request.pcap': { cells: { owin: 1 }, why: ONE_SIDED },
  'mercury__sll_tls.pcap': { cells: { owin: 1 }, why: ONE_SIDED },
  'mercury__tls_sgt.pcap': {
    cells: {
      'traced payload': 20,
      'traced unique': 20,
      samples: 37,
      avg: 37,
      max: 37,
      owin: 35,
      min: 22,
      acks: 4,
      mean: 4,
      frames: 6,
    },
    why: LAYERS + FLAGLESS,
  },
  'mercury__tlsv1_3.pcap': {
    cells: { 'traced payload': 1, 'traced unique': 1, samples: 1, avg: 1, owin: 1 },
    why: UNKNOWN,
  },
  'mtu-black-hole-client.pcap': { cells: { owin: 1 }, why: GAP },
  'one-sided-originator.pcap': { cells: { owin: 1 }, why: ONE_SIDED },
  'one-sided-responder.pcap': { cells: { owin: 1 }, why: ONE_SIDED },
  'pcpp__650HttpResponses.pcap': { cells: { owin: 30 }, why: ONE_SIDED },
  'pcpp__HttpMalformedResponse.pcapng': { cells: { owin: 1 }, why: ONE_SIDED },
  'pcpp__null_loopback.pcap': { cells: { owin: 1 }, why: ONE_SIDED },
  'pcpp__pcapng-example.pcapng': { cells: { frames: 16, acks: 19, least: 19, mean: 19, greatest: 19 }, why: TIMES },
  'pcpp__raw_ip.pcap': { cells: { owin: 3 }, why: UNKNOWN },
  'pcpp__unidirectional_tcp_stream_with_missing_packet.pcap': { cells: { owin: 1 }, why: GAP },
  'reordered-random-client.pcap': { cells: { samples: 1, max: 1 }, why: LATER },
  'reordered-random-server.pcap': { cells: { samples: 1 }, why: LATER },
  'sf-simultaneous-open.pcap': { cells: { samples: 1 }, why: SYN_TWICE },
  'shrinking-window-client.pcap': { cells: { samples: 1 }, why: LATER },
  'simultaneous-open.pcap': { cells: { least: 1, mean: 1, frames: 1, samples: 1, avg: 1 }, why: FLAGLESS },
  'split-handshake.pcap': { cells: { mean: 1, greatest: 1, frames: 1, samples: 1 }, why: FLAGLESS },
  'spurious-timeout-server.pcap': { cells: { samples: 1, avg: 1, max: 1 }, why: LATER },
  'suricata__ssh-banner-only_input.pcap': { cells: { owin: 2 }, why: ONE_SIDED },
  'suricata__tcp-async-01_input.pcap': { cells: { owin: 1 }, why: UNKNOWN },
  'syn-ack-lost.pcap': { cells: { frames: 1, samples: 1, avg: 1, least: 1, mean: 1, greatest: 1 }, why: FLAGLESS },
  'tcpdump__tfo-5c1fa7f9ae91.pcap': { cells: { owin: 1 }, why: SYN_DATA },
  'suricata__http-range-multiflows_input.pcap': { cells: { samples: 11 }, why: COPIES },
  'zeek__206_example_b.pcap': { cells: { 'traced unique': 1, samples: 1 }, why: UNKNOWN },
  'zeek__entity_gap.pcap': { cells: { owin: 1 }, why: GAP },
  'zeek__ftp_bigtransfer.pcap': { cells: { unique: 1, 'traced unique': 1, owin: 1 }, why: LONG },
  'zeek__handshake-reorder.pcap': {
    cells: { acks: 1, mean: 1, greatest: 1, samples: 1, max: 1, frames: 1, owin: 1 },
    why: FLAGLESS,
  },
  'zeek__heartbleed-success.pcap': { cells: { samples: 1, max: 1 }, why: PARTLY },
  'zeek__ipv6-http-atomic-frag.pcap': {
    cells: {
      acks: 1,
      least: 1,
      mean: 1,
      samples: 6,
      min: 2,
      avg: 2,
      frames: 1,
      'traced payload': 4,
      'traced unique': 4,
      owin: 4,
      max: 1,
    },
    why: FRAGMENTS + FLAGLESS,
  },
  'zeek__ldap_missing_krbtgt_ldap_request.pcapng': {
    cells: { 'traced payload': 1, 'traced unique': 1, samples: 1, avg: 1, owin: 1 },
    why: UNKNOWN,
  },
  'zeek__missing-syn.pcap': { cells: { samples: 1 }, why: SYN_MISSING },
  'zeek__modbus_modbus-and-non-modbus-p502.pcap': { cells: { frames: 1 }, why: FLAGLESS },
  'zeek__no-handshake.pcap': { cells: { owin: 1 }, why: ONE_SIDED },
  'zeek__qi_internet_SYNACK_curl_jsonip.pcap': { cells: { owin: 1 }, why: NEGATIVE },
  'zeek__raw_packets.pcap': { cells: { owin: 2 }, why: ONE_SIDED },
  'zeek__reassembly.pcap': { cells: { 'traced payload': 1, 'traced unique': 1, avg: 1, max: 1 }, why: UNKNOWN },
  'zeek__ssh.client-side-half-duplex.pcap': { cells: { owin: 20 }, why: ONE_SIDED },
  'zeek__ssh_kex_dh_group18.pcap': { cells: { samples: 1 }, why: PARTLY },
  'zeek__ssh-dups.pcap': { cells: { samples: 2, avg: 1, max: 2 }, why: COPIES },
  'zeek__ssh_ssh.pcap': {
    cells: { frames: 1, samples: 2, avg: 2, mean: 1, greatest: 1 },
    why: `${FLAGLESS}; ${COPIES}`,
  },
  'zeek__sshguess.pcap': { cells: { min: 1 }, why: ZERO },
  'zeek__tfo.pcap': { cells: { owin: 1 }, why: SYN_DATA },
  'zeek__tunnels_gre-aruba-amsdu.pcap': { cells: { payload: 1, unique: 1, flight: 1, frames: 1 }, why: INSIDE },
  'zeek__vlan-collisions.pcap': {
    cells: { 'traced payload': 2, samples: 2, min: 1, avg: 1, max: 2, owin: 1 },
    why: LAYERS,
  },
  'zeek__x509-generalizedtime.pcap': { cells: { samples: 1 }, why: PARTLY },
};
