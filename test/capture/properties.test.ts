import { truncateSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureError } from '../../src/capture/errors.ts';
import { openCapture } from '../../src/capture/open.ts';
import { concat, pcap, pcapng, sampleFrames, sectionHeader } from '../support/capture-bytes.ts';
import type { Frame } from '../support/capture-bytes.ts';
import { cut, onDisk, piped, readFile, readFrames, readPipe } from './reading.ts';

/** Small ones, since what follows is done for every byte. */
const frames: Frame[] = sampleFrames(20).map(({ seconds, nanoseconds, data }, i) => ({
  seconds,
  nanoseconds,
  data: data.subarray(0, 3 + i),
}));
const FORMATS: [string, Uint8Array][] = [
  ['pcap', pcap(frames)],
  ['pcap-ns, big-endian', pcap(frames, { order: 'big', variant: 'nanoseconds' })],
  ['pcap-modified', pcap(frames, { variant: 'modified' })],
  ['pcapng', pcapng(frames)],
  ['pcapng, two sections', concat(pcapng(frames.slice(0, 9)), pcapng(frames.slice(9), { order: 'big' }))],
];

describe.each(FORMATS)('%s', (_name, bytes) => {
  test('any split of a pipe into chunks gives the same frames', async () => {
    const whole = await readFile(bytes);
    expect(whole.frames).toHaveLength(20);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 8 }), async (sizes) => {
        const { frames: read, source } = await readPipe(...cut(bytes, sizes));
        expect(read).toEqual(whole.frames);
        expect(source.damage).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('every prefix ends in frames and damage, or in a CaptureError, in a file and a pipe alike', async () => {
    const whole = await readFile(bytes);
    const boundaries = new Set([bytes.length]);
    const path = onDisk(bytes);
    for (let length = bytes.length - 1; length >= 0; length--) {
      truncateSync(path, length);
      const prefix = bytes.subarray(0, length);
      const file = await outcome([path]);
      const pipe = await outcome(['-'], prefix);
      expect(pipe).toEqual(file);
      if (typeof file === 'string') continue;
      expect(file.frames).toEqual(whole.frames.slice(0, file.frames.length));
      if (file.damage.length === 0) boundaries.add(length);
      else expect(file.damage).toMatchObject([{ frame: file.frames.length + 1 }]);
    }
    // Sound are the cuts between records only: after the header, after each frame, around pcapng's own blocks.
    expect(boundaries.size).toBeGreaterThanOrEqual(21);
    expect(boundaries.size).toBeLessThanOrEqual(24);
  });

  test('any change of a few bytes ends, without another kind of error', async () => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = bytes.slice();
        for (const { at, value } of changes) changed[at] = value;
        expect(await outcome(['-'], changed)).toEqual(await outcome([onDisk(changed)]));
      }),
      { numRuns: 150 },
    );
  });
});

test('any bytes after a section header end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
      const { source } = await readFile(concat(sectionHeader(), noise));
      expect(source.damage.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});

type Ending = string | { frames: object[]; damage: object[] };

/** Frames and damage, or the code of the CaptureError; any other error fails the test. */
async function outcome(paths: readonly string[], standardInput?: Uint8Array): Promise<Ending> {
  try {
    const source = await openCapture(paths, standardInput === undefined ? {} : { standardInput: piped(standardInput) });
    return { frames: await readFrames(source), damage: [...source.damage] };
  } catch (error) {
    if (error instanceof CaptureError) return `${error.code} ${error.offset} ${error.message}`;
    throw error;
  }
}
