/** The way into this room: paths in, frames out. */
import type { Readable } from 'node:stream';
import { CaptureError } from './errors.ts';
import { type Facts, describeFile, noFacts } from './facts.ts';
import { openInput } from './input.ts';
import { BLOCK_BYTES } from './limits.ts';
import { STANDARD_INPUT } from './open-supply.ts';
import { SingleSource } from './single-source.ts';
import type { FrameSource } from './source.ts';

export interface OpenCaptureOptions {
  /** What `-` stands for; `process.stdin` when not given. */
  readonly standardInput?: Readable;
}

/** Opens captures whose frames are then read in order of time. Throws a CaptureError for an input of no use. */
export async function openCapture(paths: readonly string[], options: OpenCaptureOptions = {}): Promise<FrameSource> {
  if (paths.length === 0) throw new RangeError('openCapture needs at least one path');
  const facts = noFacts();
  facts.files.push(...paths.map(describeFile));
  if (paths.indexOf(STANDARD_INPUT) !== paths.lastIndexOf(STANDARD_INPUT)) {
    const found = 'more than one';
    throw new CaptureError('unreadable', STANDARD_INPUT, 0, 'standard input cannot be read twice', 'one -', found);
  }
  // Looked at only when it is read: process.stdin begins to read as soon as it is named.
  const standardInput = (): Readable => options.standardInput ?? process.stdin;
  if (paths.length > 1) return merged(facts, standardInput);
  const place = { path: paths[0]!, index: 0, standardInput, blockBytes: BLOCK_BYTES, keepOpen: true };
  return new SingleSource(await openInput(place, facts), facts);
}

/** Loaded when needed, as all that few captures are. */
async function merged(facts: Facts, standardInput: () => Readable): Promise<FrameSource> {
  const [{ planMerge }, { MergeSource }] = await Promise.all([import('./merge-plan.ts'), import('./merge-source.ts')]);
  return new MergeSource(await planMerge(facts, standardInput), facts);
}
