import { describe, expect, test } from 'vitest';
import {
  block,
  concat,
  decryptionSecrets,
  enhancedPacket,
  interfaceDescription,
  interfaceStatistics,
  obsoletePacket,
  option,
  pcapng,
  sampleFrames,
  sectionHeader,
  simplePacket,
  words,
} from '../support/capture-bytes.ts';
import { readFile, readPipe, timeText } from './reading.ts';

const bytes = (length: number, fill = 0xab): Uint8Array => new Uint8Array(length).fill(fill);

/** The time of one packet, by 128-bit arithmetic of its own. */
function exact(resolution: number, units: bigint, offset: number): string {
  const exponent = BigInt(resolution & 0x7f);
  const perSecond = (resolution & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
  const nanoseconds = ((units % perSecond) * 1_000_000_000n) / perSecond;
  return timeText(Number(units / perSecond) + offset, Number(nanoseconds));
}

describe.each(['little', 'big'] as const)('%s-endian', (order) => {
  const start = concat(sectionHeader(order), interfaceDescription({ order, snapLength: 96 }));

  test('enhanced packets', async () => {
    const frames = sampleFrames(300);
    const { frames: read, source } = await readFile(pcapng(frames, { order, linkType: 113, name: 'eth0' }));
    expect(read).toEqual(
      frames.map(({ seconds, nanoseconds, data, originalLength }, i) => ({
        number: i + 1,
        time: timeText(seconds, nanoseconds),
        originalLength,
        data: Buffer.from(data).toString('hex'),
        linkType: 113,
      })),
    );
    expect(source.damage).toEqual([]);
    expect(source.files).toMatchObject([{ format: 'pcapng', frames: 300, linkTypes: [113], snapLength: 0 }]);
    expect(source.interfaces).toEqual([
      { file: 0, linkType: 113, fcsLength: 0, snapLength: 0, name: 'eth0', received: null, dropped: null },
    ]);
  });

  test('simple and obsolete packets', async () => {
    const { frames, source } = await readFile(
      concat(
        start,
        simplePacket(order, bytes(60), 60),
        obsoletePacket(order, 0, 5_000_001n, bytes(61)),
        simplePacket(order, bytes(96), 1500),
      ),
    );
    expect(source.damage).toEqual([]);
    expect(frames.map((frame) => [frame.time, frame.data.length / 2, frame.originalLength])).toEqual([
      ['5.000001000', 60, 60],
      ['5.000001000', 61, 61],
      ['5.000001000', 96, 1500], // no time of its own: that of the frame before
    ]);
  });

  test('statistics, secrets and what is skipped', async () => {
    const secret = new TextEncoder().encode('CLIENT_RANDOM 00 11');
    const custom = words(order, [32_473, 32], [1, 32]);
    const { frames, source } = await readFile(
      concat(
        start,
        decryptionSecrets(order, 0x544c534b, secret),
        block(order, 4, bytes(8, 0)),
        enhancedPacket(order, 0, 1n, bytes(9)),
        block(order, 0xbad, custom),
        block(order, 0x4000_0bad, custom),
        block(order, 0x4000_0bad, custom),
        interfaceStatistics(order, 0, 1n, 1n),
        interfaceStatistics(order, 0, 5_000_000_000n, 17n),
        interfaceStatistics(order, 9, 1n, 1n),
      ),
    );
    expect(frames).toHaveLength(1);
    expect(source.damage).toEqual([]);
    expect(source.secrets).toEqual([{ type: 0x544c534b, data: secret }]);
    expect(source.interfaces).toMatchObject([{ received: 5_000_000_000, dropped: 17 }]);
    expect(source.files[0]!.skippedBlocks).toEqual({ '0x00000004': 1, '0x00000bad': 1, '0x40000bad': 2 });
  });
});

test.each([
  [0, 0],
  [4, 4],
  [16, 2],
  [32, 4],
  [33, 0],
  [255, 0],
])('if_fcslen %i is bits, or bytes where it is too small for them', async (fcsLength, expected) => {
  const { source } = await readFile(concat(sectionHeader(), interfaceDescription({ fcsLength })));
  expect(source.interfaces).toMatchObject([{ fcsLength: expected }]);
});

test('frames without a time take that of the frame before, the first ones that of the first frame with one', async () => {
  const simple = simplePacket('little', new Uint8Array(20));
  const [five, seven] = [5_000_000n, 7_000_000n].map((units) => enhancedPacket('little', 0, units, new Uint8Array(20)));
  const start = concat(sectionHeader(), interfaceDescription());
  const { frames, source } = await readFile(concat(start, simple, simple, five!, simple, seven!));
  expect(frames.map(({ time }) => Number(time))).toEqual([5, 5, 5, 5, 7]);
  expect(source.files).toMatchObject([{ framesWithoutTime: 3 }]);
});

test('a count that no interface reaches is not one', async () => {
  const statistics = interfaceStatistics('little', 0, 2n ** 64n - 1n, 3n);
  const { source } = await readFile(concat(sectionHeader(), interfaceDescription(), statistics));
  expect(source.interfaces).toMatchObject([{ received: null, dropped: 3 }]);
});

test('sections of either byte order, several interfaces in each', async () => {
  const { frames, source } = await readFile(
    concat(
      sectionHeader('little'),
      interfaceDescription({ linkType: 1, snapLength: 100 }),
      interfaceDescription({ linkType: 101, resolution: 9, snapLength: 200 }),
      enhancedPacket('little', 1, 1_000_000_001n, bytes(20)),
      enhancedPacket('little', 0, 2_000_001n, bytes(21)),
      sectionHeader('big', [1, 2]),
      interfaceDescription({ order: 'big', linkType: 113, snapLength: 50 }),
      enhancedPacket('big', 0, 3_000_001n, bytes(22)),
      sectionHeader('little'),
      interfaceDescription({ linkType: 1, snapLength: 60 }),
      enhancedPacket('little', 0, 4_000_001n, bytes(23)),
    ),
  );
  expect(source.damage).toEqual([]);
  expect(frames.map(({ time, linkType }) => [time, linkType])).toEqual([
    ['1.000000001', 101],
    ['2.000001000', 1],
    ['3.000001000', 113],
    ['4.000001000', 1],
  ]);
  expect(source.interfaces).toHaveLength(4);
  expect(source.files).toMatchObject([{ linkTypes: [1, 101, 113], snapLength: 200 }]);
});

describe('times', () => {
  const resolutions = [0, 3, 6, 7, 9, 10, 12, 18, 0x8b, 0x94, 0x9e, 0xa0, 0xbf];
  const cases = resolutions.flatMap((resolution) =>
    [0n, 999_999_999n, 1_700_000_000_123_456n, 1_700_000_000_123_456_789n, 2n ** 64n - 1n]
      // Whole seconds beyond 2^53 are no times.
      .filter((units) => resolution > 3 || units < 2n ** 52n)
      .map((units) => ({ resolution, units })),
  );
  test.each(cases)('resolution $resolution, $units units', async ({ resolution, units }) => {
    // The one before and the one after have other high words: nothing may be left over from them.
    const around = [units ^ (1n << 40n), units, units ^ (1n << 50n), units];
    for (const offsetSeconds of [undefined, 86_400, -3600]) {
      const description = interfaceDescription({
        resolution,
        ...(offsetSeconds === undefined ? {} : { offsetSeconds }),
      });
      const packets = around.map((time) => enhancedPacket('little', 0, time, bytes(1)));
      const { frames } = await readFile(concat(sectionHeader(), description, ...packets));
      expect(frames.map(({ time }) => time)).toEqual(around.map((time) => exact(resolution, time, offsetSeconds ?? 0)));
    }
  });
});

describe('damage', () => {
  const start = concat(sectionHeader(), interfaceDescription({ snapLength: 100 }));
  const packet = enhancedPacket('little', 0, 1n, bytes(60));
  const body = packet.subarray(8, -4);

  test.each<[string, Uint8Array, string, string]>([
    ['a block length of 0', block('little', 6, body, 0), 'block length out of range', '0'],
    ['a block length of 8', block('little', 6, body, 8), 'block length out of range', '8'],
    ['a block length of 2^32-16', block('little', 6, body, 0xffff_fff0), 'block length out of range', '4294967280'],
    ['a block over 16 MiB', block('little', 0xbad, body, 16_777_220), 'block length out of range', '16777220'],
    ['another length at the end', block('little', 6, body, 92, 96), 'the two lengths of a block differ', '96'],
    [
      'an interface that is not described',
      enhancedPacket('little', 1, 1n, bytes(4)),
      'frame of an interface that is not described',
      '1',
    ],
    [
      'a packet longer than its block',
      enhancedPacket('little', 0, 1n, bytes(4), 4, 5),
      'packet longer than its block',
      '5',
    ],
    [
      'a packet of 2^31-1 bytes',
      enhancedPacket('little', 0, 1n, bytes(4), 4, 0x7fff_ffff),
      'record length out of range',
      '2147483647',
    ],
    [
      'a simple packet longer than its block',
      simplePacket('little', bytes(4), 50),
      'packet longer than its block',
      '50',
    ],
    ['a packet block without packet', block('little', 6, bytes(4)), 'packet block too short', '16 bytes'],
    ['another section of version 2', sectionHeader('little', [2, 0]), 'unsupported pcapng version', 'version 2.0'],
    [
      'a section without byte order',
      block('little', 0x0a0d0d0a, bytes(16)),
      'section header without byte-order magic',
      'other bytes',
    ],
    [
      'a section without its fields',
      block('little', 0x0a0d0d0a, words('little', [0x1a2b3c4d, 32])),
      'section header too short',
      '16 bytes',
    ],
    ['an interface without its fields', block('little', 1, bytes(4)), 'interface description too short', '16 bytes'],
    [
      'an interface whose option runs out of its block',
      block('little', 1, concat(words('little', [1, 16], [0, 16], [0, 32]), words('little', [9, 16], [40, 16]))),
      'interface option runs past its block',
      'a longer one',
    ],
    ['cut in a block', packet.subarray(0, 50), 'block cut short', '50 bytes'],
    ['cut in the header of a block', packet.subarray(0, 5), 'block header cut short', '5 bytes'],
    ['text', new TextEncoder().encode('no more packets'), 'block length out of range', '543519343'],
  ])('%s', async (_name, broken, what, found) => {
    const before = concat(start, packet, packet);
    const after = _name.startsWith('cut') ? new Uint8Array(0) : packet;
    const { frames, source } = await readFile(concat(before, broken, after));
    expect(frames).toHaveLength(2);
    expect(source.damage).toMatchObject([{ file: 0, byte: before.length, frame: 3, what, found }]);
  });

  test('a simple packet without any interface', async () => {
    const { source } = await readFile(concat(sectionHeader(), simplePacket('little', bytes(4))));
    expect(source.damage).toMatchObject([{ byte: 28, frame: 1, expected: 'an id below 0', found: '0' }]);
  });
});

describe('frames without a time in front of the first that has one', () => {
  const start = concat(sectionHeader(), interfaceDescription());
  const simple = (count: number): Uint8Array =>
    concat(...Array.from({ length: count }, () => simplePacket('little', bytes(1000))));
  const timed = enhancedPacket('little', 0, 1_700_000_000_000_000n, bytes(60));
  const at = timeText(1_700_000_000, 0);
  const timesOf = async (...parts: Uint8Array[]): Promise<[frames: number, times: string[], damage: number]> => {
    const { frames, source } = await readFile(concat(start, ...parts));
    return [frames.length, [...new Set(frames.map(({ time }) => time))], source.damage.length];
  };

  test.each([1, 127, 128, 129, 3000])('%i of them take that', async (count) => {
    expect(await timesOf(simple(count), timed, simple(2))).toEqual([count + 3, [at], 0]);
    const { frames } = await readPipe(concat(start, simple(count), timed));
    expect(new Set(frames.map(({ time }) => time))).toEqual(new Set([at]));
  });

  test('beyond 4 MiB nobody looks, and where none has one nothing is lost', async () => {
    expect(await timesOf(simple(5000), timed)).toEqual([5001, [timeText(0, 0), at], 0]);
    expect(await timesOf(simple(3000))).toEqual([3000, [timeText(0, 0)], 0]);
    expect(await timesOf(simple(3000), timed.subarray(0, 50))).toEqual([3000, [at], 1]);
  });

  test('the interface of that one may be described behind them', async () => {
    const behind = enhancedPacket('little', 1, 1_700_000_000_000_000n, bytes(60));
    expect(await timesOf(simple(2), interfaceDescription(), behind)).toEqual([3, [timeText(0, 0), at], 0]);
  });
});

describe('odd but readable', () => {
  test('a length without the padding', async () => {
    // As some writers have it, and as Wireshark reads it: the block is padded, its length says otherwise.
    const odd = enhancedPacket('little', 0, 1n, bytes(61));
    const view = new DataView(odd.buffer);
    view.setUint32(4, 93, true);
    view.setUint32(odd.length - 4, 93, true);
    const packet = enhancedPacket('little', 0, 1n, bytes(60));
    const { frames, source } = await readFile(concat(sectionHeader(), interfaceDescription(), odd, packet));
    expect(source.damage).toEqual([]);
    expect(frames.map((frame) => frame.data.length / 2)).toEqual([61, 60]);
  });

  test('no interface and no frame', async () => {
    const { frames, source } = await readFile(sectionHeader('big'));
    expect([frames, source.damage, source.interfaces]).toEqual([[], [], []]);
  });

  test('a frame with options, and section options that run out of their block', async () => {
    const packet = enhancedPacket('little', 0, 1n, bytes(8));
    const withComment = block('little', 6, concat(packet.subarray(8, -4), option('little', 1, bytes(9, 0x41))));
    const section = sectionHeader('little', [1, 0], [words('little', [4, 16], [400, 16])]);
    const { frames, source } = await readFile(concat(section, interfaceDescription(), withComment, packet));
    expect([frames.length, source.damage]).toEqual([2, []]);
  });

  test('a block larger than the memory that the file began with', async () => {
    const packet = enhancedPacket('little', 0, 1n, bytes(8));
    const large = block('little', 0xbad, new Uint8Array(3 * 1024 * 1024));
    const { frames, source } = await readFile(concat(sectionHeader(), interfaceDescription(), packet, large, packet));
    expect([frames.length, source.damage]).toEqual([2, []]);
  });

  test('more kinds of unknown blocks than are told apart', async () => {
    const blocks = Array.from({ length: 300 }, (_, i) => block('little', 0x1000 + i, new Uint8Array(0)));
    const { source } = await readFile(concat(sectionHeader(), ...blocks));
    const counts = source.files[0]!.skippedBlocks;
    expect(Object.keys(counts)).toHaveLength(257);
    expect(counts['other']).toBe(44);
  });
});
