import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Batch } from '../../src/capture/batch.ts';
import { openCapture } from '../../src/capture/open.ts';
import { concat, pcap, pcapHeader, pcapRecordHeader, pcapng, sampleFrames } from '../support/capture-bytes.ts';
import type { Frame } from '../support/capture-bytes.ts';
import { gzipSync } from 'node:zlib';
import { canCountDescriptors, onDisk, openFiles, piped, readFrames, timeText } from './reading.ts';
import type { ReadFrame } from './reading.ts';

/** A frame that says in its bytes which file it is of and which of it. */
const frameAt = (milliseconds: number, file: number, number: number, length = 60): Frame => ({
  seconds: Math.floor(milliseconds / 1000),
  nanoseconds: (milliseconds % 1000) * 1_000_000,
  data: new Uint8Array(length)
    .fill(file)
    .fill(number & 0xff, 1, 2)
    .fill(number >> 8, 2, 3),
});

const framesAt = (times: readonly number[], file: number, length?: number): Frame[] =>
  times.map((time, i) => frameAt(time, file, i, length));

async function merge(...paths: readonly string[]): Promise<{ frames: ReadFrame[]; files: number[] }> {
  const source = await openCapture(paths);
  const frames = await readFrames(source);
  return { frames, files: frames.map(({ data }) => Number.parseInt(data.slice(0, 2), 16)) };
}

/** Deterministic noise. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
}

describe('order', () => {
  test('by time, the own order of a file kept', async () => {
    const a = onDisk(pcap(framesAt([100, 300, 250, 900], 1)));
    const b = onDisk(pcap(framesAt([200, 260, 310], 2)));
    const { frames, files } = await merge(a, b);
    expect(files).toEqual([1, 2, 2, 1, 1, 2, 1]);
    expect(frames.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('equal times: the file that begins earlier, then the one named first', async () => {
    const early = onDisk(pcap(framesAt([100, 500, 500], 1)));
    const late = onDisk(pcap(framesAt([200, 500, 500], 2)));
    expect((await merge(early, late)).files).toEqual([1, 2, 1, 1, 2, 2]);
    expect((await merge(late, early)).files).toEqual([1, 2, 1, 1, 2, 2]);
    const same = onDisk(pcap(framesAt([100, 500], 3)));
    expect((await merge(early, same)).files).toEqual([1, 3, 1, 1, 3]);
    expect((await merge(same, early)).files).toEqual([3, 1, 3, 1, 1]);
  });

  test('equal times in long runs, which are handed out without a copy', async () => {
    const [a, b] = [1, 2].map((file) =>
      onDisk(pcap(framesAt([99 + file, ...Array<number>(200).fill(500), 501], file))),
    );
    const expected = [1, 2, ...Array<number>(200).fill(1), ...Array<number>(200).fill(2), 1, 2];
    expect((await merge(a!, b!)).files).toEqual(expected);
    expect((await merge(b!, a!)).files).toEqual(expected);
  });

  test('the same path twice', async () => {
    const a = onDisk(pcap(framesAt([1, 2, 3], 1)));
    const { frames } = await merge(a, a);
    expect(frames.map(({ time }) => time)).toEqual([1, 1, 2, 2, 3, 3].map((time) => timeText(0, time * 1_000_000)));
  });

  test('ring-buffer files that share times at their borders give the same frames in any order', async () => {
    const times = Array.from({ length: 4000 }, (_, i) => Math.floor(i / 3));
    const paths = [0, 1, 2, 3].map((k) => onDisk(pcap(framesAt(times.slice(k * 1000, (k + 1) * 1000), k))));
    const inOrder = await merge(...paths);
    expect(inOrder.frames).toHaveLength(4000);
    const shuffled = await merge(paths[2]!, paths[0]!, paths[3]!, paths[1]!);
    expect(shuffled.frames.map(({ time, data }) => time + data)).toEqual(
      inOrder.frames.map(({ time, data }) => time + data),
    );
  });

  test('many files that overlap, of all formats, against a sort of all frames', async () => {
    const next = random(7);
    const all: { time: number; file: number; data: string }[] = [];
    const paths = Array.from({ length: 40 }, (_, file) => {
      let time = Math.floor(next() * 2000);
      const times = Array.from({ length: 300 }, () => (time += 1 + Math.floor(next() ** 8 * 5000)) * 40 + file);
      const frames = framesAt(times, file, 3 + Math.floor(next() * 3000));
      for (const [i, { data }] of frames.entries()) {
        all.push({ time: times[i]!, file, data: Buffer.from(data).toString('hex') });
      }
      const write = [pcap, pcapng, (f: Frame[]) => pcap(f, { order: 'big', variant: 'nanoseconds', linkType: 101 })][
        file % 3
      ]!;
      const bytes = write(frames);
      return onDisk(file % 5 === 0 ? gzipSync(bytes) : bytes);
    });
    const expected = all.toSorted((x, y) => x.time - y.time);
    const { frames } = await merge(...paths);
    expect(frames.map(({ data }) => data)).toEqual(expected.map(({ data }) => data));
  });
});

const MERGECAP = 'mergecap';
const hasMergecap = spawnSync(MERGECAP, ['--version']).error === undefined;
describe.skipIf(!hasMergecap)(`mergecap as the oracle${hasMergecap ? '' : ' (ABSENT, skipped)'}`, () => {
  test.each([1, 2, 3])('seed %i', async (seed) => {
    const next = random(seed);
    const paths = Array.from({ length: 5 }, (_, file) => {
      // No time occurs twice: for equal times our rule is another one.
      const times = Array.from({ length: 400 }, (_time, i) => (i + Math.floor(next() * 30)) * 4000 + i * 5 + file);
      return onDisk(pcap(framesAt(times, file)));
    });
    const merged = onDisk(
      execFileSync(MERGECAP, ['-F', 'pcap', '-w', '-', ...paths], { maxBuffer: 1 << 26, stdio: 'pipe' }),
    );
    const theirs = await readFrames(await openCapture([merged]));
    expect(theirs).toHaveLength(2000);
    expect((await merge(...paths)).frames).toEqual(theirs);
  });
});

describe('facts', () => {
  test('files stay in the order of the arguments, and interfaces say whose they are', async () => {
    const late = onDisk(pcap(framesAt([900], 1), { linkType: 101 }));
    const early = onDisk(pcapng(framesAt([100], 2), { linkType: 113, name: 'any' }));
    const source = await openCapture([late, early]);
    expect(source.files).toMatchObject([
      { path: late, format: 'pcap' },
      { path: early, format: 'pcapng' },
    ]);
    const frames = await readFrames(source);
    expect(frames.map(({ linkType }) => linkType)).toEqual([113, 101]);
    expect(source.files).toMatchObject([
      { frames: 1, linkTypes: [101] },
      { frames: 1, linkTypes: [113] },
    ]);
    expect(source.interfaces.map(({ file, linkType }) => [file, linkType])).toEqual([
      [1, 113],
      [0, 101],
    ]);
    expect(source.progress()).toBe(1);
  });

  test('damage ends its own file only', async () => {
    const broken = concat(pcap(framesAt([100, 300], 1)), pcapRecordHeader({}, 1, 1, 0xffff_ffff, 1));
    const brokenAtOnce = concat(pcapHeader(), new Uint8Array(3));
    const paths = [onDisk(broken), onDisk(pcap(framesAt([200, 400], 2))), onDisk(brokenAtOnce), onDisk(pcapHeader())];
    const source = await openCapture(paths);
    expect(await readFrames(source)).toHaveLength(4);
    const damage = source.damage.toSorted((a, b) => a.file - b.file);
    expect(damage).toMatchObject([
      { file: 0, frame: 3, byte: 176 },
      { file: 2, frame: 1, byte: 24 },
    ]);
  });

  test('a file that is gone when its turn comes', async () => {
    const stays = onDisk(pcap(framesAt([100, 300], 1)));
    const goes = onDisk(pcap(framesAt([200], 2)));
    const source = await openCapture([stays, goes]);
    rmSync(goes);
    expect(await readFrames(source)).toHaveLength(2);
    expect(source.damage).toMatchObject([{ file: 1, byte: 0, frame: 1, what: 'no such file', found: 'ENOENT' }]);
  });

  test('standard input among files', async () => {
    const file = onDisk(pcap(framesAt([100, 300, 500], 1)));
    const source = await openCapture([file, '-'], { standardInput: piped(pcap(framesAt([200, 400], 2))) });
    const frames = await readFrames(source);
    expect(frames.map(({ data }) => data.slice(0, 2))).toEqual(['01', '02', '01', '02', '01']);
    expect(source.progress()).toBeNull();
  });

  test('the largest frames', async () => {
    const a = onDisk(pcap(framesAt([1, 3, 5], 1, 262_144)));
    const b = onDisk(pcap(framesAt([2, 4, 6], 2, 262_144)));
    const { files, frames } = await merge(a, b);
    expect(files).toEqual([1, 2, 1, 2, 1, 2]);
    expect(frames.every(({ data }) => data.length === 2 * 262_144)).toBe(true);
  });
});

describe.skipIf(!canCountDescriptors)('hundreds of files', () => {
  const frames = sampleFrames(100);

  test('one after the other: one is open at a time', async () => {
    const paths = Array.from({ length: 400 }, (_, i) => onDisk(pcap(sampleFrames(100, 1_700_000_000 + i * 10))));
    const memory = process.memoryUsage().arrayBuffers;
    const source = await openCapture(paths.toReversed());
    const batch = new Batch();
    let count = 0;
    let [mostDescriptors, mostMemory, last] = [0, 0, 0];
    while (await source.load()) {
      while (source.next(batch)) {
        count += batch.count;
        expect(batch.seconds[0]!).toBeGreaterThanOrEqual(last);
        last = batch.seconds[0]!;
      }
      mostDescriptors = Math.max(mostDescriptors, openFiles());
      mostMemory = Math.max(mostMemory, process.memoryUsage().arrayBuffers - memory);
    }
    expect(count).toBe(40_000);
    expect(mostDescriptors).toBeLessThan(8);
    expect(mostMemory).toBeLessThan(32 * 1024 * 1024);
  });

  test('all at the same time: descriptors are limited', async () => {
    const paths = Array.from({ length: 300 }, () => onDisk(pcap(frames)));
    const source = await openCapture(paths);
    const batch = new Batch();
    let most = 0;
    while (await source.load()) {
      while (source.next(batch));
      most = Math.max(most, openFiles());
    }
    expect(most).toBeGreaterThan(100);
    expect(most).toBeLessThan(140);
    expect(source.files.reduce((sum, { frames: count }) => sum + count, 0)).toBe(30_000);
    expect(source.damage).toEqual([]);
    expect(openFiles()).toBe(0);
  });

  test('closing before the end closes every file', async () => {
    const source = await openCapture([1, 2, 3].map((file) => onDisk(pcap(framesAt([1, 2, 3], file)))));
    await source.load();
    expect(openFiles()).toBe(1);
    source.close();
    expect(openFiles()).toBe(0);
    expect([await source.load(), source.next(new Batch())]).toEqual([false, false]);
  });
});
