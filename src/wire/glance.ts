/**
 * A look at the commonest frame of all without taking it apart: Ethernet II, IPv4 without options or fragments, TCP with
 * consistent lengths. What is recognised here `plainIpv4` would decode without a stop or a note. Headers are looked at as
 * big-endian 32-bit words, each of which is read once: `first` to `fifth` of IPv4, `first` to `fourth` of TCP.
 */
import { foldToNetwork, networkWord, sumWords } from '../bytes/checksum.ts';
import { TCP } from './ip.ts';

/** Offset of the IPv4 header, and of the TCP header behind it. */
export const NETWORK_AT = 14;
export const TRANSPORT_AT = 34;
const IPV4_HEADER = 20;
const TCP_HEADER = 20;
/** Captured bytes that a frame needs to be recognised. */
export const GLANCE_BYTES = TRANSPORT_AT + TCP_HEADER;
export const IPV4_TYPE = 0x0800;
const VERSION_AND_LENGTH = 0x45;
const FRAGMENT = 0x3fff;
const PROTOCOL = 0xff0000;

/** IPv4 without options, no fragment, TCP inside. */
export const isPlainTcp = (first: number, second: number, third: number): boolean =>
  first >>> 24 === VERSION_AND_LENGTH && (second & FRAGMENT) === 0 && (third & PROTOCOL) === TCP << 16;

/** Total length as the packet says it. */
export const packetLength = (first: number): number => first & 0xffff;
export const dscp = (first: number): number => (first >>> 18) & 63;
export const timeToLive = (third: number): number => third >>> 24;
/** Unscaled. */
export const windowField = (fourth: number): number => fourth & 0xffff;
export const flags = (fourth: number): number => (fourth >>> 16) & 0xff;

/** Bytes of TCP payload on the wire; negative when the lengths contradict each other. */
export function payloadLength(packet: number, fourth: number): number {
  const header = (fourth >>> 28) << 2;
  return header < TCP_HEADER ? -1 : packet - IPV4_HEADER - header;
}

/** Sum of a header word's two halves. The order of bytes does not matter to the Internet checksum (RFC 1071). */
export const halves = (word: number): number => (word & 0xffff) + (word >>> 16);

/** The ten words of an IPv4 header sum up to 0xffff; `addresses` is the sum of the last four. */
export function headerSumsUp(first: number, second: number, third: number, addresses: number): boolean {
  const sum = halves(first) + halves(second) + halves(third) + addresses;
  // Ten words add up to less than 10 * 0xffff, and version 4 keeps the sum from being zero.
  return (sum & 0xffff) + (sum >>> 16) === 0xffff;
}

/**
 * The sum of the segment and its pseudo-header is right; all of it is captured. `network` is the IPv4 header's offset,
 * `addresses` the sum of its last four words.
 */
export function segmentSumsUp(view: DataView, network: number, packet: number, addresses: number): boolean {
  const length = packet - IPV4_HEADER;
  const pseudo = networkWord(halves(halves(addresses))) + networkWord(TCP) + networkWord(length);
  return foldToNetwork(sumWords(view, network + IPV4_HEADER, length, pseudo)) === 0xffff;
}
