/** Histories of conversations between 10.0.0.1 and 10.0.0.2, given segment by segment with relative numbers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze } from '../../src/analyze.ts';
import { BATCH_FRAMES } from '../../src/capture/batch.ts';
import type { ConnectionRow } from '../../src/report/model.ts';
import { pcap } from './capture-bytes.ts';
import { ACK, SYN, tcp, udp } from './conversations.ts';

/** Offset of the window field in a frame of `tcp`. */
const WINDOW = 14 + 20 + 14;

export interface Segment {
  /** 0 from the originator, 1 from the responder. */
  readonly side: 0 | 1;
  readonly flags?: number;
  /** Relative to the initial sequence numbers of its sender and its peer. */
  readonly seq?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
}

/** Numbers pass zero within the connection. */
const ISN = [0xfffffffa, 0xfffffff0] as const;
const A = { from: '10.0.0.1', to: '10.0.0.2', ports: [1024, 9] } as const;
const B = { from: '10.0.0.2', to: '10.0.0.1', ports: [9, 1024] } as const;

function frame({ side, flags = ACK, seq = 1, ack = 1, length = 0, window = 100 }: Segment): Uint8Array {
  const bytes = tcp({
    ...(side === 0 ? A : B),
    flags,
    seq: (ISN[side] + seq) >>> 0,
    ack: (ISN[side === 0 ? 1 : 0] + ack) >>> 0,
    payload: new Uint8Array(length),
  });
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(WINDOW, window);
  return bytes;
}

/** The connections of frames that are a second apart. */
export async function rowsOf(frames: readonly Uint8Array[]): Promise<ConnectionRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'synoptic-segments-'));
  try {
    const path = join(folder, 'a.pcap');
    writeFileSync(path, pcap(frames.map((data, i) => ({ seconds: 1_700_000_000 + i, nanoseconds: 0, data }))));
    return [...(await analyze([path])).connectionRows()];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const rowOf = async (segments: readonly Segment[]): Promise<ConnectionRow> =>
  (await rowsOf(segments.map(frame)))[0]!;
export const historyOf = async (segments: readonly Segment[]): Promise<string> => (await rowOf(segments)).history;

export const handshake: readonly Segment[] = [
  { side: 0, flags: SYN, seq: 0, ack: 0 },
  { side: 1, flags: SYN | ACK, seq: 0, ack: 1 },
  { side: 0 },
];
/** Bursts are only counted at once in batches that open no connection, once both directions are in the cache. */
const opening: readonly Segment[] = [...handshake, { side: 1 }, { side: 0 }];
const filler: readonly Uint8Array[] = Array.from({ length: BATCH_FRAMES - opening.length }, () =>
  udp({ from: '10.0.0.3', to: '10.0.0.4', ports: [5000, 5001], payload: 'x' }),
);

/** The history when the segments come in later batches than the handshake. */
export const historyBeyond = async (segments: readonly Segment[]): Promise<string> =>
  (await rowsOf([...opening.map(frame), ...filler, ...segments.map(frame)]))[0]!.history;
export const times = (n: number, segment: Segment): Segment[] => Array.from({ length: n }, () => segment);
