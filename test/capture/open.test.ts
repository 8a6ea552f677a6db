import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileSupply } from '../../src/capture/file-supply.ts';
import { Batch } from '../../src/capture/batch.ts';
import { Block } from '../../src/capture/block.ts';
import { describeFile, noFacts } from '../../src/capture/facts.ts';
import { Input } from '../../src/capture/input.ts';
import { openCapture } from '../../src/capture/open.ts';
import { decodePcapHeader } from '../../src/capture/pcap-header.ts';
import { PcapReader } from '../../src/capture/pcap-reader.ts';
import type { ByteSupply } from '../../src/capture/supply.ts';
import { concat, pcap, pcapHeader, pcapRecordHeader, sampleFrames, sectionHeader } from '../support/capture-bytes.ts';
import { canCountDescriptors, onDisk, openFiles, openingError, piped, readFrames } from './reading.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describe('inputs of no use', () => {
  test.each<[string, Uint8Array, string, number, string, string, string]>([
    ['0 bytes', new Uint8Array(0), 'empty', 0, 'empty input', 'a capture', '0 bytes'],
    [
      '3 bytes',
      Uint8Array.of(0xd4, 0xc3, 0xb2),
      'not-a-capture',
      0,
      'not a capture file',
      'the magic number of pcap or pcapng',
      'the bytes d4 c3 b2',
    ],
    [
      'text',
      text('hello, world\n'),
      'not-a-capture',
      0,
      'not a capture file',
      'the magic number of pcap or pcapng',
      'the bytes 68 65 6c 6c',
    ],
    [
      '12 zeros',
      new Uint8Array(12),
      'not-a-capture',
      0,
      'not a capture file',
      'the magic number of pcap or pcapng',
      'the bytes 00 00 00 00',
    ],
    [
      'a pcapng magic and text',
      concat(text('\n\r\r\n'), text('hello, world')),
      'not-a-capture',
      0,
      'not a capture file',
      'the magic number of pcap or pcapng',
      'the bytes 0a 0d 0d 0a',
    ],
    [
      'pcap cut after its magic',
      pcapHeader().subarray(0, 4),
      'truncated-header',
      4,
      'file header cut short',
      '24 bytes',
      '4 bytes',
    ],
    [
      'pcap cut in its header',
      pcapHeader().subarray(0, 23),
      'truncated-header',
      23,
      'file header cut short',
      '24 bytes',
      '23 bytes',
    ],
    [
      'pcapng cut after its magic',
      sectionHeader().subarray(0, 4),
      'truncated-header',
      4,
      'file header cut short',
      '12 bytes',
      '4 bytes',
    ],
    [
      'pcapng cut in its header',
      sectionHeader().subarray(0, 27),
      'truncated-header',
      27,
      'file header cut short',
      '28 bytes',
      '27 bytes',
    ],
    [
      'pcap 9.9',
      pcapHeader({ version: [9, 9] }),
      'unsupported-version',
      4,
      'unsupported pcap version',
      'version 2.4',
      'version 9.9',
    ],
    [
      'pcap 1.4',
      pcapHeader({ version: [1, 4] }),
      'unsupported-version',
      4,
      'unsupported pcap version',
      'version 2.4',
      'version 1.4',
    ],
    [
      'pcapng 2.0',
      sectionHeader('big', [2, 0]),
      'unsupported-version',
      12,
      'unsupported pcapng version',
      'version 1.x',
      'version 2.0',
    ],
    [
      'reserved link type bits',
      pcapHeader({ linkType: 0x0030_0000 }),
      'unsupported-version',
      20,
      'unsupported link type field',
      'reserved bits that are zero',
      '0x00300000',
    ],
    [
      'xz',
      Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0),
      'unsupported-compression',
      0,
      'unsupported compression',
      'gzip, zstd, lz4 or no compression',
      'xz',
    ],
    [
      'bzip2',
      text('BZh91AY&SY'),
      'unsupported-compression',
      0,
      'unsupported compression',
      'gzip, zstd, lz4 or no compression',
      'bzip2',
    ],
  ])('%s', async (_name, bytes, code, offset, message, expected, found) => {
    const path = onDisk(bytes);
    expect(await openingError([path])).toMatchObject({ code, path, offset, message, expected, found });
    expect(await openingError(['-'], piped(bytes))).toMatchObject({
      code,
      path: '-',
      offset,
      message,
      expected,
      found,
    });
    expect(await openingError([onDisk(pcapHeader()), path])).toMatchObject({ code, path });
  });

  test('no such file', async () => {
    expect(await openingError(['/nowhere/a.pcap'])).toMatchObject({ code: 'missing', found: 'ENOENT' });
    expect(await openingError([`${onDisk(pcapHeader())}/a.pcap`])).toMatchObject({ code: 'missing', found: 'ENOTDIR' });
  });

  test('a directory', async () => {
    expect(await openingError([dirname(onDisk(pcapHeader()))])).toMatchObject({ code: 'directory' });
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const path = onDisk(pcapHeader());
    execFileSync('chmod', ['000', path]);
    expect(await openingError([path])).toMatchObject({ code: 'unreadable', found: 'EACCES' });
  });

  test('a name that the system refuses', async () => {
    expect(await openingError([`/tmp/${'x'.repeat(5000)}`])).toMatchObject({
      code: 'unreadable',
      found: 'ENAMETOOLONG',
    });
  });

  test('standard input twice, and one that is closed', async () => {
    expect(await openingError(['-', '-'], piped(pcapHeader()))).toMatchObject({ code: 'unreadable', path: '-' });
    const closed = piped();
    closed.destroy();
    expect(await openingError(['-'], closed)).toMatchObject({ code: 'empty' });
    const ended = piped();
    for await (const chunk of ended) expect(chunk).toBe(null);
    expect(await openingError(['-'], ended)).toMatchObject({ code: 'empty' });
  });

  test('no path at all is a mistake of the caller', async () => {
    await expect(openCapture([])).rejects.toBeInstanceOf(RangeError);
  });
});

describe('resources', () => {
  test.skipIf(!canCountDescriptors)('a file is closed at its end, and when the reader has had enough', async () => {
    const path = onDisk(pcap(sampleFrames(10)));
    for (let i = 0; i < 20; i++) {
      const source = await openCapture([path]);
      if (i % 2 === 0) await readFrames(source);
      else source.close();
      expect(await source.load()).toBe(false);
    }
    await openingError([onDisk(text('no capture'))]);
    expect(openFiles()).toBe(0);
  });

  test('memory follows the size of a small file', () => {
    const path = onDisk(pcap(sampleFrames(100)));
    const supply = new FileSupply(path, 10_000, true);
    expect(new Block(supply, 10_000).bytes.length).toBe(10_000);
    supply.close();
  });
});

test('the position in a file goes beyond 4 GiB', () => {
  const path = onDisk(new Uint8Array(1));
  const at = 5 * 2 ** 30;
  const descriptor = openSync(path, 'r+'); // sparse: it takes no room on the disk
  writeSync(descriptor, 'there', at);
  closeSync(descriptor);
  const supply = new FileSupply(path, at + 5, true);
  supply.consumed = at;
  const target = new Uint8Array(9);
  expect([supply.read(target, 0, 2), supply.read(target, 2, 9), supply.read(target, 5, 9)]).toEqual([2, 3, 0]);
  expect(new TextDecoder().decode(target.subarray(0, 5))).toBe('there');
  expect(supply.consumed).toBe(at + 5);
  supply.close();
});

test('a file over 4 GiB', async () => {
  // Four records fill a block of 1 MiB exactly. So the supply writes them once and then only says that it did.
  const size = 262_144;
  const record = concat(pcapRecordHeader({}, 1, 1, size - 16, size - 16), new Uint8Array(size - 16));
  const blocks = 5000;
  let reads = 0;
  const supply: ByteSupply = {
    trouble: null,
    size: null,
    consumed: 0,
    close: () => undefined,
    read(target, from, to) {
      if (reads === 0) for (let at = 0; at < to; at += size) target.set(record, at);
      reads++;
      if (reads > blocks + 1) return 0;
      return reads === blocks + 1 ? 10 : to - from;
    },
  };
  const facts = noFacts();
  facts.files.push(describeFile('large'));
  const place = { path: 'large', index: 0, standardInput: () => process.stdin, blockBytes: 0, keepOpen: true };
  const reader = new PcapReader(decodePcapHeader(new DataView(pcapHeader().buffer), 0)!, 0);
  const input = new Input(place, facts, new Block(supply, 4 * size), reader);
  const batch = new Batch();
  let frames = 0;
  while (await input.load()) while (input.next(batch)) frames += batch.count;
  expect(frames).toBe(4 * blocks);
  expect(input.file.bytes).toBe(blocks * 4 * size + 10);
  expect(facts.damage).toMatchObject([{ byte: blocks * 4 * size, frame: 4 * blocks + 1, found: '10 bytes' }]);
});
