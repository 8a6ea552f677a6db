/**
 * Writes captures: rows of batches -> the bytes of a classic pcap file (draft-ietf-opsawg-pcap), or of pcapng
 * (draft-ietf-opsawg-pcapng), little-endian. Times are kept to the nanosecond, FCS lengths and lengths on the wire as they were.
 */
import type { Batch } from './batch.ts';
import { MAX_CAPTURED_BYTES } from './limits.ts';
import type { CaptureInterface, FrameSource } from './source.ts';

export type WrittenFormat = 'pcap' | 'pcapng';

/** The format cannot hold the frame. `message` says why. */
export class UnwritableFrame extends Error {}

const GATHERED_BYTES = 256 * 1024;
const MICROSECOND_MAGIC = 0xa1b2c3d4;
const NANOSECOND_MAGIC = 0xa1b23c4d;
const FCS_LENGTH_PRESENT = 0x0400_0000;
const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const IF_TSRESOL = 9;
const IF_FCSLEN = 13;
const NANOSECOND_EXPONENT = 9;

const padded = (length: number): number => (length + 3) & ~3;

export class CaptureWriter {
  /** Frames written, and those of them that got the time 0 because they have none that the format holds. */
  frames = 0;
  untimed = 0;
  readonly #source: FrameSource;
  readonly #format: WrittenFormat;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #bytes = new Uint8Array(GATHERED_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #used = 0;
  /** The block of the last frame, and how to copy from it without a view for each frame. */
  #block: Uint8Array | null = null;
  #copied: Buffer = Buffer.alloc(0);
  /** The second of the last frame of pcapng. */
  #second = NaN;
  #secondHigh = 0;
  #secondLow = 0;
  /** Files of nothing but microseconds are written so again. */
  readonly #isFine: boolean;
  /** The one whose link type a classic pcap file names; the numbers that interfaces have in pcapng. */
  #only: CaptureInterface | null = null;
  readonly #numbers = new Map<CaptureInterface, number>();

  /** `send` takes each piece of the file, in order, and keeps none of them. */
  constructor(source: FrameSource, format: WrittenFormat, send: (bytes: Uint8Array) => void) {
    this.#source = source;
    this.#format = format;
    this.#send = send;
    this.#isFine = source.files.some((file) => file.format === 'pcap-ns' || file.format === 'pcapng');
    if (format === 'pcapng') this.#words(SECTION_HEADER, 28, BYTE_ORDER_MAGIC, 1, 0xffffffff, 0xffffffff, 28);
  }

  /** Throws UnwritableFrame for a frame that does not fit into the format. */
  frame(batch: Batch, row: number): void {
    const face = this.#source.interfaces[batch.interfaceIndex[row]!]!;
    if (this.#format === 'pcap') this.#record(batch, row, face);
    else this.#packet(batch, row, face);
    this.frames++;
  }

  /** Hands over what is left. A file without frames has its header. */
  finish(): void {
    if (this.#format === 'pcap' && this.#only === null) this.#header(this.#source.interfaces[0]);
    this.#flush();
  }

  #header(face: CaptureInterface | undefined): void {
    const fcs = face === undefined || face.fcsLength === 0 ? 0 : FCS_LENGTH_PRESENT | ((face.fcsLength >> 1) << 28);
    const magic = this.#isFine ? NANOSECOND_MAGIC : MICROSECOND_MAGIC;
    this.#words(magic, 2 | (4 << 16), 0, 0, this.#snapLength(), (face?.linkType ?? 1) | fcs);
  }

  /** The largest one of all files; where one has none, as much as readers take. */
  #snapLength(): number {
    const lengths = this.#source.files.map(({ snapLength }) => snapLength || MAX_CAPTURED_BYTES);
    return Math.min(MAX_CAPTURED_BYTES, Math.max(1, ...lengths));
  }

  #record(batch: Batch, row: number, face: CaptureInterface): void {
    if (this.#only === null) this.#header(face);
    this.#only ??= face;
    if (face.linkType !== this.#only.linkType || face.fcsLength !== this.#only.fcsLength) {
      const number = batch.firstNumber + row;
      throw new UnwritableFrame(
        `frame ${number} is of link type ${face.linkType}, those before it are of ${this.#only.linkType}, and a pcap file has one`,
      );
    }
    const captured = batch.capturedLength[row]!;
    if (captured > MAX_CAPTURED_BYTES) {
      throw new UnwritableFrame(
        `frame ${batch.firstNumber + row} has ${captured} bytes, and readers of pcap take no more than ${MAX_CAPTURED_BYTES}`,
      );
    }
    const seconds = batch.seconds[row]!;
    const isTold = seconds >= 0 && seconds <= 0xffffffff;
    if (!isTold) this.untimed++;
    const nanoseconds = isTold ? batch.nanoseconds[row]! : 0;
    const fraction = this.#isFine ? nanoseconds : Math.floor(nanoseconds / 1000);
    this.#makeRoom(16);
    this.#word(isTold ? seconds : 0);
    this.#word(fraction);
    this.#word(captured);
    this.#word(batch.originalLength[row]!);
    this.#copy(batch, row, captured);
  }

  #packet(batch: Batch, row: number, face: CaptureInterface): void {
    const seconds = batch.seconds[row]!;
    const isTold = seconds >= 0 && seconds < LAST_SECOND;
    if (!isTold) this.untimed++;
    this.#turn(isTold ? seconds : 0);
    const low = this.#secondLow + (isTold ? batch.nanoseconds[row]! : 0);
    const captured = batch.capturedLength[row]!;
    const length = 32 + padded(captured);
    const number = this.#numbers.get(face) ?? this.#describe(face);
    this.#makeRoom(28);
    this.#word(ENHANCED_PACKET);
    this.#word(length);
    this.#word(number);
    this.#word(this.#secondHigh + (low > MAX_WORD ? 1 : 0));
    this.#word(low);
    this.#word(captured);
    this.#word(batch.originalLength[row]!);
    this.#copy(batch, row, padded(captured));
    this.#makeRoom(4);
    this.#word(length);
  }

  /** Where the second begins, in nanoseconds since 1970, as two words. Mostly it is that of the frame before. */
  #turn(second: number): void {
    if (second === this.#second) return;
    const nanoseconds = BigInt(second) * 1_000_000_000n;
    this.#second = second;
    this.#secondHigh = Number(nanoseconds >> 32n);
    this.#secondLow = Number(nanoseconds & 0xffffffffn);
  }

  /** An interface of the section, at its first frame. Returns its number. */
  #describe(face: CaptureInterface): number {
    const number = this.#numbers.size;
    this.#numbers.set(face, number);
    const length = 32 + (face.fcsLength > 0 ? 8 : 0);
    this.#words(
      INTERFACE_DESCRIPTION,
      length,
      face.linkType,
      face.snapLength,
      IF_TSRESOL | (1 << 16),
      NANOSECOND_EXPONENT,
    );
    // In bits, as in the draft.
    if (face.fcsLength > 0) this.#words(IF_FCSLEN | (1 << 16), 8 * face.fcsLength);
    this.#words(0, length);
    return number;
  }

  /** Of what is not written for each frame. */
  #words(...words: readonly number[]): void {
    this.#makeRoom(4 * words.length);
    for (const word of words) this.#word(word);
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes > GATHERED_BYTES) this.#flush();
  }

  /** Its lower 32 bits. */
  #word(word: number): void {
    this.#view.setUint32(this.#used, word, true);
    this.#used += 4;
  }

  /** The captured bytes of the row, with zeros up to `length`. */
  #copy({ bytes, start, capturedLength }: Batch, row: number, length: number): void {
    const captured = capturedLength[row]!;
    const from = start[row]!;
    this.#makeRoom(length);
    if (length > GATHERED_BYTES) {
      this.#send(bytes.subarray(from, from + captured));
      this.#send(new Uint8Array(length - captured));
      return;
    }
    if (bytes !== this.#block) {
      this.#block = bytes;
      this.#copied = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.#copied.copy(this.#bytes, this.#used, from, from + captured);
    if (length > captured) this.#bytes.fill(0, this.#used + captured, this.#used + length);
    this.#used += length;
  }

  #flush(): void {
    if (this.#used > 0) this.#send(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}

const MAX_WORD = 0xffffffff;
/** 64 bits of nanoseconds end in this second, in the year 2554. */
const LAST_SECOND = 18_446_744_073;
