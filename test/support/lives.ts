/** Lives of conversations between 10.0.0.1 (originator) and 10.0.0.2, given segment by segment with relative numbers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Analysis } from '../../src/analysis.ts';
import { analyze } from '../../src/analyze.ts';
import { type Life, lifeOf } from '../../src/flow/life/life.ts';
import { wholePeriod } from '../../src/flow/sockets/walk.ts';
import { type Frame, pcap } from './capture-bytes.ts';
import { tcp } from './conversations.ts';

/** Seconds from the first segment, sender, flags, and sequence number and acknowledgment relative to both ISNs. */
export type Timed = readonly [seconds: number, side: 0 | 1, flags: number, seq: number, ack?: number, payload?: string];

const ISN = [1000, 5000] as const;
const START = 1_700_000_000;

export function framesOf(segments: readonly Timed[], ports: readonly [number, number] = [40_000, 80]): Frame[] {
  return segments.map(([at, side, flags, seq, ack = 0, payload = '']) => ({
    seconds: START + Math.floor(at),
    nanoseconds: Math.round((at % 1) * 1e9),
    data: tcp({
      from: side === 0 ? '10.0.0.1' : '10.0.0.2',
      to: side === 0 ? '10.0.0.2' : '10.0.0.1',
      ports: side === 0 ? ports : [ports[1], ports[0]],
      flags,
      seq: ISN[side] + seq,
      ack: ISN[side === 0 ? 1 : 0] + ack,
      payload,
    }),
  }));
}

const time = ({ seconds, nanoseconds }: Frame): number => seconds - START + nanoseconds / 1e9;

/** Frames of several conversations, in order of time. */
export function analysisOfFrames(frames: readonly Frame[]): Promise<Analysis> {
  return analysisAsCaptured(frames.toSorted((a, b) => time(a) - time(b)));
}

/** Frames in the order in which they are given, whatever their times. */
export async function analysisAsCaptured(frames: readonly Frame[]): Promise<Analysis> {
  const folder = mkdtempSync(join(tmpdir(), 'synoptic-lives-'));
  try {
    const path = join(folder, 'a.pcap');
    writeFileSync(path, pcap(frames));
    return await analyze([path]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The life of one conversation, up to its last segment. */
export async function lifeOfSegments(segments: readonly Timed[]): Promise<Life> {
  const { facts } = await analysisOfFrames(framesOf(segments));
  return lifeOf(facts.connections, 0, wholePeriod(facts.totals)!.end)!;
}

/** States of one end one after the other, with the second at which each began; ` ?` behind those that are inferred. */
export const statesIn = ({ transitions }: Life, side: 0 | 1): string[] =>
  transitions
    .filter((t) => t.side === side)
    .map((t) => `${+(t.seconds - START + t.nanoseconds / 1e9).toFixed(3)} ${t.to}${t.inferred ? ' ?' : ''}`);
