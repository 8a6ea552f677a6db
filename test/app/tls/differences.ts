/** Where our handshakes differ from tshark's on purpose. A difference that no longer occurs fails the test. */

interface Difference {
  readonly file: string;
  /** tcp.stream of those that differ. */
  readonly streams: readonly number[];
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    file: 'mercury__emix.pcap',
    streams: [152, 153, 154, 155, 156, 157, 158, 159, 160],
    reason:
      'every session that a SOCKS proxy relays takes a second number in tshark, so numbers beyond it are of other connections',
  },
  {
    file: 'mercury__test_decrypt_dsb.pcapng',
    streams: [0, 1, 2, 3, 5, 6, 7, 11, 12, 14, 15, 16, 17, 18, 19, 20],
    reason:
      'certificates and ALPN of TLS 1.3: this truth was made with the secrets in the capture, the test reads without',
  },
  {
    file: 'suricata__bug-1450-05_tls_DER-incomplete-content.pcap',
    streams: [0],
    reason:
      'the ASN.1 inside says that it is shorter than the certificate field that holds it: tshark hashes the former, we keep the latter',
  },
  {
    file: 'zeek__ssl-v2.pcap',
    streams: [0],
    reason: 'of SSL 2.0 the hello of the client is recognised; what its server answers is not read',
  },
];
