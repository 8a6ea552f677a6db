/**
 * Where our marks of the TCP analysis differ on purpose from tshark's in ../shared/captures: one row per file. A
 * difference that no longer occurs fails the test.
 */
export interface AnalysisDifference {
  readonly file: string;
  /** Connections by `tcp.stream`, each with our count of a mark less tshark's. */
  readonly connections: Readonly<Record<number, Readonly<Record<string, number>>>>;
  readonly reason: string;
}

const ZERO =
  'numbers made by hand that pass through 0, which tshark takes for "not known": we judge them like any other number';

const fabricPath = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [i, { retransmission: 1 }]));

export const analysisDifferences: readonly AnalysisDifference[] = [
  { file: 'arkime__tcp_handshake_synthetic.pcap', connections: { 15: { duplicate_ack: -1 } }, reason: ZERO },
  {
    file: 'libpcap__AH-IPcomp-IPv6.pcap',
    connections: { 0: { lost_segment: 2, ack_lost_segment: 3 } },
    reason: 'segments inside IPComp (RFC 3173) are compressed; tshark inflates them, to us they are missing',
  },
  {
    file: 'zeek__cisco-fabric-path.pcap',
    connections: fabricPath,
    reason:
      'headers that end in the last four bytes of the frame, which tshark takes for the check sequence of FabricPath; it does not analyse a header that is cut',
  },
  { file: 'zeek__syn-then-ack-then-rst.pcap', connections: { 0: { window_update: -1 } }, reason: ZERO },
];
