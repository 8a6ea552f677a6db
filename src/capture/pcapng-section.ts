/**
 * What a pcapng section says about itself: interfaces, their statistics, secrets.
 * Enters: whole blocks. Leaves: entries in the shared facts and, per interface, what its frames depend on.
 */
import type { Facts } from './facts.ts';
import { addInterface, countSkipped } from './facts.ts';
import { MAX_INTERFACES, MAX_INTERFACE_NAME_BYTES, MAX_SECRET_BYTES } from './limits.ts';
import {
  DECRYPTION_SECRETS,
  DECRYPTION_SECRETS_FIXED,
  INTERFACE_DESCRIPTION_FIXED,
  INTERFACE_STATISTICS_FIXED,
  OPTION_IF_FCSLEN,
  OPTION_IF_NAME,
  OPTION_IF_TSOFFSET,
  OPTION_IF_TSRESOL,
  OPTION_ISB_IFDROP,
  OPTION_ISB_IFRECV,
  TRAILER,
  eachOption,
} from './pcapng-blocks.ts';
import { Clock, DEFAULT_RESOLUTION } from './pcapng-clock.ts';

/** A block that lies whole in memory: `[at, end)` of `view`, trailer included. */
export interface WholeBlock {
  readonly view: DataView<ArrayBuffer>;
  readonly at: number;
  readonly end: number;
}

export interface SectionInterface {
  /** Index into `Facts.interfaces`. */
  readonly index: number;
  readonly snapLength: number;
  readonly clock: Clock;
}

type Fault = { what: string; expected: string; found: string };

export class PcapngSection {
  littleEndian = true;
  /** By interface id, which starts at 0 in every section. */
  interfaces: SectionInterface[] = [];
  readonly #facts: Facts;
  readonly #file: number;
  #interfaceCount = 0;
  #secretBytes = 0;

  constructor(facts: Facts, file: number) {
    this.#facts = facts;
    this.#file = file;
  }

  begin(littleEndian: boolean): void {
    this.littleEndian = littleEndian;
    this.interfaces = [];
  }

  /** Interface Description Block, section 4.2. */
  addInterface({ view, at, end }: WholeBlock): Fault | null {
    const { littleEndian } = this;
    if (at + INTERFACE_DESCRIPTION_FIXED + TRAILER > end) {
      const found = `${end - at} bytes`;
      return { what: 'interface description too short', expected: 'at least 20 bytes', found };
    }
    if (this.#interfaceCount++ === MAX_INTERFACES) {
      const expected = `at most ${MAX_INTERFACES} interfaces`;
      return { what: 'too many interfaces', expected, found: `${MAX_INTERFACES + 1}` };
    }
    let resolution = DEFAULT_RESOLUTION;
    let offsetSeconds = 0;
    let fcsLength = 0;
    let name: string | null = null;
    const whole = eachOption(
      view,
      at + INTERFACE_DESCRIPTION_FIXED,
      end - TRAILER,
      littleEndian,
      (code, value, length) => {
        if (code === OPTION_IF_NAME) name = text(view, value, length);
        else if (code === OPTION_IF_TSRESOL && length >= 1) resolution = view.getUint8(value);
        else if (code === OPTION_IF_FCSLEN && length >= 1) fcsLength = bytesOfFcs(view.getUint8(value));
        else if (code === OPTION_IF_TSOFFSET && length >= 8) {
          offsetSeconds = Number(view.getBigInt64(value, littleEndian));
        }
      },
    );
    // Its resolution may be among what is lost, and a wrong guess would make every time wrong.
    if (!whole) {
      return {
        what: 'interface option runs past its block',
        expected: 'options inside the block',
        found: 'a longer one',
      };
    }
    const linkType = view.getUint16(at + 8, littleEndian);
    const snapLength = view.getUint32(at + 12, littleEndian);
    const index = addInterface(this.#facts, this.#file, { linkType, fcsLength, snapLength, name });
    this.interfaces.push({ index, snapLength, clock: new Clock(resolution, offsetSeconds) });
    return null;
  }

  /** Interface Statistics Block, section 4.6: the last one of an interface wins. */
  addStatistics({ view, at, end }: WholeBlock): void {
    if (at + INTERFACE_STATISTICS_FIXED + TRAILER > end) return;
    const { littleEndian } = this;
    const owner = this.interfaces[view.getUint32(at + 8, littleEndian)];
    if (owner === undefined) return;
    const statistics = this.#facts.interfaces[owner.index]!;
    eachOption(view, at + INTERFACE_STATISTICS_FIXED, end - TRAILER, littleEndian, (code, value, length) => {
      if (length < 8) return;
      const count = Number(view.getBigUint64(value, littleEndian));
      // No interface counts as far: it is damage, or stands for "unknown".
      if (!Number.isSafeInteger(count)) return;
      if (code === OPTION_ISB_IFRECV) statistics.received = count;
      else if (code === OPTION_ISB_IFDROP) statistics.dropped = count;
    });
  }

  /** Decryption Secrets Block, section 4.7. */
  addSecrets({ view, at, end }: WholeBlock): void {
    const from = at + DECRYPTION_SECRETS_FIXED;
    const room = end - TRAILER - from;
    const length = room < 0 ? 0 : Math.min(room, view.getUint32(at + 12, this.littleEndian));
    if (room < 0 || this.#secretBytes + length > MAX_SECRET_BYTES) {
      this.skip(DECRYPTION_SECRETS);
      return;
    }
    this.#secretBytes += length;
    const data = new Uint8Array(view.buffer, from, length).slice();
    this.#facts.secrets.push({ type: view.getUint32(at + 8, this.littleEndian), data });
  }

  skip(blockType: number): void {
    countSkipped(this.#facts.files[this.#file]!, blockType);
  }
}

/**
 * if_fcslen is a number of bits; Wireshark before 4.0.9 took it for bytes, and so do writers that followed it. No FCS
 * is shorter than 8 bits or longer than 64: smaller numbers are bytes, others mean nothing.
 */
function bytesOfFcs(value: number): number {
  if (value < 8) return value;
  return value <= 64 && value % 8 === 0 ? value / 8 : 0;
}

const decoder = new TextDecoder();

/** UTF-8, possibly with a terminating zero; bytes that are no UTF-8 become U+FFFD. */
function text(view: DataView<ArrayBuffer>, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, at, Math.min(length, MAX_INTERFACE_NAME_BYTES));
  const zero = bytes.indexOf(0);
  return decoder.decode(zero < 0 ? bytes : bytes.subarray(0, zero));
}
