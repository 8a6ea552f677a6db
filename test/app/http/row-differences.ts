/** Where rows differ from tshark's, with reasons. A difference that vanishes has to be taken out. */

interface RowDifference {
  readonly file: string;
  /** Lines that only tshark has, and lines that only we have. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly reason: string;
}

export const rowDifferences: readonly RowDifference[] = [
  {
    file: 'arkime__http2-nghttp2.pcap',
    missing: ['4 0 13 end - - -', '26 0 13 request GET nghttp2.org /stylesheets/screen.css'],
    extra: [
      '24 0 13 request GET nghttp2.org /',
      '24 0 13 end - - -',
      '26 0 2 request GET nghttp2.org /stylesheets/screen.css',
      '26 0 2 end - - -',
    ],
    reason:
      'tshark does not put a header list of eleven CONTINUATION frames together, and tells a promised request on the stream that it was promised on',
  },
  ...['mercury__test_decrypt.pcap', 'mercury__test_decrypt_dsb.pcapng'].map((file) => ({
    file,
    missing: ['286 6 5 end - - -'],
    extra: [],
    reason: 'the client had reset the stream before the response came: we call it cut by the reset',
  })),
];
