/** What is learnt about the inputs while they are read; one object, shared by all inputs of a run. */
import { MAX_SKIPPED_BLOCK_TYPES } from './limits.ts';
import type { CaptureFile, CaptureFormat, CaptureInterface, Damage, Secrets } from './source.ts';

export interface Facts {
  readonly files: CaptureFile[];
  readonly interfaces: CaptureInterface[];
  readonly damage: Damage[];
  readonly secrets: Secrets[];
}

export const noFacts = (): Facts => ({ files: [], interfaces: [], damage: [], secrets: [] });

export function describeFile(path: string): CaptureFile {
  const format: CaptureFormat = 'pcap';
  return {
    path,
    format,
    compressed: null,
    bytes: 0,
    frames: 0,
    framesWithoutTime: 0,
    linkTypes: [],
    snapLength: 0,
    skippedBlocks: {},
  };
}

/** Adds an interface of `file` and returns its index. */
export function addInterface(
  facts: Facts,
  file: number,
  described: Pick<CaptureInterface, 'linkType' | 'fcsLength' | 'snapLength' | 'name'>,
): number {
  const owner = facts.files[file]!;
  const isFirst = owner.linkTypes.length === 0;
  if (!owner.linkTypes.includes(described.linkType)) owner.linkTypes.push(described.linkType);
  // 0 is "unlimited", and so larger than any other.
  const unlimited = described.snapLength === 0 || (owner.snapLength === 0 && !isFirst);
  owner.snapLength = unlimited ? 0 : Math.max(owner.snapLength, described.snapLength);
  return facts.interfaces.push({ file, ...described, received: null, dropped: null }) - 1;
}

/** Counts a pcapng block that is not understood. */
export function countSkipped(file: CaptureFile, blockType: number): void {
  const name = `0x${blockType.toString(16).padStart(8, '0')}`;
  const counts = file.skippedBlocks;
  const isNew = counts[name] === undefined;
  const key = isNew && Object.keys(counts).length >= MAX_SKIPPED_BLOCK_TYPES ? 'other' : name;
  counts[key] = (counts[key] ?? 0) + 1;
}
