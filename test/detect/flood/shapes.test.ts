/** Tools told by the headers of their SYNs, written as their authors write them; and stacks that are none of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import type { Shape } from '../../../src/detect/flood/shapes.ts';
import { pcap } from '../../support/capture-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-shapes-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Header {
  port: number;
  sourcePort: number;
  sequence: number;
  window: number;
  ipId: number;
  ttl: number;
  options: string;
}

const DESTINATION = 0xc0000209;
const random = (i: number): number => Math.imul(Math.imul(i ^ 0x5bd1e995, 0x9e3779b1) ^ (i >>> 3), 0x85ebca6b) >>> 0;

/** An Ethernet frame with an IPv4 SYN; checksums are left out, as a card that works them out leaves them. */
function frameOf(i: number, { port, sourcePort, sequence, window, ipId, ttl, options }: Header): Uint8Array {
  const tail = Buffer.from(options, 'hex');
  const frame = Buffer.alloc(54 + tail.length);
  frame.writeUInt16BE(0x0800, 12);
  frame.writeUInt16BE(0x4500, 14);
  frame.writeUInt16BE(40 + tail.length, 16);
  frame.writeUInt16BE(ipId, 18);
  frame.writeUInt16BE((ttl << 8) | 6, 22);
  frame.writeUInt32BE(random(i + 77) % 0xdf000000 || 1, 26);
  frame.writeUInt32BE(DESTINATION, 30);
  frame.writeUInt16BE(sourcePort, 34);
  frame.writeUInt16BE(port, 36);
  frame.writeUInt32BE(sequence, 38);
  frame.writeUInt16BE(((20 + tail.length) << 10) | 2, 46);
  frame.writeUInt16BE(window, 48);
  tail.copy(frame, 54);
  return frame;
}

const usual = (i: number): Header => ({
  port: 80,
  sourcePort: 1024 + (random(i) % 60_000),
  sequence: random(i + 5),
  window: 64_240,
  ipId: random(i + 9) & 0xffff,
  ttl: 57,
  options: '',
});

let files = 0;
async function shapesOf(header: (i: number) => Partial<Header>): Promise<readonly Shape[]> {
  const frames = Array.from({ length: 400 }, (_, i) => ({
    seconds: 1_700_000_000 + Math.floor(i / 100),
    nanoseconds: (i % 100) * 1e7,
    data: frameOf(i, { ...usual(i), ...header(i) }),
  }));
  const path = join(folder, `${files++}.pcap`);
  writeFileSync(path, pcap(frames));
  const { victims } = (await analyze([path])).synfloodDocument();
  expect(victims.map(({ handshakeCount }) => handshakeCount)).toEqual([400]);
  return victims[0]!.evidence.shapes.clusters;
}

const MIRAI = (mss: number): string => `0204${mss.toString(16).padStart(4, '0')}0402080a000000010000000001030306`;
const LINUX = '020405b40402080a000000010000000001030307';
const masscanId = (sequence: number, port: number): number => (DESTINATION ^ port ^ sequence) & 0xffff;

describe('tools', () => {
  test.each<[string, (i: number) => Partial<Header>]>([
    ['hping3', (i) => ({ window: 512, ttl: 64, sourcePort: 1500 + i })],
    ['zmap', () => ({ window: 65_535, ipId: 54_321, ttl: 250 })],
    ['masscan', (i) => ({ window: 1024, ttl: 250, ipId: masscanId(random(i + 5), 80), options: '020405b4' })],
    ['mirai-scanner', (i) => ({ port: 23, sequence: DESTINATION, window: random(i) & 0xffff })],
    ['mirai-attack', (i) => ({ options: MIRAI(1400 + (i % 16)), window: 0 })],
  ])('%s', async (tool, header) => {
    const [first, ...others] = await shapesOf(header);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ tool, syns: 400 });
    expect(first!.frames).toHaveLength(20);
  });
});

describe('none that is known', () => {
  test.each<[string, (i: number) => Partial<Header>]>([
    ['Linux', () => ({ options: LINUX })],
    ['a window of 512 from random ports', () => ({ window: 512, ttl: 64 })],
    ['hping3 from more hops away than it can be', (i) => ({ window: 512, ttl: 128, sourcePort: 1500 + i })],
    ['ZMap with random IP ids', () => ({ window: 65_535, ttl: 250 })],
    ['masscan of another port', (i) => ({ ipId: masscanId(random(i + 5), 443), options: '020405b4' })],
    ['the sequence number of Mirai at a port it does not scan', () => ({ sequence: DESTINATION })],
    ['the options of Mirai with the MSS of a stack', () => ({ options: MIRAI(1460) })],
  ])('%s', async (_, header) => {
    expect((await shapesOf(header)).map(({ tool }) => tool)).toEqual([null]);
  });

  test('two kinds of SYNs are two clusters, the commoner first', async () => {
    const clusters = await shapesOf((i) => (i % 4 === 0 ? { options: LINUX } : { window: 1234 }));
    expect(clusters.map(({ syns, options, window }) => [syns, options, window])).toEqual([
      [300, '', 1234],
      [100, '2,4,8,1,3', 64_240],
    ]);
  });
});
