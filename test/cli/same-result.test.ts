/**
 * The same frames in every container, byte order, compression and split, and under every time zone, locale and number
 * of workers: the documents differ in `capture.files` and nowhere else.
 */
import { Readable } from 'node:stream';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type AnalyzeOptions, analyze } from '../../src/analyze.ts';
import { jsonPieces } from '../../src/report/json.ts';
import { concat, pcap, pcapng, words } from '../support/capture-bytes.ts';
import { folder, run } from '../support/command.ts';
import { conversations } from '../support/conversations.ts';

const plain = pcap(conversations);

/** `zstd -19` of `plain`, since not every Node can compress zstd. */
const zstd = Buffer.from(
  'KLUv/WReBSUTAIbeaDjg3rQGGMGMEfsgxIUte5bQrxaJ94Wo5rHGH8RI3y9kHq6hYbUvAkDanv+RRNRDbNQUH2Ui9pYyBU8AWABfAIsQeNmH' +
    'iNCXU5Y3TIn5Y0aPD3b7a86OjvBnRY1Go2nRbYwR8/ZB8U6FJA58++wgb/L9/snm2RLv01P7mTsXYP9vnMX/CoT7t5+f36NVGFowJidPMKNc' +
    'NlC1zMxoiXjZH2lBkqYYepR4ti/lcvdDSni3MgqP32PzrKmiSrlECLqZf5Twb3v/cwXCWSyA8z4Yl3J5g/9t5v/+SN4xidxF7+89wHN1Pz0D' +
    'Kw5P7eEUb4YrC0ZxuBaHxJJUt/Kibmx0qL9lVnA+khRQ+AtHjxY36avlZ7iXFAAzz57ur6Uplwq/+/+DJJHWmmQfsALhbqpLdRlGo1HtFX2I' +
    'KKmOI4ND4wcDg6JqqAEjQDVEGqChEFmz22CCBKolCAJ9orDdL8ugg8kA69h08Lvzi3oWUgWVX+UBnq4kQjBV+EOSSg72ZphR5puMwK/kEJK8' +
    '9i2dVX25hv+gmpHL7/ITmO+EVXAO8CCJOTkBY6hBcMYQBTIXFCapNAbgSgKRYh1yWpYEMiKFSTFJROKnAgWpxkTbFVrDuPdooLN6PoARtfNx' +
    'MLJpvYqkGfCmUviOrQyQ0F1CYMSBPrOutphZxO6I1TBaGs8cNxcw0V353wea8vj/rvC4m8KedckQDnRkx6Bvh/jN+oyycGJX8TjZE2ddH+g8' +
    'AVlCfHmsNkU7j/hrQxOoINfS4FVtdRcUuHE+LPPdrLFHGybT751w77y6dwVgsTFPnmATpVMoA2rGAM8=',
  'base64',
);

/** LZ4 frame format: no block is compressed, no checksum but that of the header. */
function lz4(bytes: Uint8Array): Uint8Array {
  const header = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 700) {
    const piece = bytes.subarray(at, at + 700);
    blocks.push(words('little', [(0x8000_0000 | piece.length) >>> 0, 32]), piece);
  }
  return concat(header, ...blocks, words('little', [0, 32]));
}

const pieces = [conversations.slice(0, 7), conversations.slice(7, 8), conversations.slice(8)].map((p) => pcap(p));
/** Every third frame, so that a merge has to take turns. */
const strands = [0, 1, 2].map((strand) => pcap(conversations.filter((_frame, i) => i % 3 === strand)));
const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

interface Documents {
  /** JSON texts without `capture.files`. */
  readonly texts: readonly string[];
  readonly files: readonly { format: string; compressed: string | null; frames: number }[];
}

/** The documents of `analyze` and `conns`, as text, so that the order of keys and rows counts too. */
async function documents(paths: readonly string[], options: AnalyzeOptions = {}): Promise<Documents> {
  const analysis = await analyze(paths, options);
  const analyzed = analysis.analyzeDocument();
  const texts = [analyzed, analysis.connsDocument()].map((doc) => {
    const { files, ...capture } = doc.capture;
    expect(files.reduce((sum, file) => sum + file.frames, 0)).toBe(conversations.length);
    return [...jsonPieces({ ...doc, capture })].join('');
  });
  return { texts, files: analyzed.capture.files };
}

function onDisk(...contents: readonly Uint8Array[]): string[] {
  const cwd = folder();
  return contents.map((bytes, i) => {
    writeFileSync(join(cwd, `${i}.bin`), bytes);
    return join(cwd, `${i}.bin`);
  });
}

/** `-`, in chunks of these sizes over and over. */
function piped(bytes: Uint8Array, sizes: readonly number[]): AnalyzeOptions {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!) {
    chunks.push(Buffer.from(bytes.subarray(at, at + sizes[i % sizes.length]!)));
  }
  return { standardInput: Readable.from(chunks) };
}

test('the reference is what it should be', async () => {
  const { texts, files } = await documents(onDisk(plain));
  expect(files).toMatchObject([{ format: 'pcap', compressed: null, frames: 20 }]);
  expect(JSON.parse(texts[0]!)).toMatchObject({
    complete: true,
    accounting: { framesRead: 20, framesDecoded: 20 },
    connections: { total: 6, byConnState: { S0: 2, S1: 1, SF: 2, REJ: 1 }, byService: { dns: 1, http: 1 } },
  });
});

describe('one file', () => {
  test.each<[string, Uint8Array, object]>([
    ['nanoseconds', pcap(conversations, { variant: 'nanoseconds' }), { format: 'pcap-ns' }],
    ['big-endian', pcap(conversations, { order: 'big' }), { format: 'pcap' }],
    ['big-endian nanoseconds', pcap(conversations, { order: 'big', variant: 'nanoseconds' }), { format: 'pcap-ns' }],
    ['modified', pcap(conversations, { variant: 'modified' }), { format: 'pcap-modified' }],
    ['version 2.2, lengths the other way round', pcap(conversations, { version: [2, 2] }), { format: 'pcap' }],
    ['pcapng', pcapng(conversations), { format: 'pcapng' }],
    ['big-endian pcapng', pcapng(conversations, { order: 'big' }), { format: 'pcapng' }],
    ['pcapng of two sections', twoSections(), { format: 'pcapng' }],
    ['gzip', gzipSync(plain), { format: 'pcap', compressed: 'gzip' }],
    ['gzip of pcapng', gzipSync(pcapng(conversations)), { format: 'pcapng', compressed: 'gzip' }],
    ['zstd', zstd, { format: 'pcap', compressed: 'zstd' }],
    ['lz4', lz4(plain), { format: 'pcap', compressed: 'lz4' }],
  ])('%s', async (_name, bytes, file) => {
    const { texts } = await documents(onDisk(plain));
    const found = await documents(onDisk(bytes));
    expect(found.files).toMatchObject([file]);
    expect(found.texts).toEqual(texts);
    // The same on a pipe, in chunks that are never a record.
    const live = await documents(['-'], piped(bytes, [1, 13, 4, 97, 24]));
    expect(live.files).toMatchObject([{ ...file, path: '-' }]);
    expect(live.texts).toEqual(texts);
  });

  test.each([[[1]], [[5, 3]], [[24, 16]], [[plain.length]]])('on a pipe, in chunks of %j', async (sizes) => {
    const { texts } = await documents(onDisk(plain));
    expect((await documents(['-'], piped(plain, sizes))).texts).toEqual(texts);
  });
});

function twoSections(): Uint8Array {
  return concat(pcapng(conversations.slice(0, 9)), pcapng(conversations.slice(9), { order: 'big' }));
}

describe('three pieces', () => {
  test.each(orders)('named in the order %i %i %i', async (...order) => {
    const { texts } = await documents(onDisk(plain));
    for (const parts of [pieces, strands]) {
      const paths = onDisk(...parts);
      expect((await documents(order.map((i) => paths[i]!))).texts).toEqual(texts);
    }
  });

  test('of three formats, one of them a pipe', async () => {
    const { texts } = await documents(onDisk(plain));
    const [a, b] = onDisk(gzipSync(pieces[2]!), pcapng(conversations.slice(0, 7)));
    expect((await documents([a!, '-', b!], piped(pieces[1]!, [7]))).texts).toEqual(texts);
  });
});

describe('the same bytes out', () => {
  const circumstances: readonly (readonly [name: string, before: string, after: string])[] = [
    ['a time zone east of here', 'env TZ=Asia/Shanghai', ''],
    ['a German locale and half an hour of time zone', 'env LC_ALL=de_DE.UTF-8 TZ=America/St_Johns', ''],
    ['three workers', '', '--jobs 3'],
    ['another run, with another hash seed', '', ''],
    ['a third run, in colour', 'env FORCE_COLOR=3', '--color always --no-progress -n'],
  ];
  test.each(['analyze --json', 'conns --ndjson'])('%s', async (command) => {
    const cwd = folder({ 'a.pcap': plain });
    const reference = await run(`synoptic ${command} a.pcap`, { cwd });
    expect(reference).toMatchObject({ exit: 0, err: '' });
    for (const [name, before, after] of circumstances) {
      expect(await run(`${before} synoptic ${command} a.pcap ${after}`, { cwd }), name).toEqual(reference);
    }
  });

  test.each(['conns --csv', 'analyze --csv'])('%s', async (command) => {
    const cwd = folder({ 'a.pcap': plain });
    const reference = await run(`synoptic ${command} a.pcap`, { cwd });
    const elsewhere = `env TZ=Asia/Shanghai LC_ALL=de_DE.UTF-8 synoptic ${command} --jobs 3 a.pcap`;
    expect(await run(elsewhere, { cwd }), command).toEqual(reference);
  });

  test('a file and the same file on standard input', async () => {
    const cwd = folder({ 'a.pcap': plain });
    const fromFile = await run('synoptic conns a.pcap --csv', { cwd });
    expect(await run('cat a.pcap | synoptic conns - --csv', { cwd })).toEqual(fromFile);
  });
});
