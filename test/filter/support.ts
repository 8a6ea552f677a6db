/** What the filter tests share: a classic-pcap reader, frames made by hand, the recorded answers of tcpdump. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Frame } from '../../src/wire/frame.ts';
import cases from './cases.json' with { type: 'json' };
import truth from './tcpdump-truth.json' with { type: 'json' };

const CAPTURES = join(import.meta.dirname, '../../../shared/captures');
export const hasCaptures = existsSync(CAPTURES);

export interface Capture {
  readonly name: string;
  readonly frames: readonly Frame[];
}

export const expressions: readonly string[] = cases.expressions;
export const recordedMatches: Readonly<Record<string, string>> = truth.matches;
export const recordedVerdicts: Readonly<Record<string, boolean>> = truth.accepted;
export const recordedFrames: readonly string[] = truth.frames.split(' ');

export function readCaptures(): Capture[] {
  return cases.captures.map(({ file, cut, frames }: { file: string; cut?: number; frames?: number }) => ({
    name: cut === undefined ? file : `${file} cut to ${cut}`,
    frames: readPcap(readFileSync(join(CAPTURES, file)), cut ?? Infinity, frames ?? Infinity),
  }));
}

function readPcap(file: Buffer, cut: number, most: number): Frame[] {
  const little = file[0] === 0xd4 || file[0] === 0x4d;
  const u32 = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const frames: Frame[] = [];
  for (let at = 24; at + 16 <= file.length && frames.length < most; at += 16 + u32(at + 8)) {
    const captured = u32(at + 8);
    if (at + 16 + captured > file.length) break;
    frames.push(frameOf(file, at + 16, Math.min(captured, cut), u32(at + 12), u32(20) & 0xffff, frames.length + 1));
  }
  return frames;
}

function frameOf(
  bytes: Uint8Array,
  start: number,
  captured: number,
  wire: number,
  linkType: number,
  number: number,
): Frame {
  const frame = new Frame();
  frame.bytes = bytes;
  frame.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  frame.start = start;
  frame.end = start + captured;
  frame.originalLength = wire;
  frame.linkType = linkType;
  frame.number = number;
  return frame;
}

/** A frame from hex, all of it captured unless `wire` says that it was longer. */
export function frameFromHex(hex: string, linkType = 1, wire?: number): Frame {
  const bytes = Uint8Array.from(Buffer.from(hex.replace(/\s+/g, ''), 'hex'));
  return frameOf(bytes, 0, bytes.length, wire ?? bytes.length, linkType, 1);
}

/** One cell of tcpdump-truth.json; make-truth.mjs says how it is made. */
export function cellOf(numbers: readonly number[], frames: number): string {
  if (numbers.length === frames) return '*';
  if (numbers.length === 0) return '0';
  let hash = 0x811c9dc5;
  for (const number of numbers) hash = Math.imul(hash ^ number, 0x01000193);
  return `${numbers.length.toString(36)}.${(hash >>> 0).toString(36)}`;
}
