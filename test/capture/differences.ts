/**
 * Where we differ on purpose from what tshark and capinfos 4.0.17 say of a capture in ../shared/captures.
 * One row per file and quantity, with the reason. A difference that no longer occurs fails the test.
 */

export type Quantity = 'frames' | 'originalBytes' | 'firstTime' | 'lastTime' | 'linkTypes' | 'damage';

export interface Difference {
  readonly file: string;
  readonly quantity: Quantity;
  readonly ours: string;
  readonly theirs: string;
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    file: 'gopacket__le_test902.pcapng',
    quantity: 'firstTime',
    ours: '1519128000.195312500',
    theirs: '1519128000.19',
    reason: 'capinfos prints two digits of a time in units of 2^-8 s; 50/256 s is .1953125',
  },
  {
    file: 'gopacket__le_test902.pcapng',
    quantity: 'lastTime',
    ours: '1519128000.195312500',
    theirs: '1519128000.19',
    reason: 'the same',
  },
  {
    file: 'pcpp__fuzz_5766899836387328.pcap',
    quantity: 'frames',
    ours: '1',
    theirs: '0',
    reason:
      'version 2.3, where the smaller of the two lengths is the captured one: libpcap reads one record of 4 bytes; ' +
      'Wireshark guesses another variant with longer record headers, finds the record cut and so no frame',
  },
  {
    file: 'pcpp__fuzz_5766899836387328.pcap',
    quantity: 'originalBytes',
    ours: '538976288',
    theirs: '0',
    reason: 'the same',
  },
  {
    file: 'pcpp__fuzz_5766899836387328.pcap',
    quantity: 'damage',
    ours: 'sound',
    theirs: 'damaged',
    reason: 'the same',
  },
  {
    file: 'pcpp__pcapng-example.pcapng',
    quantity: 'firstTime',
    ours: '1422527998.578402281',
    theirs: '18446744073204.126329',
    reason:
      'the times of interface 1 are close to 2^64 and capinfos takes them for the earliest; tshark -e frame.time_epoch ' +
      'gives our time for frame 1',
  },
  {
    file: 'tcpdump__timestamp_invalid_nano.pcap',
    quantity: 'lastTime',
    ours: '1418145372.147483648',
    theirs: '1418145370.-2147483648',
    reason: 'a fraction of 2,147,483,648 ns: we carry it over into the seconds, capinfos prints a negative number',
  },
  {
    file: 'libpcap__shb-option-too-long.pcapng',
    quantity: 'linkTypes',
    ours: '',
    theirs: '1',
    reason: 'the trailer of the section header is wrong, so nothing after it is read; headers.linktypes walks on',
  },
];
