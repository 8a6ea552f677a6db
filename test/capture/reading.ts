/** What the tests of this room share: captures on disk or in a pipe, and all their frames at once. */
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll } from 'vitest';
import { Batch } from '../../src/capture/batch.ts';
import { CaptureError } from '../../src/capture/errors.ts';
import { openCapture } from '../../src/capture/open.ts';
import type { FrameSource } from '../../src/capture/source.ts';

/** A frame as it was read, in a form that compares and prints well. */
export interface ReadFrame {
  readonly number: number;
  readonly time: string;
  readonly originalLength: number;
  readonly data: string;
  readonly linkType: number;
}

export const timeText = (seconds: number, nanoseconds: number): string =>
  `${seconds}.${String(nanoseconds).padStart(9, '0')}`;

/** All frames of a source, checked for the promises that a batch makes. */
export async function readFrames(source: FrameSource): Promise<ReadFrame[]> {
  const batch = new Batch();
  const frames: ReadFrame[] = [];
  while (await source.load()) {
    while (source.next(batch)) {
      if (batch.firstNumber !== frames.length + 1) throw new Error(`firstNumber is ${batch.firstNumber}`);
      if (batch.bytes.byteOffset !== 0 || batch.bytes.buffer !== batch.view.buffer) throw new Error('bytes and view');
      for (let row = 0; row < batch.count; row++) frames.push(readRow(source, batch, row));
    }
    if (batch.count !== 0) throw new Error('count after the last frame');
  }
  return frames;
}

function readRow(source: FrameSource, batch: Batch, row: number): ReadFrame {
  const start = batch.start[row]!;
  const end = start + batch.capturedLength[row]!;
  return {
    number: batch.firstNumber + row,
    time: timeText(batch.seconds[row]!, batch.nanoseconds[row]!),
    originalLength: batch.originalLength[row]!,
    data: Buffer.from(batch.bytes.subarray(start, end)).toString('hex'),
    linkType: source.interfaces[batch.interfaceIndex[row]!]!.linkType,
  };
}

let directory: string | null = null;
let count = 0;

afterAll(() => {
  if (directory !== null) rmSync(directory, { recursive: true });
});

/** Writes a file that lives as long as the test file runs, and gives its path. */
export function onDisk(bytes: Uint8Array): string {
  directory ??= mkdtempSync(join(tmpdir(), 'synoptic-capture-'));
  const path = join(directory, `${count++}.bin`);
  writeFileSync(path, bytes);
  return path;
}

/** Where the system lists the descriptors of this process; Linux only. */
const DESCRIPTORS = '/proc/self/fd';
export const canCountDescriptors = existsSync(DESCRIPTORS);

/** How many files of `onDisk` are open now. */
export function openFiles(): number {
  return readdirSync(DESCRIPTORS).filter((descriptor) => {
    try {
      return readlinkSync(join(DESCRIPTORS, descriptor)).startsWith(directory ?? '?');
    } catch {
      return false; // The descriptor of the listing itself is gone by now.
    }
  }).length;
}

/** A standard input that gives these chunks. */
export const piped = (...chunks: readonly Uint8Array[]): Readable => Readable.from(chunks.map((c) => Buffer.from(c)));

export interface Outcome {
  readonly frames: ReadFrame[];
  readonly source: FrameSource;
}

export async function readFile(...files: readonly Uint8Array[]): Promise<Outcome> {
  const source = await openCapture(files.map((bytes) => onDisk(bytes)));
  return { frames: await readFrames(source), source };
}

export async function readPipe(...chunks: readonly Uint8Array[]): Promise<Outcome> {
  const source = await openCapture(['-'], { standardInput: piped(...chunks) });
  return { frames: await readFrames(source), source };
}

/** The CaptureError that opening ends in. */
export async function openingError(paths: readonly string[], standardInput?: Readable): Promise<CaptureError> {
  try {
    await openCapture(paths, standardInput === undefined ? {} : { standardInput });
  } catch (error) {
    if (error instanceof CaptureError) return error;
    throw error;
  }
  throw new Error('it could be opened');
}

/** The bytes in pieces of the given sizes, over and over. */
export function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
