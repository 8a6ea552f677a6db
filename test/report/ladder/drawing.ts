/** Runs the pipeline for one connection, and draws it, as `synoptic conn` does. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Analysis } from '../../../src/analysis.ts';
import { analyze } from '../../../src/analyze.ts';
import { LadderRecorder } from '../../../src/flow/ladder/recorder.ts';
import { LadderSegments } from '../../../src/flow/ladder/segments.ts';
import { type ConnDocument, connDocument } from '../../../src/report/ladder/document.ts';
import type { SegmentRow } from '../../../src/report/ladder/model.ts';
import { segmentRows } from '../../../src/report/ladder/rows.ts';
import { rungsOf } from '../../../src/report/ladder/rungs.ts';
import { type Subject, subjectOf } from '../../../src/report/ladder/subject.ts';
import { ladderText } from '../../../src/report/text/ladder/ladder.ts';
import { makeStyle } from '../../../src/report/text/style.ts';
import { type Frame, pcap } from '../../support/capture-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-ladder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export interface Drawn {
  readonly analysis: Analysis;
  readonly doc: ConnDocument;
  readonly subject: Subject;
  readonly rows: readonly SegmentRow[];
  readonly text: (full?: boolean, width?: number, fit?: boolean) => string[];
}

interface Wanted {
  readonly transport?: 'tcp' | 'udp';
  readonly index?: number;
  /** Limits of what is kept: segments in all, and those of the end. */
  readonly keep?: readonly [limit: number, tail: number];
}

export async function drawn(path: string, wanted: Wanted = {}): Promise<Drawn> {
  const found = await drawnIfThere(path, wanted);
  if (found === null) throw new Error(`${path} has no such connection`);
  return found;
}

async function drawnIfThere(path: string, { transport = 'tcp', index = 0, keep }: Wanted): Promise<Drawn | null> {
  const recorder = new LadderRecorder(transport, index, keep === undefined ? undefined : new LadderSegments(...keep));
  const analysis = await analyze([path], { observer: recorder });
  if (recorder.id < 0 || !analysis.facts.connections.isCounted(recorder.id)) return null;
  const subject = subjectOf(analysis.facts, recorder);
  const doc = connDocument(analysis.facts, subject);
  const options = { utc: true, style: makeStyle(false), command: 'synoptic' };
  return {
    analysis,
    doc,
    subject,
    rows: [...segmentRows(subject)],
    text: (full = false, width = 100, fit = false) =>
      ladderText(doc, subject, rungsOf(subject), { ...options, full, width, fit }),
  };
}

let files = 0;

/** The same for the bytes of a capture; null when it has no such connection. */
export function drawnBytes(bytes: Uint8Array, wanted: Wanted): Promise<Drawn | null> {
  const path = join(folder, `${files++}.pcap`);
  writeFileSync(path, bytes);
  return drawnIfThere(path, wanted);
}

/** The same for frames that a test makes. */
export async function drawnOf(frames: readonly Frame[], wanted: Wanted = {}): Promise<Drawn> {
  return (await drawnBytes(pcap(frames), wanted))!;
}

/** The lines between header and table. */
export const ladderOf = (lines: readonly string[]): string[] => {
  const from = lines.findIndex((line) => line.trimStart().startsWith('frame ')) + 1;
  return lines.slice(from, lines.indexOf('', from));
};
