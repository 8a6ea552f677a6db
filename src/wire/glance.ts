/**
 * A look at the commonest frame of all without taking it apart: Ethernet II, IPv4 without options or fragments, TCP with
 * consistent lengths. What is recognised here `plainIpv4` would decode without a stop or a note. Offsets are those of the
 * IPv4 header; the frame begins `ETHERNET_HEADER` before it.
 */
import { sumWords } from '../bytes/checksum.ts';
import { i32be, u16be } from '../bytes/read.ts';
import { foldToNetwork, networkWord } from '../bytes/checksum.ts';
import { TCP } from './ip.ts';

export const ETHERNET_HEADER = 14;
const IPV4_HEADER = 20;
const TCP_HEADER = 20;
/** Captured bytes that a frame needs to be recognised. */
export const GLANCE_BYTES = ETHERNET_HEADER + IPV4_HEADER + TCP_HEADER;
const IPV4_TYPE = 0x0800;
const VERSION_AND_LENGTH = 0x45;
const FRAGMENT = 0x3fff;

/** EtherType, version and header length, fragment offset, protocol; `GLANCE_BYTES` are captured. */
export function isPlainTcp(view: DataView, network: number): boolean {
  return (
    u16be(view, network - 2) === IPV4_TYPE &&
    view.getUint8(network) === VERSION_AND_LENGTH &&
    (u16be(view, network + 6) & FRAGMENT) === 0 &&
    view.getUint8(network + 9) === TCP
  );
}

/** Source, destination, and source port << 16 | destination port. */
export const source = (view: DataView, network: number): number => i32be(view, network + 12);
export const destination = (view: DataView, network: number): number => i32be(view, network + 16);
export const ports = (view: DataView, network: number): number => i32be(view, network + IPV4_HEADER);
export const sequence = (view: DataView, network: number): number => i32be(view, network + 24);
export const acknowledgment = (view: DataView, network: number): number => i32be(view, network + 28);
export const flags = (view: DataView, network: number): number => view.getUint8(network + 33);
/** Total length as the packet says it. */
export const packetLength = (view: DataView, network: number): number => u16be(view, network + 2);
export const timeToLive = (view: DataView, network: number): number => view.getUint8(network + 8);
export const dscp = (view: DataView, network: number): number => view.getUint8(network + 1) >>> 2;

/** Bytes of TCP payload on the wire; negative when the lengths contradict each other. */
export function payloadLength(view: DataView, network: number): number {
  const header = (view.getUint8(network + 32) >>> 4) << 2;
  return header < TCP_HEADER ? -1 : packetLength(view, network) - IPV4_HEADER - header;
}

/** The one's complement sum of the header's ten words is 0xffff (RFC 1071); the order of bytes does not matter. */
export function headerSumsUp(view: DataView, network: number): boolean {
  const a = i32be(view, network);
  const b = i32be(view, network + 4);
  const c = i32be(view, network + 8);
  const d = i32be(view, network + 12);
  const e = i32be(view, network + 16);
  const low = (a & 0xffff) + (b & 0xffff) + (c & 0xffff) + (d & 0xffff) + (e & 0xffff);
  const sum = low + (a >>> 16) + (b >>> 16) + (c >>> 16) + (d >>> 16) + (e >>> 16);
  // Ten words add up to less than 10 * 0xffff, and version 4 keeps the sum from being zero.
  return (sum & 0xffff) + (sum >>> 16) === 0xffff;
}

/** The sum of the segment and its pseudo-header is right; all of it is captured. */
export function segmentSumsUp(view: DataView, network: number): boolean {
  const length = packetLength(view, network) - IPV4_HEADER;
  const pseudo = sumWords(view, network + 12, 8, networkWord(TCP) + networkWord(length));
  return foldToNetwork(sumWords(view, network + IPV4_HEADER, length, pseudo)) === 0xffff;
}
