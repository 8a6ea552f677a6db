/**
 * `-w`: the frames that take part in a run, of one connection, or with given numbers, as a capture. The file appears
 * whole or not at all.
 */
import type { Tee } from '../analyze.ts';
import { BATCH_FRAMES, Batch } from '../capture/batch.ts';
import { CaptureWriter, UnwritableFrame, type WrittenFormat } from '../capture/capture-writer.ts';
import { openCapture } from '../capture/open.ts';
import type { FrameSource } from '../capture/source.ts';
import type { Tracker } from '../flow/tracker.ts';
import { WantedConnection } from '../flow/wanted.ts';
import { forTerminal } from '../report/sanitize.ts';
import type { ConnectionName } from './connection-name.ts';
import { OutputError, UsageError } from './exit-codes.ts';
import { type Output, openOutput } from './output.ts';

export class WrittenCapture {
  /** To be asked while the captures are read; undefined where frames are chosen afterwards. */
  readonly tee: Tee | undefined;
  readonly #path: string;
  readonly #paths: readonly string[];
  readonly #output: Output;
  readonly #format: WrittenFormat;
  #writer: CaptureWriter | null = null;
  readonly #onExit = (): void => this.#output.abandon();

  /** `only`: no frames but those of this connection. `later`: which frames is known at the end. Throws OutputError. */
  constructor(path: string, paths: readonly string[], only: ConnectionName | undefined, later: boolean) {
    if (later && paths.includes('-')) {
      throw new UsageError(
        '-w: which frames to write is known when all are read, and standard input cannot be read again',
      );
    }
    this.#path = path;
    this.#paths = paths;
    this.#format = /\.(pcapng|ntar)$/i.test(path) ? 'pcapng' : 'pcap';
    this.#output = openOutput(path);
    // A second signal ends everything.
    process.on('exit', this.#onExit);
    if (!later) this.tee = this.#makeTee(only === undefined ? null : new WantedConnection(only.transport, only.index));
  }

  #makeTee(wanted: WantedConnection | null): Tee {
    let of: Tracker;
    return {
      begin: (source, tracker) => {
        of = tracker;
        this.#begin(source);
      },
      take: (batch, count, counted) => {
        if (wanted !== null && !wanted.look(of)) return;
        for (let row = 0; row < count; row++) {
          if (counted[row] === 0 || (wanted !== null && of.connection[row] !== wanted.id)) continue;
          this.#write(batch, row);
        }
      },
    };
  }

  #begin(source: FrameSource): void {
    // A file takes bytes at once, so the writer may use its memory again.
    this.#writer = new CaptureWriter(source, this.#format, (bytes) => void this.#output.writeBytes(bytes));
  }

  #write(batch: Batch, row: number): void {
    try {
      this.#writer!.frame(batch, row);
    } catch (error) {
      if (!(error instanceof UnwritableFrame)) throw error;
      this.abandon();
      throw new OutputError(`-w ${forTerminal(this.#path)}: ${error.message}\n  expected: a name that ends in .pcapng`);
    }
  }

  /** Puts the file in place. `chosen`: numbers of the frames to write, which are read again. */
  async finish(chosen?: ReadonlySet<number>): Promise<void> {
    if (chosen !== undefined) await this.#readAgain(chosen);
    this.#writer?.finish();
    await this.#output.finish();
    process.off('exit', this.#onExit);
    const { untimed = 0 } = this.#writer ?? {};
    if (untimed > 0) {
      const times = `${untimed} ${untimed === 1 ? 'frame has' : 'frames have'} no time that it can hold`;
      process.stderr.write(`synoptic: -w ${forTerminal(this.#path)}: ${times}: 1970 stands there\n`);
    }
  }

  async #readAgain(chosen: ReadonlySet<number>): Promise<void> {
    const source = await openCapture(this.#paths);
    const batch = new Batch();
    let left = chosen.size;
    try {
      this.#begin(source);
      batch.limit = BATCH_FRAMES;
      while (left > 0 && (await source.load())) {
        while (left > 0 && source.next(batch)) {
          for (let row = 0; row < batch.count; row++) {
            if (!chosen.has(batch.firstNumber + row)) continue;
            this.#write(batch, row);
            left--;
          }
        }
      }
    } finally {
      source.close();
    }
  }

  abandon(): void {
    process.off('exit', this.#onExit);
    this.#output.abandon();
  }
}
