import { execFileSync, spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { join, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Batch } from '../../src/capture/batch.ts';
import { MAX_QUEUED_BYTES } from '../../src/capture/limits.ts';
import { openCapture } from '../../src/capture/open.ts';
import {
  concat,
  pcap,
  pcapHeader,
  pcapRecord,
  pcapRecordHeader,
  pcapng,
  sampleFrames,
} from '../support/capture-bytes.ts';
import type { PcapShape } from '../support/capture-bytes.ts';
import { cut, onDisk, readFile, readFrames, readPipe } from './reading.ts';

const frames = sampleFrames(2000);

describe('the pcap-parser package and our block reader agree', () => {
  const shapes: PcapShape[] = (['little', 'big'] as const).flatMap((order) => [
    { order },
    { order, variant: 'nanoseconds' },
    { order, variant: 'modified' }, // not by the package, which does not know it
    { order, version: [2, 2] },
    { order, version: [2, 3] },
    { order, linkType: 0x2400_0001, snapLength: 100 },
  ]);
  test.each(shapes)('%j', async (shape) => {
    const bytes = pcap(frames, shape);
    const file = await readFile(bytes);
    const pipe = await readPipe(...cut(bytes, [65_536, 5, 24, 16]));
    expect(file.frames).toHaveLength(2000);
    expect(pipe.frames).toEqual(file.frames);
    expect(pipe.source.interfaces).toEqual(file.source.interfaces);
    expect(pipe.source.files).toEqual([{ ...file.source.files[0], path: '-' }]);
    expect([pipe.source.damage, pipe.source.progress()]).toEqual([[], null]);
  });

  test('fractions of a second or more', async () => {
    const shape: PcapShape = { variant: 'nanoseconds' };
    const odd = concat(pcapRecordHeader(shape, 10, 0xffff_ffff, 2, 2), Uint8Array.of(1, 2));
    const bytes = concat(pcapHeader(shape), odd, odd);
    expect((await readPipe(bytes)).frames).toEqual((await readFile(bytes)).frames);
  });
});

describe('damage', () => {
  const whole = pcap(frames.slice(0, 200));
  test.each<[string, Uint8Array]>([
    ['a cut record header', new Uint8Array(15)],
    ['a cut record', pcapRecord({}, frames[0]!).subarray(0, 30)],
    ['a length of 2^31-1', pcapRecordHeader({}, 1, 1, 0x7fff_ffff, 60)],
    ['a length of 2^32-1', concat(pcapRecordHeader({}, 1, 1, 0xffff_ffff, 60), whole)],
  ])('%s is found in a pipe as in a file', async (_name, tail) => {
    const bytes = concat(whole, tail);
    const file = await readFile(bytes);
    const pipe = await readPipe(...cut(bytes, [1000]));
    expect(file.source.damage).toMatchObject([{ byte: whole.length, frame: 201 }]);
    expect(pipe.frames).toEqual(file.frames);
    expect(pipe.source.damage).toEqual(file.source.damage);
  });

  test('a pipe that fails', async () => {
    const standardInput = new PassThrough();
    standardInput.write(whole);
    const source = await openCapture(['-'], { standardInput });
    setImmediate(() => standardInput.destroy(new Error('torn')));
    expect(await readFrames(source)).toHaveLength(200);
    expect(source.damage).toMatchObject([{ frame: 201, what: 'pipe could not be read', found: 'torn' }]);
  });
});

describe('live', () => {
  const kinds: [string, Uint8Array, (i: number) => Uint8Array][] = [
    ['pcap', pcapHeader(), (i) => pcapRecord({}, frames[i]!)],
    ['pcapng', pcapng([]), (i) => pcapng([frames[i]!]).subarray(pcapng([]).length)],
    ['modified', pcapHeader({ variant: 'modified' }), (i) => pcapRecord({ variant: 'modified' }, frames[i]!)],
  ];
  test.each(kinds)('every frame of %s is delivered before the next one is written', async (_name, header, record) => {
    const standardInput = new PassThrough();
    const opening = openCapture(['-'], { standardInput });
    standardInput.write(header);
    const source = await opening;
    const batch = new Batch();
    for (let i = 0; i < 20; i++) {
      const loading = source.load();
      standardInput.write(record(i));
      expect(await loading).toBe(true);
      expect(source.next(batch)).toBe(true);
      expect([batch.count, batch.firstNumber]).toEqual([1, i + 1]);
      expect(source.next(batch)).toBe(false);
    }
    standardInput.end();
    expect(await source.load()).toBe(false);
    expect(source.damage).toEqual([]);
  });

  test('a writer that is faster than the reader has to wait', async () => {
    const standardInput = new PassThrough();
    const opening = openCapture(['-'], { standardInput });
    standardInput.write(pcapHeader());
    const source = await opening;
    const chunk = concat(...frames.slice(0, 500).map((frame) => pcapRecord({}, frame)));
    let written = 0;
    while (standardInput.write(chunk) || written < 4 * MAX_QUEUED_BYTES) {
      written += chunk.length;
      await new Promise((resolve) => void setImmediate(resolve));
      if (standardInput.isPaused()) break;
    }
    expect(standardInput.isPaused()).toBe(true);
    expect(written).toBeLessThan(2 * MAX_QUEUED_BYTES);
    standardInput.end();
    expect((await readFrames(source)).length % 500).toBe(0);
    expect(source.files[0]!.frames).toBeGreaterThan(5000);
  });

  test('closing ends the stream', async () => {
    const standardInput = new PassThrough();
    standardInput.write(pcap(frames.slice(0, 3)));
    const source = await openCapture(['-'], { standardInput });
    source.close();
    expect(standardInput.destroyed).toBe(true);
    expect([await source.load(), source.next(new Batch())]).toEqual([false, false]);
  });

  test('closing while a frame is awaited is no damage', async () => {
    const standardInput = new PassThrough();
    standardInput.write(concat(pcapHeader(), new Uint8Array(7)));
    const source = await openCapture(['-'], { standardInput });
    const loading = source.load();
    source.close();
    expect([await loading, source.damage]).toEqual([false, []]);
  });

  test('a FIFO', async () => {
    const path = join(dirname(onDisk(pcapHeader())), 'fifo');
    const makeFifo = 'mkfifo';
    execFileSync(makeFifo, [path]);
    const file = onDisk(pcap(frames, { variant: 'nanoseconds' }));
    const writer = spawn('sh', ['-c', `cat '${file}' > '${path}'`]);
    const source = await openCapture([path]);
    expect(await readFrames(source)).toHaveLength(2000);
    expect(source.files).toMatchObject([{ path, format: 'pcap-ns' }]);
    expect(writer.exitCode ?? 0).toBe(0);
  });
});
