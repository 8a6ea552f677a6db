/** Frames written byte by byte: what is found in them, and why decoding stops. */
import { describe, expect, test } from 'vitest';
import { Note } from '../../src/wire/frame.ts';
import { concat, words } from '../support/capture-bytes.ts';
import { ACK, tcp, udp } from '../support/conversations.ts';
import { decode, frameOf } from '../support/frames.ts';

const segment = tcp({ from: '10.0.0.1', to: '10.0.0.2', ports: [1024, 80], flags: ACK, payload: 'hello' });
const datagram = udp({ from: '10.0.0.1', to: '10.0.0.2', ports: [1024, 9999], payload: 'hello' });
/** Behind the Ethernet header. */
const packet = segment.subarray(14);
const be = (...values: readonly number[]): Uint8Array => words('big', ...values.map((v) => [v, 16] as const));
const macs = segment.subarray(0, 12);

/** `bytes` with some of them replaced. */
function patched(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

const snap = be(0xaaaa, 0x0300, 0, 0x0800);
const wlanHeader = patched(new Uint8Array(24), 0, 0x08, 0x01);
/** Nine bytes, of which the last is the flags. */
const radiotap = (flags: number): Uint8Array => Uint8Array.of(0, 0, 9, 0, 2, 0, 0, 0, flags);

/** `content` as the only thing in an IPv4 packet on Ethernet. */
const inIp = (protocol: number, content: Uint8Array): Uint8Array => {
  const fields = [0x4500, 20 + content.length, 1, 0, 0x4000 | protocol, 0, 0xc000, 0x0201, 0xc000, 0x0202];
  const sum = fields.reduce((total, field) => total + field, 0);
  fields[5] = 0xffff - ((sum & 0xffff) + (sum >> 16));
  return concat(macs, be(0x0800, ...fields), content);
};

const inUdp = (port: number, content: Uint8Array): Uint8Array =>
  inIp(17, concat(be(40_000, port, 8 + content.length, 0), content));

const arp = concat(be(1, 0x0800, 0x0604, 1), new Uint8Array(20));

interface Case {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly linkType?: number;
  readonly path: string;
  readonly stop?: string;
  readonly payload?: number;
  readonly notes?: number;
}

/** MACsec: control and short length, packet number, a channel id where wanted, `text`, a check value. */
const macsec = (control: number, short: number, text: Uint8Array): Uint8Array =>
  concat(
    macs,
    be(0x88e5, (control << 8) | short, 0, 7),
    new Uint8Array((control & 0x20) === 0 ? 0 : 8),
    text,
    new Uint8Array(16).fill(0xcc),
  );
const ipText = concat(be(0x0800), packet);
/** Session, then so many bytes of cookie and sublayer, then `content`. */
const session = (bytes: number, content: Uint8Array): Uint8Array =>
  concat(be(0, 7), new Uint8Array(bytes).fill(0x5a), content);
const tzsp = (type: number, wrapped: number, ...tags: readonly number[]): Uint8Array =>
  concat(Uint8Array.of(1, type, 0, wrapped, ...tags));

const found: Case[] = [
  { what: 'MACsec', bytes: macsec(0, 0, ipText), path: 'eth/macsec/ipv4/tcp', payload: 5 },
  { what: 'MACsec with a channel', bytes: macsec(0x20, 0, ipText), path: 'eth/macsec/ipv4/tcp', payload: 5 },
  {
    what: 'MACsec with padding',
    bytes: concat(macsec(0, ipText.length, ipText), new Uint8Array(9)),
    path: 'eth/macsec/ipv4/tcp',
    payload: 5,
  },
  { what: 'MACsec, encrypted', bytes: macsec(0x0c, 0, ipText), path: 'eth/macsec' },
  { what: 'MACsec, changed', bytes: macsec(0x04, 0, ipText), path: 'eth/macsec' },
  ...[0, 4, 8, 12].map((bytes) => ({
    what: `L2TPv3 in IP, ${bytes} bytes before the frame`,
    bytes: inIp(115, session(bytes, segment)),
    path: 'eth/ipv4/l2tp/eth/ipv4/tcp',
    payload: 5,
  })),
  {
    what: 'L2TPv3 in UDP, with a tag and padding',
    bytes: inUdp(1701, concat(be(3, 0), session(4, concat(macs, be(0x8100, 7, 0x0806), arp, new Uint8Array(14))))),
    path: 'eth/ipv4/udp/l2tp/eth/vlan/arp',
    payload: 72,
  },
  { what: 'L2TPv3, control', bytes: inIp(115, concat(be(0, 0), segment)), path: 'eth/ipv4/l2tp' },
  { what: 'L2TPv3, something else', bytes: inIp(115, session(4, packet)), path: 'eth/ipv4/l2tp' },
  {
    what: 'TZSP',
    bytes: inUdp(37008, concat(tzsp(0, 1, 0, 10, 1, 0xaa, 1), segment)),
    path: 'eth/ipv4/udp/tzsp/eth/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'TZSP with 802.11',
    bytes: inUdp(37008, concat(tzsp(1, 18, 1), wlanHeader, snap, packet)),
    path: 'eth/ipv4/udp/tzsp/wlan/llc/ipv4/tcp',
    payload: 5,
  },
  { what: 'TZSP, alive', bytes: inUdp(37008, tzsp(4, 1, 1)), path: 'eth/ipv4/udp/tzsp', payload: 5 },
  {
    what: 'TZSP whose tags do not end',
    bytes: inUdp(37008, tzsp(0, 1, 10, 200)),
    path: 'eth/ipv4/udp/tzsp',
    payload: 6,
  },
  { what: 'TCP', bytes: segment, path: 'eth/ipv4/tcp', payload: 5 },
  { what: 'UDP', bytes: datagram, path: 'eth/ipv4/udp', payload: 5 },
  { what: 'Ethernet padding', bytes: concat(segment, new Uint8Array(9)), path: 'eth/ipv4/tcp', payload: 5 },
  { what: '802.1Q', bytes: concat(macs, be(0x8100, 7, 0x0800), packet), path: 'eth/vlan/ipv4/tcp', payload: 5 },
  {
    what: '802.1ad in 802.1Q',
    bytes: concat(macs, be(0x88a8, 7, 0x8100, 8, 0x0800), packet),
    path: 'eth/vlan/vlan/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'LLC/SNAP with padding behind the 802.3 length',
    bytes: concat(macs, be(8 + packet.length, 0xaaaa, 0x0300, 0, 0x0800), packet, new Uint8Array(4)),
    path: 'eth/llc/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'two MPLS labels',
    bytes: concat(macs, be(0x8847, 0, 64, 0, 0x0140), packet),
    path: 'eth/mpls/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'PPPoE',
    bytes: concat(macs, be(0x8864, 0x1100, 1, packet.length + 2, 0x0021), packet, new Uint8Array(6)),
    path: 'eth/pppoe/ppp/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'Linux cooked',
    bytes: concat(be(0, 1, 6, 0, 0, 0, 0, 0x0800), packet),
    linkType: 113,
    path: 'sll/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'Linux cooked v2',
    bytes: concat(be(0x0800, 0, 0, 1, 1, 6, 0, 0, 0, 0), packet),
    linkType: 276,
    path: 'sll2/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'NULL of a little-endian host',
    bytes: concat(Uint8Array.of(2, 0, 0, 0), packet),
    linkType: 0,
    path: 'null/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'NULL of a big-endian host',
    bytes: concat(Uint8Array.of(0, 0, 0, 2), packet),
    linkType: 0,
    path: 'null/ipv4/tcp',
    payload: 5,
  },
  { what: 'LOOP', bytes: concat(Uint8Array.of(0, 0, 0, 2), packet), linkType: 108, path: 'loop/ipv4/tcp', payload: 5 },
  ...[12, 14, 101].map((linkType) => ({
    what: `RAW ${linkType}`,
    bytes: packet,
    linkType,
    path: 'raw/ipv4/tcp',
    payload: 5,
  })),
  { what: 'IPv4 link type', bytes: packet, linkType: 228, path: 'ipv4/tcp', payload: 5 },
  {
    what: 'PPP with HDLC framing',
    bytes: concat(be(0xff03, 0x0021), packet),
    linkType: 9,
    path: 'ppp/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'PPP with a compressed protocol',
    bytes: concat(Uint8Array.of(0x21), packet),
    linkType: 9,
    path: 'ppp/ipv4/tcp',
    payload: 5,
  },
  { what: 'Cisco HDLC', bytes: concat(be(0x0f00, 0x0800), packet), linkType: 104, path: 'chdlc/ipv4/tcp', payload: 5 },
  {
    what: 'IP over InfiniBand',
    bytes: concat(new Uint8Array(40), be(0x0800, 0), packet),
    linkType: 242,
    path: 'ipoib/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'Cisco HDLC under the link type of PPP',
    bytes: concat(be(0x8f00, 0x0800), packet),
    linkType: 50,
    path: 'ppp/chdlc/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'PPP multilink, a packet in one piece',
    bytes: concat(be(0xff03, 0x003d, 0xc000, 1, 0x0021), packet),
    linkType: 9,
    path: 'ppp/multilink/ppp/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'PPP multilink, a part of a packet',
    bytes: concat(be(0xff03, 0x003d, 0x8000, 1, 0x0021), packet),
    linkType: 9,
    path: 'ppp/multilink',
  },
  {
    what: 'NULL without an address family, PPP instead',
    bytes: concat(be(0xff03, 0x0021), packet),
    linkType: 0,
    path: 'null/ppp/ipv4/tcp',
    payload: 5,
  },
  ...(
    [
      ['PPP', 512, 7, be(0x0021), 'ppp'],
      ['an Ethernet frame', 1, 3, segment.subarray(0, 14), 'eth'],
      ['802.11', 801, 4, concat(wlanHeader, snap), 'wlan/llc'],
      ['802.11 with radiotap', 803, 4, concat(radiotap(0), wlanHeader, snap), 'radiotap/wlan/llc'],
    ] as const
  ).flatMap(([what, hardware, type, header, inner]) => [
    {
      what: `Linux cooked, ${what}`,
      bytes: concat(be(0, hardware, 6, 0, 0, 0, 0, type), header, packet),
      linkType: 113,
      path: `sll/${inner}/ipv4/tcp`,
      payload: 5,
    },
    {
      what: `Linux cooked v2, ${what}`,
      bytes: concat(be(type, 0, 0, 1, hardware, 6, 0, 0, 0, 0), header, packet),
      linkType: 276,
      path: `sll2/${inner}/ipv4/tcp`,
      payload: 5,
    },
  ]),
  {
    what: '802.11 with QoS, whose header radiotap says is filled up',
    bytes: concat(radiotap(0x20), patched(wlanHeader, 0, 0x88), new Uint8Array(4), snap, packet),
    linkType: 127,
    path: 'radiotap/wlan/llc/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'LLC in a jumbo frame',
    bytes: concat(macs, be(0x8870), snap, packet),
    path: 'eth/llc/ipv4/tcp',
    payload: 5,
  },
  ...(
    [
      ['source routes', be(0x4000, 0x0800, 0, 0, 0x0800, 4, 0x0102, 0x0304, 0, 0), 'gre/ipv4/tcp'],
      ['WCCP version 1', be(0, 0x883e), 'gre/wccp/ipv4/tcp'],
      ['WCCP version 2', be(0, 0x883e, 0x0010, 0), 'gre/wccp/ipv4/tcp'],
    ] as const
  ).map(([what, header, inner]) => ({
    what: `GRE with ${what}`,
    bytes: inIp(47, concat(header, packet)),
    path: `eth/ipv4/${inner}`,
    payload: 5,
  })),
  {
    what: 'VXLAN-GPE with an IP packet',
    bytes: inUdp(4790, concat(be(0x0c00, 0x0001, 0, 0x0100), packet)),
    path: 'eth/ipv4/udp/vxlan/ipv4/tcp',
    payload: 5,
  },
  {
    what: 'MPLS in UDP',
    bytes: inUdp(6635, concat(be(0x0001, 0x0040, 0x0001, 0x0140), packet)),
    path: 'eth/ipv4/udp/mpls/ipv4/tcp',
    payload: 5,
  },
  { what: 'other UDP on the port of MPLS', bytes: inUdp(6635, be(1, 2, 3, 4)), path: 'eth/ipv4/udp/mpls', payload: 8 },
  { what: 'STP', bytes: concat(macs, be(3, 0x4242, 0x0300)), path: 'eth/llc/stp' },
  {
    what: 'a wrong IPv4 checksum',
    bytes: patched(segment, 24, 1, 2),
    path: 'eth/ipv4/tcp',
    payload: 5,
    notes: Note.ipChecksumBad,
  },
  {
    what: 'an offloaded IPv4 checksum',
    bytes: patched(segment, 24, 0, 0),
    path: 'eth/ipv4/tcp',
    payload: 5,
    notes: Note.ipChecksumOffloaded,
  },
  {
    what: 'a wrong TCP checksum',
    bytes: patched(segment, 50, 1, 2),
    path: 'eth/ipv4/tcp',
    payload: 5,
    notes: Note.transportChecksumBad,
  },
  {
    what: 'an offloaded TCP checksum',
    bytes: patched(segment, 50, 0, 0),
    path: 'eth/ipv4/tcp',
    payload: 5,
    notes: Note.transportChecksumOffloaded,
  },
  { what: 'UDP without a checksum', bytes: patched(datagram, 40, 0, 0), path: 'eth/ipv4/udp', payload: 5 },
];

const stopped: Case[] = [
  { what: 'an unknown link type', bytes: segment, linkType: 147, path: '', stop: 'unknown-link-type' },
  { what: 'an unknown EtherType', bytes: concat(macs, be(0x1234)), path: 'eth', stop: 'unknown-protocol' },
  { what: 'a short Ethernet header', bytes: segment.subarray(0, 13), path: 'eth', stop: 'too-short' },
  { what: 'a short IPv4 header', bytes: segment.subarray(0, 30), path: 'eth/ipv4', stop: 'too-short' },
  { what: 'an IPv4 header length of 16', bytes: patched(segment, 14, 0x44), path: 'eth/ipv4', stop: 'bad-length' },
  { what: 'a total length below the header', bytes: patched(segment, 16, 0, 19), path: 'eth/ipv4', stop: 'bad-length' },
  { what: 'IP version 5', bytes: patched(segment, 14, 0x55), path: 'eth/ipv4', stop: 'bad-version' },
  { what: 'a TCP header length of 16', bytes: patched(segment, 46, 0x40), path: 'eth/ipv4/tcp', stop: 'bad-length' },
  {
    what: 'a TCP header longer than its packet',
    bytes: patched(segment, 46, 0xf0),
    path: 'eth/ipv4/tcp',
    stop: 'too-short',
  },
  { what: 'a UDP length of 7', bytes: patched(datagram, 38, 0, 7), path: 'eth/ipv4/udp', stop: 'bad-length' },
];

const alike = (c: Case): void => {
  const { path, stop, payloadLength, notes } = decode(frameOf(c.bytes, c.linkType ?? 1, c.bytes.length, 3));
  expect({ path, stop, payloadLength, notes: c.stop === undefined ? notes : 0 }).toEqual({
    path: c.path,
    stop: c.stop ?? 'none',
    payloadLength: c.payload ?? 0,
    notes: c.notes ?? 0,
  });
};

/** The packet inside `depth` IPv4 headers in all. */
const nest = (depth: number): Uint8Array => {
  let inner = packet;
  for (let i = 1; i < depth; i++) {
    const header = packet.slice(0, 20);
    header[9] = 4;
    header.set(be(20 + inner.length), 2);
    inner = concat(header, inner);
  }
  return inner;
};

describe('decoding', () => {
  test.each(found)('$what is found', alike);
  test.each(stopped)('$what is a reason to stop', alike);

  test('what the snaplen cut is told from what is short on the wire', () => {
    expect(decode(frameOf(segment.subarray(0, 40), 1, segment.length)).stop).toBe('cut');
    const whole = decode(frameOf(segment.subarray(0, 54), 1, segment.length));
    expect([whole.stop, whole.payloadLength]).toEqual(['none', 5]);
  });

  test('a total length of 0 (segmentation offload) takes all there is', () => {
    const { stop, payloadLength } = decode(frameOf(patched(segment, 16, 0, 0)));
    expect([stop, payloadLength]).toEqual(['none', 5]);
  });

  test('a total length beyond the frame is noted and not believed', () => {
    const { payloadLength, notes } = decode(frameOf(patched(segment, 16, 4, 0)));
    expect(payloadLength).toBe(5);
    expect(notes & Note.lengthBeyondFrame).toBeTruthy();
  });

  test('eight IP headers are followed, nine are too deep', () => {
    expect(decode(frameOf(nest(8), 101)).stop).toBe('none');
    expect(decode(frameOf(nest(8), 101)).payloadLength).toBe(5);
    expect(decode(frameOf(nest(10), 101)).stop).toBe('too-deep');
  });

  test('tags without end are too deep', () => {
    const tags = concat(macs, ...Array.from({ length: 100 }, () => be(0x8100, 1)));
    expect(decode(frameOf(tags)).stop).toBe('too-deep');
  });
});
