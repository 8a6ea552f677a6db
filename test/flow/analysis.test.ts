/** Marks of all captures of ../shared/captures against tshark's `tcp.analysis.*`: counts of each stream, and frames. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { analyze } from '../../src/analyze.ts';
import { markNames } from '../../src/flow/analysis/marks.ts';
import { MAX_MARKED_FRAMES_EACH } from '../../src/flow/limits.ts';
import { Meta, Word } from '../../src/flow/records.ts';
import { marksOf, tsharkName } from '../support/marks.ts';
import { analysisDifferences } from './analysis-differences.ts';

const captures = join(import.meta.dirname, '../../../shared/captures');

type Counts = Readonly<Record<string, number>>;

interface Truth {
  readonly file: string;
  /** The tenth field is the stream's first frame, the last one its marks. */
  readonly streams: { rows: [id: number, ...unknown[]][] };
  readonly analysis?: Readonly<Record<string, number[]>>;
}

/** The most frames that a truth file lists for a mark. */
const LISTED = 3000;
const FIRST_FRAME = 9;
const MARKS = 15;

/** Neither tshark nor we open these. */
const isRefused = (file: string): boolean =>
  /^libpcap__(linktype-reserved-field-not-zero|pcap-invalid-version-1|pcapng-invalid-vers-1)\./.test(file);

const truths: Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name): Truth => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Truth)
      .filter(({ file }) => !isRefused(file))
  : [];

const names = markNames.map(tsharkName);

/** Our counts less tshark's, where they differ, by stream. */
function countDifferences(analysis: Analysis, truth: Truth): Record<number, Record<string, number>> {
  const rows = [...analysis.connectionRows({ keep: (c, id) => !c.isUdp(id) })];
  const byFrame = new Map(rows.map((row) => [row.firstFrame, row]));
  const differences: Record<number, Record<string, number>> = {};
  for (const stream of truth.streams.rows) {
    const row = byFrame.get(stream[FIRST_FRAME] as number);
    const ours = row === undefined ? {} : marksOf(row);
    const theirs = stream[MARKS] as Counts;
    for (const name of names) {
      const difference = (ours[name] ?? 0) - (theirs[name] ?? 0);
      if (difference !== 0) (differences[stream[0]] ??= {})[name] = difference;
    }
  }
  return differences;
}

/** Frames that bear each mark; of the marks in `left` no more than the evidence has. */
function ourFrames({ facts: { connections: c } }: Analysis): { frames: Map<string, number[]>; left: Set<string> } {
  const frames = new Map<string, number[]>(names.map((name) => [name, []]));
  const left = new Set<string>();
  for (let id = 0; id < c.count; id++) {
    if (c.isUdp(id) || !c.isCounted(id)) continue;
    if ((c.word(id, Word.meta) & Meta.reusedPorts) !== 0) frames.get('reused_ports')!.push(c.word(id, Word.firstFrame));
    for (const side of [0, 1]) {
      for (const { frame, marks } of c.markedFrames(id, side)) {
        names.forEach((name, bit) => (marks & (1 << bit)) !== 0 && frames.get(name)!.push(frame));
      }
      for (const [mark, count] of Object.entries(c.analysis(id, side))) {
        if (count > MAX_MARKED_FRAMES_EACH) left.add(tsharkName(mark as (typeof markNames)[number]));
      }
    }
  }
  return { frames, left };
}

/** Marks whose frames are not tshark's. */
function frameDifferences(analysis: Analysis, truth: Truth): string[] {
  const { frames, left } = ourFrames(analysis);
  return names.filter((name) => {
    const ours = new Set(frames.get(name));
    const theirs = truth.analysis?.[name] ?? [];
    const known = new Set(theirs);
    const behind = theirs.length < LISTED ? Infinity : theirs.at(-1)!;
    const notTheirs = [...ours].some((frame) => frame <= behind && !known.has(frame));
    return notTheirs || (!left.has(name) && theirs.some((frame) => !ours.has(frame)));
  });
}

describe.skipIf(truths.length === 0)(`marks of ${captures}${truths.length === 0 ? ' (ABSENT, skipped)' : ''}`, () => {
  test.each(truths)('$file', async (truth) => {
    const path = join(captures, truth.file);
    const analysis = await analyze([path]);
    const listed = analysisDifferences.find(({ file }) => file === truth.file)?.connections ?? {};
    expect(countDifferences(analysis, truth)).toEqual(listed);
    const differing = new Set(Object.values(listed).flatMap((marks) => Object.keys(marks)));
    expect(frameDifferences(analysis, truth).filter((name) => !differing.has(name))).toEqual([]);
    const slow = await analyze([path], { shortcuts: false });
    expect([...ourFrames(slow).frames]).toEqual([...ourFrames(analysis).frames]);
    expect([...slow.connectionRows()]).toEqual([...analysis.connectionRows()]);
  });

  test('every file with a listed difference exists', () => {
    const files = new Set(truths.map(({ file }) => file));
    expect(analysisDifferences.filter(({ file }) => !files.has(file))).toEqual([]);
  });
});
