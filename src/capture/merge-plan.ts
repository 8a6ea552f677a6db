/**
 * What a merge must know before it starts: the time of each input's first frame. A file is opened for a look and closed
 * again, so that hundreds of files need neither descriptors nor blocks before their turn; a pipe stays open.
 */
import { statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Batch } from './batch.ts';
import { describeFile, noFacts } from './facts.ts';
import type { Facts } from './facts.ts';
import { openInput } from './input.ts';
import { BLOCK_BYTES, MERGE_BYTES, MIN_MERGE_BLOCK_BYTES, PEEK_BYTES } from './limits.ts';
import { MergeLeg } from './merge-leg.ts';
import type { Time } from './merge-leg.ts';
import { STANDARD_INPUT } from './open-supply.ts';

export async function planMerge(facts: Facts, standardInput: () => Readable): Promise<MergeLeg[]> {
  const share = Math.floor(MERGE_BYTES / facts.files.length);
  const blockBytes = Math.min(BLOCK_BYTES, Math.max(MIN_MERGE_BLOCK_BYTES, share));
  const legs: MergeLeg[] = [];
  try {
    for (const [index, { path }] of facts.files.entries()) {
      const place = { path, index, standardInput, blockBytes };
      legs.push(isPipe(path) ? await pipeLeg(place, facts) : await fileLeg(place, facts));
    }
    return legs;
  } catch (error) {
    for (const leg of legs) leg.release();
    throw error;
  }
}

/** What cannot be looked at is taken for a file, whose opening then says what is wrong. */
function isPipe(path: string): boolean {
  if (path === STANDARD_INPUT) return true;
  return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

type Place = MergeLeg['place'];

async function pipeLeg(place: Place, facts: Facts): Promise<MergeLeg> {
  const input = await openInput({ ...place, keepOpen: true }, facts);
  const leg = new MergeLeg(place, null, input);
  if ((await input.load()) && leg.refill()) leg.firstTime = timeOfFirst(leg.batch);
  return leg;
}

const timeOfFirst = (batch: Batch): Time => ({ seconds: batch.seconds[0]!, nanoseconds: batch.nanoseconds[0]! });

async function fileLeg(place: Place, facts: Facts): Promise<MergeLeg> {
  const seen = noFacts();
  seen.files.push(describeFile(place.path));
  const input = await openInput({ ...place, index: 0, blockBytes: PEEK_BYTES, keepOpen: true }, seen);
  try {
    const first = new Batch();
    const leg = new MergeLeg(place, input.size, null);
    if ((await input.load()) && input.next(first)) leg.firstTime = timeOfFirst(first);
    const file = facts.files[place.index]!;
    file.format = input.file.format;
    file.compressed = input.file.compressed;
    return leg;
  } finally {
    input.close();
  }
}
