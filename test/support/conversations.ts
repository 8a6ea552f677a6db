/**
 * Frames of real conversations, built header by header with right checksums, for tests that need connections rather
 * than bytes: TCP over IPv4 and IPv6, UDP, a VLAN tag, ARP.
 */
import { type Frame, concat } from './capture-bytes.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
const PSH = 0x08;
export const ACK = 0x10;

const TCP = 6;
const UDP = 17;

export interface Packet {
  /** `10.0.0.1` or `2001:db8::1` in full: eight groups. */
  readonly from: string;
  readonly to: string;
  /** Source and destination. */
  readonly ports: readonly [number, number];
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: number;
  readonly payload?: string | Uint8Array;
  /** Window field. */
  readonly window?: number;
  /** Window scale that a SYN offers. */
  readonly scale?: number;
  /** A SYN offers selective acknowledgments. */
  readonly sack?: boolean;
  /** Timestamp; none when not given. */
  readonly stamp?: number;
}

/** An Ethernet frame with a TCP segment. */
export const tcp = (packet: Packet): Uint8Array => ethernet(ip(packet, TCP, tcpSegment(packet)));

/** An Ethernet frame with a UDP datagram; `vlan` adds a tag. */
export function udp(packet: Packet, vlan?: number): Uint8Array {
  const payload = bytesOf(packet.payload);
  const datagram = concat(u16(...packet.ports, 8 + payload.length, 0), payload);
  return ethernet(ip(packet, UDP, datagram), vlan);
}

/** An ARP request. */
const arp = (from: string, to: string): Uint8Array =>
  concat(
    Uint8Array.from([...BROADCAST, ...MAC, 8, 6]),
    u16(1, 0x0800, 0x0604, 1),
    Uint8Array.from([...MAC, ...address(from), 0, 0, 0, 0, 0, 0, ...address(to)]),
  );

const MAC = [2, 0, 0, 0, 0, 1];
const BROADCAST = [255, 255, 255, 255, 255, 255];

function tcpSegment({
  ports,
  seq = 0,
  ack = 0,
  flags = ACK,
  payload,
  window = 64_240,
  scale,
  sack,
  stamp,
}: Packet): Uint8Array {
  const shift = scale === undefined ? [] : [1, 3, 3, scale];
  const offers = (flags & SYN) === 0 ? [] : [2, 4, 0x05, 0xb4, ...shift, ...(sack === true ? [1, 1, 4, 2] : [])];
  const options = stamp === undefined ? offers : [...offers, 1, 1, 8, 10, ...u32(stamp, 0)];
  const header = concat(u16(...ports), u32(seq, ack), Uint8Array.of((20 + options.length) << 2, flags));
  return concat(header, u16(window, 0, 0), Uint8Array.from(options), bytesOf(payload));
}

function ip({ from, to }: Packet, protocol: number, segment: Uint8Array): Uint8Array {
  const [source, target] = [address(from), address(to)];
  const whole = segment.slice();
  const pseudo = concat(Uint8Array.from([...source, ...target]), u32(segment.length, protocol));
  whole.set(u16(checksum(concat(pseudo, segment))), protocol === TCP ? 16 : 6);
  if (source.length === 16) {
    return concat(u16(0x6000, 0, segment.length, (protocol << 8) | 64), Uint8Array.from([...source, ...target]), whole);
  }
  const header = concat(
    u16(0x4500, 20 + segment.length, 1, 0x4000, (64 << 8) | protocol, 0),
    Uint8Array.from([...source, ...target]),
  );
  header.set(u16(checksum(header)), 10);
  return concat(header, whole);
}

function ethernet(packet: Uint8Array, vlan?: number): Uint8Array {
  const tag = vlan === undefined ? [] : [0x81, 0, vlan >> 8, vlan & 255];
  const type = packet[0]! >> 4 === 6 ? [0x86, 0xdd] : [8, 0];
  return concat(Uint8Array.from([2, 0, 0, 0, 0, 2, ...MAC, ...tag, ...type]), packet);
}

/** Internet checksum, RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function address(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number);
  const groups = text.split(':').map((group) => Number.parseInt(group, 16));
  return groups.flatMap((group) => [group >> 8, group & 255]);
}

const bytesOf = (payload: Packet['payload'] = ''): Uint8Array =>
  typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;

const u16 = (...values: readonly number[]): Uint8Array => Uint8Array.from(values.flatMap((v) => [v >>> 8, v & 255]));
const u32 = (...values: readonly number[]): Uint8Array => u16(...values.flatMap((v) => [v >>> 16, v & 0xffff]));

/* --------------------------------------------------------------------------------------------- whole captures */

/** The first frame of `conversations`: 2023-11-14T22:13:20Z. */
const START = 1_700_000_000;
/** Seconds from one frame of `conversations` to the next. */
const STEP = 0.25;

const CLIENT = '10.0.0.1';
const WEB = '10.0.0.2';
const V6_CLIENT = '2001:db8:0:0:0:0:0:1';
const V6_SERVER = '2001:db8:0:0:0:0:0:2';

/** DNS query and answer for www.example., RFC 1035 section 4. */
const question = concat(
  Uint8Array.of(3),
  bytesOf('www'),
  Uint8Array.of(7),
  bytesOf('example'),
  u16(0, 1, 1).subarray(1),
);
const dnsQuery = concat(u16(7, 0x0100, 1, 0, 0, 0), question);
const dnsAnswer = concat(u16(7, 0x8180, 1, 1, 0, 0), question, u16(0xc00c, 1, 1, 0, 60, 4), Uint8Array.of(10, 0, 0, 2));

const web = (flags: number, seq: number, ack: number, payload = ''): Uint8Array =>
  tcp({ from: CLIENT, to: WEB, ports: [51_000, 80], flags, seq, ack, payload });
const webAnswer = (flags: number, seq: number, ack: number, payload = ''): Uint8Array =>
  tcp({ from: WEB, to: CLIENT, ports: [80, 51_000], flags, seq, ack, payload });

const request = 'GET / HTTP/1.1\r\nHost: www.example\r\n\r\n';
const response = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

/**
 * Twenty frames a quarter of a second apart, in whole microseconds. tcp:0 is an HTTP exchange (SF), tcp:1 is refused
 * (REJ), tcp:2 unanswered (S0), tcp:3 open over IPv6 (S1); udp:0 is DNS (SF), udp:1 an unanswered datagram in a VLAN.
 */
export const conversations: readonly Frame[] = [
  arp(CLIENT, '10.0.0.53'),
  udp({ from: CLIENT, to: '10.0.0.53', ports: [40_000, 53], payload: dnsQuery }),
  udp({ from: '10.0.0.53', to: CLIENT, ports: [53, 40_000], payload: dnsAnswer }),
  web(SYN, 1000, 0),
  webAnswer(SYN | ACK, 5000, 1001),
  web(ACK, 1001, 5001),
  tcp({ from: CLIENT, to: '10.0.0.3', ports: [51_001, 443], flags: SYN, seq: 1 }),
  web(PSH | ACK, 1001, 5001, request),
  tcp({ from: '10.0.0.3', to: CLIENT, ports: [443, 51_001], flags: RST | ACK, seq: 0, ack: 2 }),
  tcp({ from: CLIENT, to: '10.0.0.9', ports: [51_002, 22], flags: SYN, seq: 77 }),
  webAnswer(PSH | ACK, 5001, 1001 + request.length, response),
  web(ACK, 1001 + request.length, 5001 + response.length),
  tcp({ from: V6_CLIENT, to: V6_SERVER, ports: [51_003, 8080], flags: SYN, seq: 9 }),
  tcp({ from: CLIENT, to: '10.0.0.9', ports: [51_002, 22], flags: SYN, seq: 77 }),
  tcp({ from: V6_SERVER, to: V6_CLIENT, ports: [8080, 51_003], flags: SYN | ACK, seq: 20, ack: 10 }),
  tcp({ from: V6_CLIENT, to: V6_SERVER, ports: [51_003, 8080], flags: ACK, seq: 10, ack: 21 }),
  web(FIN | ACK, 1001 + request.length, 5001 + response.length),
  webAnswer(FIN | ACK, 5001 + response.length, 1002 + request.length),
  web(ACK, 1002 + request.length, 5002 + response.length),
  udp({ from: CLIENT, to: '10.0.0.77', ports: [40_001, 9999], payload: 'anybody?' }, 7),
].map((data, i) => ({
  seconds: START + Math.floor(i * STEP),
  nanoseconds: ((i * STEP) % 1) * 1e9 + 1000 * i,
  data,
}));

/** `count` unanswered SYNs a second apart, each a connection of its own. */
export const unanswered = (count: number): Frame[] =>
  Array.from({ length: count }, (_, i) => ({
    seconds: START + i,
    nanoseconds: 0,
    data: tcp({ from: CLIENT, to: '10.0.0.9', ports: [10_000 + i, 22], flags: SYN, seq: i }),
  }));
