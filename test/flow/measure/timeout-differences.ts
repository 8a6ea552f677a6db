/** Where timeouts and initial round trips are not those of tshark: by capture, how many streams, and why. */

interface Difference {
  readonly streams: Readonly<Record<string, number>>;
  readonly why: string;
}

const FLAGLESS =
  'Wireshark takes the number 0 of a SYN or RST without ACK for an acknowledgment, and forgets what waited';
const REFUSED = 'the SYN was answered by a RST: there was no handshake, and its answer is no round trip of one';
const SOCKS = 'Wireshark counts connections anew inside SOCKS, so the streams are others';
const INSIDE = 'segments inside IPComp, which we do not unpack';
const ZERO =
  'all at the same time: Wireshark takes a round trip of 0 for none, and the next segment with an ACK for its end';
const TIMES = 'times that 32 bits or nine digits do not hold';
const ODD = 'no handshake: RST or ACK after a SYN that nobody answered';

export const timeoutDifferences: Readonly<Record<string, Difference>> = {
  'arkime__socks-http-example.pcap': { streams: { initial_rtt: 2, rto: 1 }, why: SOCKS },
  'arkime__tcp_handshake_synthetic.pcap': { streams: { initial_rtt: 3 }, why: ODD },
  'arkime__tcpseq_synthetic.pcap': { streams: { initial_rtt: 1 }, why: ODD },
  'libpcap__AH-IPcomp-IPv6.pcap': { streams: { initial_rtt: 1 }, why: INSIDE },
  'listener-restarts.pcap': { streams: { initial_rtt: 1 }, why: REFUSED },
  'mercury__emix.pcap': { streams: { initial_rtt: 276, rto: 107 }, why: SOCKS },
  'mercury__geneve.pcap': { streams: { initial_rtt: 13 }, why: ZERO },
  'mercury__tls_sgt.pcap': { streams: { rto: 2 }, why: FLAGLESS },
  'ndpi__tcp_scan.pcapng': { streams: { initial_rtt: 2 }, why: REFUSED },
  'pcpp__pcapng-example.pcapng': { streams: { initial_rtt: 1 }, why: REFUSED },
  'tcpdump__timestamp_invalid_nano.pcap': { streams: { initial_rtt: 1 }, why: TIMES },
  'zeek__261_variant-01-chunk_2pow64_overflow.pcap': { streams: { initial_rtt: 1 }, why: ZERO },
  'zeek__chrome-1250-tls-x25519-kyber.pcap': { streams: { initial_rtt: 1 }, why: ZERO },
  'zeek__modbus_modbus-and-non-modbus-p502.pcap': { streams: { initial_rtt: 1 }, why: REFUSED },
  'zeek__syn-then-ack-then-rst.pcap': { streams: { initial_rtt: 1 }, why: ODD },
  'refused-by-firewall.pcap': { streams: { initial_rtt: 1 }, why: REFUSED },
  'refused.pcap': { streams: { initial_rtt: 1 }, why: REFUSED },
  'rej.pcap': { streams: { initial_rtt: 1 }, why: REFUSED },
  'site.pcap': { streams: { initial_rtt: 1 }, why: REFUSED },
  'syn-ack-unanswered-client-deaf.pcap': { streams: { rto: 1 }, why: FLAGLESS },
  'suricata__bug-1450-05_tls_DER-incomplete-content.pcap': { streams: { initial_rtt: 1 }, why: TIMES },
  'zeek__261_variant-04-te_cl_desync.pcap': { streams: { initial_rtt: 1 }, why: ZERO },
  'zeek__261_variant-07-expect_100_cl0.pcap': { streams: { initial_rtt: 1 }, why: ZERO },
  'zeek__nflog-http.pcap': { streams: { initial_rtt: 1 }, why: ZERO },
  'zeek__pop3_pop3.pcap': { streams: { initial_rtt: 2 }, why: REFUSED },
};

const BACKOFF = 'the kernel ended in backoff, and reports the timeout that it has doubled';
const SLOW =
  'few round trips of 0.2 s and more: the kernel lets its variance fall once a round trip, not with each ACK';

/** Senders whose kernel had another timeout at the end than we estimate, by more than a tenth, and why. */
export const kernelDifferences: Readonly<Record<string, string>> = {
  'ack-spike server': BACKOFF,
  'bufferbloat-upload client': 'the kernel lets its variance fall once a round trip, of which there were ten',
  'deep-queue-unused client': SLOW,
  'long-fat client': SLOW,
  'long-path client': SLOW,
  'long-path server': SLOW,
  'long-path-loss client': SLOW,
  'long-path-loss server': SLOW,
  'loss-syn-ack client': BACKOFF,
  'mtu-black-hole server': BACKOFF,
  'outage server': BACKOFF,
  'spurious-timeout server': BACKOFF,
  'spurious-timeout-no-timestamps server': BACKOFF,
};
