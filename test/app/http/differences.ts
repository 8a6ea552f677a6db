/** Where our HTTP differs from tshark's, with reasons. A difference that vanishes has to be taken out. */

export interface Difference {
  readonly file: string;
  readonly kind: 'requests' | 'responses';
  /** Messages that only tshark has, and that only we have; the first of them. */
  readonly missing: number;
  readonly extra: number;
  readonly first: string;
}

export const differences: readonly (Difference & { readonly reason: string })[] = [
  {
    file: 'communityid__combined.pcap.gz',
    kind: 'requests',
    missing: 1,
    extra: 0,
    first: 'frame 56 GET /images/sf.net_box.gif - HTT',
    reason: 'the snaplen cut the heads',
  },
  {
    file: 'communityid__combined.pcap.gz',
    kind: 'responses',
    missing: 1,
    extra: 0,
    first: 'frame 58 200 of 56',
    reason: 'the snaplen cut the heads',
  },
  {
    file: 'communityid__tcp.pcap',
    kind: 'requests',
    missing: 1,
    extra: 0,
    first: 'frame 4 GET /images/sf.net_box.gif - HTT',
    reason: 'the snaplen cut the heads',
  },
  {
    file: 'communityid__tcp.pcap',
    kind: 'responses',
    missing: 1,
    extra: 0,
    first: 'frame 6 200 of 4',
    reason: 'the snaplen cut the heads',
  },
  {
    file: 'libpcap__AH-IPcomp-IPv6.pcap',
    kind: 'requests',
    missing: 1,
    extra: 0,
    first: 'frame 3 GET /4k.html [2003::8c00:1] HTTP/1.0',
    reason: 'inside IPComp, which is not decompressed here',
  },
  {
    file: 'libpcap__AH-IPcomp-IPv6.pcap',
    kind: 'responses',
    missing: 1,
    extra: 0,
    first: 'frame 10 200 of 3',
    reason: 'inside IPComp, which is not decompressed here',
  },
  {
    file: 'pcpp__650HttpResponses.pcap',
    kind: 'responses',
    missing: 0,
    extra: 102,
    first: 'frame 14 404 of -',
    reason:
      'behind a segment that is missing tshark finds no message of the direction any more; we take up the next one',
  },
  {
    file: 'pcpp__example.pcap',
    kind: 'responses',
    missing: 1,
    extra: 1,
    first: 'frame 3420 200 of -',
    reason: 'tshark does not say which request it answers',
  },
  {
    file: 'pcpp__pcapng-example.pcapng',
    kind: 'responses',
    missing: 1,
    extra: 0,
    first: 'frame 139 200 of -',
    reason: 'the snaplen cut the head',
  },
  {
    file: 'pcpp__unidirectional_tcp_stream_with_missing_packet.pcap',
    kind: 'requests',
    missing: 0,
    extra: 1,
    first: 'frame 14 POST /GetSearchMultipleSuggestions.ashx service.zap.co.il HTTP/1.1',
    reason: 'behind a segment that is missing tshark finds no message any more; we take up the next one',
  },
  {
    file: 'suricata__tcp-urgp-01-oob_tcp-urgent1.pcap',
    kind: 'requests',
    missing: 0,
    extra: 1,
    first: 'frame 8 GET /malicXious 10.10.10.55:9090 HTTP/1.1',
    reason: 'tshark stops at a segment with an urgent pointer',
  },
  {
    file: 'suricata__tcp-urgp-01-oob_tcp-urgent1.pcap',
    kind: 'responses',
    missing: 1,
    extra: 1,
    first: 'frame 12 200 of -',
    reason: 'tshark stops at a segment with an urgent pointer',
  },
  {
    file: 'zeek__261_variant-01-chunk_2pow64_overflow.pcap',
    kind: 'requests',
    missing: 0,
    extra: 1,
    first: 'frame 4 GET /smuggled-chunk-2pow64 target HTTP/1.1',
    reason:
      'a chunk with a length that nobody can take: what follows looks like a request, and is told as such, with the anomaly',
  },
  {
    file: 'zeek__bro.org.pcap',
    kind: 'responses',
    missing: 0,
    extra: 5,
    first: 'frame 247 200 of 209',
    reason:
      'behind a segment that is missing tshark finds no message of the direction any more; we take up the next one',
  },
  {
    file: 'zeek__connect-with-smtp.pcap',
    kind: 'requests',
    missing: 1,
    extra: 1,
    first: 'frame 4 CONNECT mailin03.sul.t-online.de:25 - / HTTP/1.0',
    reason: 'a request line of four words: the third one is a part of the target for us, of the version for tshark',
  },
  {
    file: 'zeek__erspan.pcap',
    kind: 'responses',
    missing: 0,
    extra: 6,
    first: 'frame 242 200 of 239',
    reason:
      'behind a segment that is missing tshark finds no message of the direction any more; we take up the next one',
  },
  {
    file: 'zeek__get-to-ssh-server.pcap',
    kind: 'requests',
    missing: 0,
    extra: 1,
    first: 'frame 4 GET / 128.3.50.246 HTTP/1.1',
    reason: 'tshark takes the connection for SSH by its port',
  },
  {
    file: 'zeek__http_09.pcap',
    kind: 'requests',
    missing: 0,
    extra: 1,
    first: 'frame 4 GET /zeek.html - -',
    reason: 'HTTP/0.9, which tshark does not tell',
  },
  {
    file: 'zeek__ipv6-http-atomic-frag.pcap',
    kind: 'requests',
    missing: 0,
    extra: 4,
    first: 'frame 8 GET /bad.html - -',
    reason: 'HTTP/0.9, which tshark does not tell',
  },
  {
    file: 'zeek__methods.pcap',
    kind: 'requests',
    missing: 18,
    extra: 1,
    first: 'frame 14 OPTIONS HTTP/1.1 www.google.com -',
    reason:
      'request lines without a target or a version: tshark goes by the port, we ask for the form of RFC 9112 section 3; their responses have no request for us',
  },
  {
    file: 'zeek__methods.pcap',
    kind: 'responses',
    missing: 17,
    extra: 15,
    first: 'frame 16 400 of 14',
    reason:
      'request lines without a target or a version: tshark goes by the port, we ask for the form of RFC 9112 section 3; their responses have no request for us',
  },
  {
    file: 'zeek__tcp-http-with-padding.pcap',
    kind: 'requests',
    missing: 0,
    extra: 1,
    first: 'frame 18 GET / - HTTP/1.0',
    reason: 'tshark does not tell the request',
  },
  {
    file: 'zeek__tcp-http-with-padding.pcap',
    kind: 'responses',
    missing: 1,
    extra: 1,
    first: 'frame 21 200 of -',
    reason: 'tshark does not tell the request',
  },
  {
    file: 'zeek__zero-length-bodies-with-drops.pcap',
    kind: 'requests',
    missing: 0,
    extra: 4,
    first:
      'frame 20 GET /ad/l/1?kv=&ct=300&init=0&s=b019&t=1300988780203466&cn=videoView&et=i&uxnw=&uxss=&uxct= 140cc.v.fwmrm.net HTTP/1.1',
    reason:
      'behind a segment that is missing tshark finds no message of the direction any more; we take up the next one',
  },
  {
    file: 'zeek__zero-length-bodies-with-drops.pcap',
    kind: 'responses',
    missing: 0,
    extra: 5,
    first: 'frame 21 200 of 20',
    reason:
      'behind a segment that is missing tshark finds no message of the direction any more; we take up the next one',
  },
];
