/**
 * What the capture room gives to the rest: frames in batches, and facts about the files they came from.
 */
import type { Batch } from './batch.ts';

export type CaptureFormat = 'pcap' | 'pcap-ns' | 'pcap-modified' | 'pcapng';
export type Compression = 'gzip' | 'zstd' | 'lz4';

/** A place where the file's own structure broke. What comes after it in that file was not read. */
export interface Damage {
  /** Index into `FrameSource.files`. */
  readonly file: number;
  /** Offset in the (decompressed) byte stream of the record or block that is broken. */
  readonly byte: number;
  /** 1-based number, within its own file, of the frame that could not be read. */
  readonly frame: number;
  /** What is wrong, as in "record cut short". */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** One input file; counts grow while the file is read. */
export interface CaptureFile {
  readonly path: string;
  format: CaptureFormat;
  compressed: Compression | null;
  /** Decompressed bytes read so far. */
  bytes: number;
  frames: number;
  /** Those that the file gives no time (pcapng's Simple Packet Blocks). */
  framesWithoutTime: number;
  /** LINKTYPE numbers, in order of appearance. */
  readonly linkTypes: number[];
  /** Largest snapshot length of its interfaces; 0 when unlimited or not stated. */
  snapLength: number;
  /** pcapng blocks that carry no frame and are not understood: block type (as `0x00000bad`) -> count. */
  readonly skippedBlocks: Record<string, number>;
}

/** A capture interface: one for a classic pcap file, one per Interface Description Block in pcapng. */
export interface CaptureInterface {
  /** Index into `FrameSource.files`. */
  readonly file: number;
  /** LINKTYPE number without the FCS bits. */
  readonly linkType: number;
  /** Bytes of frame check sequence at the end of every frame; 0 when none or not stated. */
  readonly fcsLength: number;
  readonly snapLength: number;
  readonly name: string | null;
  /** if_filter text, os, hardware and the like are not kept. */
  /** From Interface Statistics Blocks (the last one wins): frames seen and dropped; null when not stated. */
  received: number | null;
  dropped: number | null;
}

/** A pcapng Decryption Secrets Block. */
export interface Secrets {
  /** Secrets type, such as 0x544c534b (TLS key log). */
  readonly type: number;
  readonly data: Uint8Array;
}

export interface FrameSource {
  readonly files: readonly CaptureFile[];
  readonly interfaces: readonly CaptureInterface[];
  readonly damage: readonly Damage[];
  readonly secrets: readonly Secrets[];
  /** Frames are in order of arrival in the merged input. False at the end of the input. */
  load(): Promise<boolean>;
  /** Fills `batch` from what is loaded; false (and count 0) when that is used up. Never waits. */
  next(batch: Batch): boolean;
  /** Fraction of the input that has been read, 0 to 1, or null where its size is unknown (a pipe). */
  progress(): number | null;
  close(): void;
}
