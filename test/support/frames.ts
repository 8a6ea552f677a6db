/** Frames decoded one at a time, for tests of the wire room. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Batch } from '../../src/capture/batch.ts';
import { openCapture } from '../../src/capture/open.ts';
import { Decoder } from '../../src/wire/decode.ts';
import { Frame, stopNames } from '../../src/wire/frame.ts';

export const fixtures = join(import.meta.dirname, '../../fixtures');

/** Captures below fixtures/, as paths relative to it. */
export const fixtureCaptures = (): string[] =>
  readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .toSorted();

/** What tshark says of a capture, as fixtures/expect.py wrote it; of many streams that is an array each. */
export function expectationsOf(capture: string): unknown {
  const file = join(fixtures, capture.replace(/\.pcap(ng)?$/, '.tshark.json'));
  const truth = JSON.parse(readFileSync(file, 'utf8')) as { streams: unknown[] };
  truth.streams = truth.streams.map((row, id) => (Array.isArray(row) ? streamOf(row as unknown[], id) : row));
  return truth;
}

const streamKeys = ['A', 'B', 'framesA', 'framesB', 'bytesA', 'bytesB', 'payA', 'payB', 'completeness', 'analysis'];

const streamOf = (row: readonly unknown[], id: number): unknown =>
  Object.fromEntries([['id', id], ...streamKeys.slice(0, row.length).map((key, i) => [key, row[i]])]);

/** Bytes -> a frame ready to be decoded. */
export function frameOf(bytes: Uint8Array, linkType = 1, originalLength = bytes.length, padding = 0): Frame {
  const f = new Frame();
  // The frame does not start at 0, as it would not in a block.
  const block = new Uint8Array(bytes.length + padding);
  block.set(bytes, padding);
  f.number = 1;
  f.bytes = block;
  f.view = new DataView(block.buffer);
  f.linkType = linkType;
  f.start = padding;
  f.end = padding + bytes.length;
  f.wireEnd = padding + originalLength;
  f.originalLength = originalLength;
  return f;
}

export interface Decoded {
  readonly path: string;
  readonly stop: string;
  readonly notes: number;
  readonly protocol: number;
  readonly payloadLength: number;
  readonly frame: Frame;
}

export function decode(f: Frame, decoder = new Decoder()): Decoded {
  decoder.decode(f);
  const { notes, protocol, payloadLength } = f;
  return { path: decoder.paths.name(f.path), stop: stopNames[f.stop]!, notes, protocol, payloadLength, frame: f };
}

/** The bytes of all frames of a capture, with link types and lengths on the wire. */
export async function framesOf(
  path: string,
): Promise<{ bytes: Uint8Array; linkType: number; originalLength: number }[]> {
  const source = await openCapture([path]);
  const batch = new Batch();
  const frames = [];
  while (await source.load()) {
    while (source.next(batch)) {
      for (let i = 0; i < batch.count; i++) {
        const start = batch.start[i]!;
        frames.push({
          bytes: batch.bytes.slice(start, start + batch.capturedLength[i]!),
          linkType: source.interfaces[batch.interfaceIndex[i]!]!.linkType,
          originalLength: batch.originalLength[i]!,
        });
      }
    }
  }
  source.close();
  return frames;
}
