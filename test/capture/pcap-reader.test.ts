import { describe, expect, test } from 'vitest';
import {
  concat,
  pcap,
  pcapHeader,
  pcapRecord,
  pcapRecordHeader,
  sampleFrames,
  words,
} from '../support/capture-bytes.ts';
import type { Frame, PcapShape } from '../support/capture-bytes.ts';
import { readFile, timeText } from './reading.ts';

const frames = sampleFrames(300);

/** What a reader must say of these frames, at the precision of the file. */
function expected(written: readonly Frame[], precision: 1 | 1000, linkType = 1): object[] {
  return written.map(({ seconds, nanoseconds, data, originalLength }, i) => ({
    number: i + 1,
    time: timeText(seconds, nanoseconds - (nanoseconds % precision)),
    originalLength: originalLength ?? data.length,
    data: Buffer.from(data).toString('hex'),
    linkType,
  }));
}

describe('variants', () => {
  const variants: { shape: PcapShape; format: string; precision: 1 | 1000 }[] = [];
  for (const order of ['little', 'big'] as const) {
    variants.push({ shape: { order }, format: 'pcap', precision: 1000 });
    variants.push({ shape: { order, variant: 'nanoseconds' }, format: 'pcap-ns', precision: 1 });
    variants.push({ shape: { order, variant: 'modified' }, format: 'pcap-modified', precision: 1000 });
  }
  test.each(variants)('$shape.order-endian $format', async ({ shape, format, precision }) => {
    const bytes = pcap(frames, shape);
    const { frames: read, source } = await readFile(bytes);
    expect(read).toEqual(expected(frames, precision));
    expect(source.damage).toEqual([]);
    expect(source.progress()).toBe(1);
    expect(source.files).toMatchObject([
      { format, compressed: null, bytes: bytes.length, frames: 300, linkTypes: [1], snapLength: 262_144 },
    ]);
  });

  test.each([
    [0x0000_0001, 1, 0],
    [0x4400_0001, 1, 8],
    [0x2400_0071, 113, 4],
    [0x4000_0001, 1, 0], // a length that is not marked as present does not count
  ])('link type field %i', async (linkType, number, fcsLength) => {
    const { source } = await readFile(pcap(frames.slice(0, 1), { linkType }));
    expect(source.interfaces).toMatchObject([{ linkType: number, fcsLength, file: 0, name: null }]);
  });

  test.each([
    [[2, 2], 40, 60, 60, 40],
    [[2, 3], 40, 60, 40, 60],
    [[2, 3], 60, 40, 40, 60],
    [[2, 4], 40, 60, 40, 60],
  ] as const)('version %j has its lengths in its own order', async (version, first, second, captured, original) => {
    const record = concat(pcapRecordHeader({}, 1, 2, first, second), new Uint8Array(captured));
    const { frames: read, source } = await readFile(concat(pcapHeader({ version }), record, record));
    expect(source.damage).toEqual([]);
    expect(read.map((frame) => [frame.data.length / 2, frame.originalLength])).toEqual([
      [captured, original],
      [captured, original],
    ]);
  });
});

describe('odd but readable', () => {
  test('no frames', async () => {
    const { frames: read, source } = await readFile(pcapHeader());
    expect([read, source.damage]).toEqual([[], []]);
  });

  test('captured more than the snapshot length and than was on the wire', async () => {
    const data = new Uint8Array(262_144).fill(7);
    const long: Frame = { seconds: 5, nanoseconds: 0, data, originalLength: 60 };
    const { frames: read, source } = await readFile(pcap([long, ...frames], { snapLength: 96 }));
    expect(source.damage).toEqual([]);
    expect(read).toHaveLength(301);
    expect(read[0]!.data.length / 2).toBe(262_144);
  });

  test('seconds and lengths with their highest bit set', async () => {
    const high: Frame = {
      seconds: 0xffff_fffe,
      nanoseconds: 1000,
      data: new Uint8Array(4),
      originalLength: 0xffff_ffff,
    };
    const { frames: read } = await readFile(pcap([high]));
    expect(read).toMatchObject([{ time: '4294967294.000001000', originalLength: 0xffff_ffff }]);
  });

  test.each([
    ['microseconds', 1_000_000, '11.000000000'],
    ['microseconds', 0xffff_ffff, '4304.967295000'],
    ['nanoseconds', 3_147_483_648, '13.147483648'],
  ] as const)('%s: a fraction of %i is carried over', async (variant, fraction, time) => {
    const shape = { variant };
    const odd = concat(pcapRecordHeader(shape, 10, fraction, 2, 2), Uint8Array.of(1, 2));
    const plain = pcapRecord(shape, frames[0]!);
    const { frames: read } = await readFile(concat(pcapHeader(shape), plain, odd, plain));
    expect(read).toHaveLength(3);
    expect(read[1]!.time).toBe(time);
  });
});

describe('damage', () => {
  const whole = pcap(frames.slice(0, 3));
  const three = expected(frames.slice(0, 3), 1000);

  test.each([
    ['header', 7, { what: 'record header cut short', expected: '16 bytes', found: '7 bytes' }],
    ['body', 30, { what: 'record cut short', expected: '116 bytes', found: '30 bytes' }],
  ])('cut in the %s of a record', async (_where, length, fault) => {
    const record = pcapRecord({}, { seconds: 1, nanoseconds: 0, data: new Uint8Array(100) });
    const { frames: read, source } = await readFile(concat(whole, record.subarray(0, length)));
    expect(read).toEqual(three);
    expect(source.damage).toEqual([{ file: 0, byte: whole.length, frame: 4, ...fault }]);
  });

  test.each([0x7fff_ffff, 0xffff_ffff, 262_145])('captured length %i', async (length) => {
    const record = pcapRecordHeader({}, 1, 1, length, 60);
    const { frames: read, source } = await readFile(concat(whole, record, whole));
    expect(read).toEqual(three);
    const expectedText = 'a record of at most 262144 bytes';
    expect(source.damage).toEqual([
      {
        file: 0,
        byte: whole.length,
        frame: 4,
        what: 'record length out of range',
        expected: expectedText,
        found: String(length),
      },
    ]);
    expect(source.files[0]!.frames).toBe(3);
  });

  test('a record over the limit that is there with all its bytes', async () => {
    const record = concat(pcapRecordHeader({}, 1, 1, 262_145, 60), new Uint8Array(262_145));
    const { frames: read, source } = await readFile(concat(whole, record, whole));
    expect(read).toEqual(three);
    expect(source.damage).toMatchObject([{ byte: whole.length, found: '262145' }]);
  });

  test('text after the end', async () => {
    const { frames: read, source } = await readFile(
      concat(whole, new TextEncoder().encode('captured by tcpdump, all is well')),
    );
    expect(read).toEqual(three);
    expect(source.damage).toMatchObject([{ byte: whole.length, frame: 4, what: 'record length out of range' }]);
  });

  test('a length that is damaged in a big-endian file', async () => {
    const bytes = concat(pcapHeader({ order: 'big' }), words('big', [1, 32], [1, 32], [262_145, 32], [4, 32]));
    const { source } = await readFile(bytes);
    expect(source.damage).toMatchObject([{ byte: 24, frame: 1, found: '262145' }]);
  });
});

test('records across the blocks of a large file', async () => {
  const many = sampleFrames(30_000);
  const { frames: read, source } = await readFile(pcap(many, { variant: 'nanoseconds' }));
  expect(source.files[0]!.bytes).toBeGreaterThan(2 * 1024 * 1024);
  expect(read).toEqual(expected(many, 1));
});
