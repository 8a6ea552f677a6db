import { execFileSync, spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Batch } from '../../src/capture/batch.ts';
import { Block } from '../../src/capture/block.ts';
import { FileSupply } from '../../src/capture/file-supply.ts';
import { openCapture } from '../../src/capture/open.ts';
import type { FrameSource } from '../../src/capture/source.ts';
import { openFzstd } from '../../src/capture/zstd.ts';
import { concat, pcap, pcapHeader, pcapng, sampleFrames, words } from '../support/capture-bytes.ts';
import { SMALL_CAPTURE, SMALL_COMPRESSED } from './compressed-samples.ts';
import { cut, onDisk, openingError, piped, readFile, readFrames, readPipe } from './reading.ts';

const batch = new Batch();
/** 4 MiB of records of no bytes, as one gzip member. */
const EMPTY_RECORDS = gzipSync(new Uint8Array(4 * 1024 * 1024));
const large = pcap(sampleFrames(15_000));
const small = pcap(sampleFrames(200));
const text = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

/** By a tool of the system; such tests are skipped, and say so, where it is not installed. */
function tool(command: string, options: readonly string[], input: Uint8Array): Uint8Array {
  return Uint8Array.from(execFileSync(command, [...options, '-q', '-c'], { input, maxBuffer: 1 << 28, stdio: 'pipe' }));
}

const has = (command: string): boolean => spawnSync(command, ['--version']).error === undefined;

async function frameCount(bytes: Uint8Array): Promise<{ frames: number; damage: FrameSource['damage'] }> {
  const { frames, source } = await readFile(bytes);
  return { frames: frames.length, damage: source.damage };
}

describe('by embedded samples', () => {
  test.each(SMALL_COMPRESSED)('$name', async ({ compression, bytes }) => {
    const plain = await readFile(SMALL_CAPTURE);
    const { frames, source } = await readFile(bytes);
    expect(frames).toEqual(plain.frames);
    expect(source.damage).toEqual([]);
    expect(source.files).toMatchObject([{ compressed: compression, format: 'pcap', bytes: SMALL_CAPTURE.length }]);
    expect(source.progress()).toBe(1);
    const throughPipe = await readPipe(...cut(bytes, [1, 2, 3]));
    expect(throughPipe.frames).toEqual(plain.frames);
    expect(throughPipe.source.progress()).toBeNull();
  });

  test.each(SMALL_COMPRESSED)('every cut of $name ends in frames and damage, or in an error', async ({ bytes }) => {
    for (let length = 4; length < bytes.length; length++) {
      const source = await openCapture(['-'], { standardInput: piped(bytes.subarray(0, length)) }).catch((error) => {
        expect(error).toMatchObject({ name: 'CaptureError' });
        return null;
      });
      if (source === null) continue;
      await readFrames(source);
      expect(source.damage, `cut at ${length}`).toHaveLength(1);
    }
  });

  test.each(SMALL_COMPRESSED.filter(({ compression }) => compression === 'lz4'))(
    'every cut of $name gives the frames that are whole, within its one block',
    async ({ bytes }) => {
      const { frames: whole } = await readFile(SMALL_CAPTURE);
      const counts: number[] = [];
      // Behind the header of the file: 7 bytes of lz4, 4 of the block, and what 24 bytes of pcap are packed into.
      for (let length = 48; length < bytes.length; length++) {
        const { frames } = await readPipe(bytes.subarray(0, length));
        expect(frames).toEqual(whole.slice(0, frames.length));
        counts.push(frames.length);
      }
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect([counts[0], counts.at(-1)]).toEqual([0, 12]);
      expect(new Set(counts).size).toBeGreaterThan(8);
    },
  );

  test.each(SMALL_COMPRESSED)('every changed byte of $name is survived', async ({ bytes }) => {
    for (let at = 4; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = changed[at]! ^ 0xff;
      const source = await openCapture(['-'], { standardInput: piped(changed) }).catch((error) => {
        expect(error).toMatchObject({ name: 'CaptureError' });
        return null;
      });
      if (source !== null) await readFrames(source);
    }
  });
});

describe('gzip', () => {
  test('a large pcapng, in a file and through a pipe', async () => {
    const bytes = pcapng(sampleFrames(15_000));
    const plain = await readFile(bytes);
    const zipped = gzipSync(bytes);
    const inFile = await readFile(zipped);
    expect(inFile.frames).toEqual(plain.frames);
    expect(inFile.source.files).toMatchObject([{ compressed: 'gzip', format: 'pcapng', bytes: bytes.length }]);
    expect((await readPipe(...cut(zipped, [70_000, 1, 30]))).frames).toEqual(plain.frames);
  });

  test('concatenated members', async () => {
    const members = cut(large, [1_000_000, 3]).map((part) => gzipSync(part));
    const { frames, source } = await readFile(concat(...members));
    expect([frames.length, source.damage]).toEqual([15_000, []]);
  });

  test('a cut stream gives every frame that can be had', async () => {
    const zipped = gzipSync(large);
    const { frames, damage } = await frameCount(zipped.subarray(0, zipped.length >> 1));
    expect(frames).toBeGreaterThan(5000);
    expect(damage).toMatchObject([{ frame: frames + 1, what: 'gzip stream cut short', found: 'the end of the input' }]);
  });

  test('a wrong checksum costs no frame', async () => {
    for (const [bytes, count] of [
      [small, 200],
      [large, 15_000],
    ] as const) {
      const zipped = gzipSync(bytes);
      zipped[zipped.length - 8]! ^= 1;
      const { frames, damage } = await frameCount(zipped);
      expect(frames).toBe(count);
      expect(damage).toMatchObject([{ byte: bytes.length, frame: count + 1, what: 'gzip stream corrupt' }]);
    }
  });

  test('corruption in the middle gives the frames before it', async () => {
    // Stored blocks, so that what lies where is known: an invalid block type ends them.
    const stored = gzipSync(small, { level: 0 });
    const broken = concat(stored.subarray(0, stored.length - 8 - 5000), new Uint8Array(20).fill(0xff));
    const { frames, damage } = await frameCount(concat(broken, new Uint8Array(100_000)));
    expect(frames).toBeGreaterThan(100);
    expect(damage).toHaveLength(1);
  });

  test('what is compressed need not be a capture', async () => {
    expect(await openingError(['-'], piped(gzipSync('hello')))).toMatchObject({ code: 'not-a-capture' });
    expect(await openingError(['-'], piped(gzipSync('')))).toMatchObject({ code: 'empty' });
    expect(await openingError(['-'], piped(text('1f8b')))).toMatchObject({ code: 'truncated-header' });
    expect(await openingError(['-'], piped(gzipSync(pcapHeader().subarray(0, 9))))).toMatchObject({
      code: 'truncated-header',
    });
  });

  test('memory is bounded however well it is compressed', async () => {
    // 200 MiB of empty records, from 200 KiB.
    const zipped = concat(gzipSync(pcapHeader()), ...Array.from({ length: 50 }, () => EMPTY_RECORDS));
    const before = process.memoryUsage().arrayBuffers;
    const source = await openCapture(['-'], { standardInput: piped(zipped) });
    let most = 0;
    for (let i = 0; i < 20; i++) {
      await source.load();
      while (source.next(batch));
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    source.close();
    expect(most).toBeLessThan(24 * 1024 * 1024);
  });
});

describe.skipIf(!has('zstd'))(`zstd${has('zstd') ? '' : ' (the zstd tool is ABSENT, skipped)'}`, () => {
  test.each(['-1', '-12', '--no-check', '--fast', '--long=24'])('%s', async (options) => {
    const zipped = tool('zstd', [options], large);
    expect(await frameCount(zipped)).toEqual({ frames: 15_000, damage: [] });
    expect((await readPipe(...cut(zipped, [1000, 7]))).frames).toHaveLength(15_000);
  });

  test('concatenated frames, with a skippable one in front', async () => {
    const skippable = concat(words('little', [0x184d2a57, 32], [5, 32]), new Uint8Array(5));
    const parts = cut(large, [500_000]).map((part) => tool('zstd', [], part));
    expect(await frameCount(concat(skippable, ...parts))).toEqual({ frames: 15_000, damage: [] });
  });

  test('cut', async () => {
    const zipped = tool('zstd', [], large);
    const { frames, damage } = await frameCount(zipped.subarray(0, zipped.length >> 1));
    expect(frames).toBeGreaterThan(5000);
    expect(damage).toMatchObject([{ frame: frames + 1, what: 'zstd stream cut short' }]);
  });
});

test('fzstd gives what the decompressor of this Node gives', async () => {
  for (const { compression, bytes } of SMALL_COMPRESSED) {
    if (compression !== 'zstd') continue;
    const doubled = concat(bytes, bytes);
    const supply = openFzstd(new Block(new FileSupply(onDisk(doubled), doubled.length, true), 64));
    const content = new Uint8Array(3 * SMALL_CAPTURE.length);
    let length = 0;
    for (let count = 1; count > 0; length += count) count = await supply.read(content, length, content.length);
    expect(content.subarray(0, length)).toEqual(concat(SMALL_CAPTURE, SMALL_CAPTURE));
    expect(supply.trouble).toBeNull();
    supply.close();
  }
});

test('a zstd frame of which every 4 bytes stand for 128 KiB', async () => {
  const header = concat(text('28b52ffd0050'), text('c00000'), pcapHeader());
  const block = text('02001000');
  const bomb = concat(header, ...Array.from({ length: 20_000 }, () => block));
  const before = process.memoryUsage().arrayBuffers;
  const source = await openCapture([onDisk(bomb)]);
  let most = 0;
  while (source.files[0]!.frames < 100_000) {
    expect(await source.load()).toBe(true);
    while (source.next(batch));
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  source.close();
  expect(most).toBeLessThan(64 * 1024 * 1024);
});

const zstdHeader = (window: number): Uint8Array => concat(text('28b52ffd00'), Uint8Array.of(window), text('010000'));

test('a zstd header that asks for a window of 2 GiB', async () => {
  const small32 = SMALL_COMPRESSED.find(({ compression }) => compression === 'zstd')!.bytes;
  const { frames, source } = await readFile(concat(small32, zstdHeader(21 << 3), new Uint8Array(30)));
  expect(frames).toHaveLength(12);
  expect(source.damage).toMatchObject([{ what: expect.stringMatching(/^zstd/) }]);
  if (!('createZstdDecompress' in (await import('node:zlib')))) {
    expect(source.damage).toMatchObject([{ what: 'zstd window too large', found: '2147483648' }]);
  }
});

describe.skipIf(!has('lz4'))(`lz4${has('lz4') ? '' : ' (the lz4 tool is ABSENT, skipped)'}`, () => {
  test.each(['-1', '-9 -B4', '-BD -B4 -BX', '-BD -B5', '-B7 --content-size', '--no-frame-crc'])(
    '%s',
    async (options) => {
      const zipped = tool('lz4', options.split(' '), large);
      expect(await frameCount(zipped)).toEqual({ frames: 15_000, damage: [] });
      expect((await readPipe(...cut(zipped, [1000, 7]))).frames).toHaveLength(15_000);
    },
  );

  test('what cannot be compressed is stored', async () => {
    const noise = pcapng(
      Array.from({ length: 500 }, (_, i) => {
        const data = Uint8Array.from({ length: 1000 }, (_byte, at) => Math.imul(i * 1000 + at, 0x9e3779b1) >>> 13);
        return { seconds: i, nanoseconds: 0, data };
      }),
    );
    expect(await frameCount(tool('lz4', ['-BD'], noise))).toEqual({ frames: 500, damage: [] });
  });

  test('concatenated and skippable frames', async () => {
    const skippable = concat(words('little', [0x184d2a50, 32], [200_000, 32]), new Uint8Array(200_000));
    const [first, ...rest] = cut(large, [500_000]).map((part) => tool('lz4', [], part));
    expect(await frameCount(concat(first!, skippable, ...rest))).toEqual({ frames: 15_000, damage: [] });
  });

  test('cut, and a checksum that is wrong', async () => {
    const zipped = tool('lz4', ['-BD', '-B4', '-BX'], large);
    const half = await frameCount(zipped.subarray(0, zipped.length >> 1));
    expect(half.frames).toBeGreaterThan(5000);
    expect(half.damage).toMatchObject([{ frame: half.frames + 1, what: 'lz4 stream cut short' }]);
    const changed = zipped.slice();
    changed[changed.length - 1]! ^= 1;
    expect(await frameCount(changed)).toMatchObject({
      frames: 15_000,
      damage: [{ frame: 15_001, what: 'lz4 stream corrupt', expected: 'the content checksum' }],
    });
    changed.set(zipped);
    changed[zipped.length >> 1]! ^= 1;
    expect((await frameCount(changed)).damage).toMatchObject([{ found: 'a wrong block checksum' }]);
  });

  test('text after the last frame', async () => {
    const { frames, damage } = await frameCount(concat(tool('lz4', [], small), Buffer.from('the end')));
    expect([frames, damage.length]).toEqual([200, 1]);
  });
});
