/** Where our DNS differs from tshark's, with reasons. A difference that vanishes has to be taken out. */

interface Difference {
  readonly file: string;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    file: 'arkime__gre-sample.pcap',
    missing: ['dns/udp query: 4', 'frame 34 www.gleeble.org ANY', 'frame 36 www.gleeble.org ANY'],
    extra: ['dns/udp query: 2'],
    reason: 'quoted in an ICMP error, which is no message of its own',
  },
  {
    file: 'arkime__v6.pcap',
    missing: ['dns/udp response: 19', 'rcode 0: 19'],
    extra: ['dns/udp response: 18', 'rcode 0: 18'],
    reason: 'quoted in an ICMP error, which is no message of its own',
  },
  {
    file: 'dpkt__nb6-http.pcap',
    missing: ['dns/udp response: 9', 'rcode 0: 9'],
    extra: ['dns/udp response: 8', 'rcode 0: 8'],
    reason: 'quoted in an ICMP error, which is no message of its own',
  },
  {
    file: 'pcpp__null_loopback.pcap',
    missing: ['dns/udp response: 1', 'rcode 0: 1'],
    extra: [],
    reason: 'a loopback frame whose address family is an EtherType, which is not decoded',
  },
  {
    file: 'zeek__tunnels_gre-sample.pcap',
    missing: ['dns/udp query: 4', 'frame 34 www.gleeble.org ANY', 'frame 36 www.gleeble.org ANY'],
    extra: ['dns/udp query: 2'],
    reason: 'quoted in an ICMP error, which is no message of its own',
  },
];
