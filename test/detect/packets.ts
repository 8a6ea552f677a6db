/** IPv4 packets over Ethernet, byte by byte, and what the pipeline finds in them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { concat, pcap } from '../support/capture-bytes.ts';

let folder: string | null = null;
let count = 0;

afterAll(() => {
  if (folder !== null) rmSync(folder, { recursive: true });
});

export async function findingsOfFile(path: string): Promise<Finding[]> {
  return (await analyze([path])).analyzeDocument().findings;
}

/** Findings in a whole capture file. */
export function findingsOfBytes(bytes: Uint8Array): Promise<Finding[]> {
  folder ??= mkdtempSync(join(tmpdir(), 'synoptic-detect-'));
  const path = join(folder, `${count++}.pcap`);
  writeFileSync(path, bytes);
  return findingsOfFile(path);
}

/** Findings in frames, one second apart. */
export const findingsOf = (frames: readonly Uint8Array[]): Promise<Finding[]> =>
  findingsOfBytes(pcap(frames.map((data, i) => ({ seconds: 1_700_000_000 + i, nanoseconds: 0, data }))));

const u16 = (value: number): number[] => [value >> 8, value & 255];
const address = (text: string): number[] => text.split('.').map(Number);

/** RFC 1071 over bytes of any length. */
export function checksum(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export interface Ip {
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly id?: number;
  readonly ttl?: number;
  /** Offset in bytes, and whether more fragments follow. */
  readonly fragment?: readonly [offset: number, more: boolean];
  /** Added to the header's checksum. */
  readonly wrong?: number;
}

export function ipv4(
  { from, to, protocol, id = 1, ttl = 64, fragment = [0, false], wrong = 0 }: Ip,
  payload: readonly number[],
): number[] {
  const flags = (fragment[0] >> 3) | (fragment[1] ? 0x2000 : 0);
  const head = [0x45, 0, ...u16(20 + payload.length), ...u16(id), ...u16(flags), ttl, protocol];
  const sum = checksum([...head, 0, 0, ...address(from), ...address(to)]);
  return [...head, ...u16((sum + wrong) & 0xffff), ...address(from), ...address(to), ...payload];
}

export const ethernet = (packet: readonly number[]): Uint8Array =>
  concat(Uint8Array.of(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0), Uint8Array.from(packet));

export interface Ends {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly [source: number, destination: number];
}

/** A UDP datagram. `wrong` is added to its checksum; `stored` takes its place. */
export function udp({ from, to, ports }: Ends, payload: readonly number[], wrong = 0, stored?: number): number[] {
  const length = 8 + payload.length;
  const head = [...u16(ports[0]), ...u16(ports[1]), ...u16(length)];
  const sum = checksum([...address(from), ...address(to), 0, 17, ...u16(length), ...head, 0, 0, ...payload]);
  return [...head, ...u16(stored ?? (sum + wrong) & 0xffff), ...payload];
}

export const SYN = 2;
export const RST_ACK = 0x14;
export const SYN_ACK = 0x12;
export const ACK = 0x10;

/** A TCP segment without payload. */
function tcp({ from, to, ports }: Ends, flags: number, seq: number, ack = 0, wrong = 0): number[] {
  const words = [seq >>> 16, seq & 0xffff, ack >>> 16, ack & 0xffff].flatMap(u16);
  const head = [...u16(ports[0]), ...u16(ports[1]), ...words, 0x50, flags, ...u16(64_240)];
  const sum = checksum([...address(from), ...address(to), 0, 6, ...u16(20), ...head, 0, 0, 0, 0]);
  return [...head, ...u16((sum + wrong) & 0xffff), 0, 0];
}

const A = '10.0.0.1';
const B = '10.0.0.2';

export const udpFrame = (wrong = 0, stored?: number): Uint8Array =>
  ethernet(ipv4({ from: A, to: B, protocol: 17 }, udp({ from: A, to: B, ports: [5000, 7] }, [1, 2, 3], wrong, stored)));

/** One segment from port `port` of `client` to port 80 of the server, or the way back. */
export function tcpFrame(flags: number, port: number, seq: number, back = false, client: string = A): Uint8Array {
  const ends: Ends = back ? { from: B, to: client, ports: [80, port] } : { from: client, to: B, ports: [port, 80] };
  return ethernet(ipv4({ ...ends, protocol: 6 }, tcp(ends, flags, seq, flags === SYN ? 0 : 1)));
}
