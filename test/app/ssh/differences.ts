/** Where our SSH differs from tshark's on purpose. A difference that no longer occurs fails the test. */

interface Difference {
  readonly file: string;
  /** tcp.stream of those that differ. */
  readonly streams: readonly number[];
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    file: 'mercury__emix.pcap',
    streams: [487, 491],
    reason:
      'every session that a SOCKS proxy relays takes a second number in tshark, so numbers beyond it are of other connections',
  },
  {
    file: 'zeek__ssh1-ssh2-fingerprints.pcap',
    streams: [1],
    reason: 'SSH-1 on a port that tshark does not take for SSH',
  },
  {
    file: 'zeek__ssh_ssh.pcap',
    streams: [1, 4],
    reason: 'SSH on a port that tshark does not take for SSH',
  },
  {
    file: 'zeek__ssl-and-ssh-using-sslh.pcap',
    streams: [0],
    reason:
      'on this port tshark takes the client for the server; the host key of the reply is the one that we say was chosen',
  },
];

/** Lines that `ssh-keygen -F` prints and we leave out. */
export const knownHostsDifferences: readonly {
  readonly file: string;
  readonly hosts: readonly string[];
  readonly lines: readonly number[];
  readonly reason: string;
}[] = [
  {
    file: 'odd',
    hosts: ['www.example.org', 'WWW.example.ORG'],
    lines: [3, 5, 6],
    reason: 'their keys cannot be read: ssh-keygen looks at names alone, ssh compares no such key, and neither do we',
  },
];
