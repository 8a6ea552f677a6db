/**
 * Where the result goes: standard output, or a file that appears whole or not at all. Pieces are gathered into larger
 * writes; a failed write is an OutputError.
 */
import { closeSync, existsSync, openSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { forTerminal } from '../report/sanitize.ts';
import { Exit, OutputError } from './exit-codes.ts';

const GATHERED = 65_536;

export interface Output {
  write(text: string): Promise<void>;
  /** Bytes as they are. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** Writes what is gathered, and for a file puts it in place. */
  finish(): Promise<void>;
  /** Removes what an unfinished file left behind. */
  abandon(): void;
}

export function openOutput(path: string | undefined): Output {
  return path === undefined || path === '-' ? new StreamOutput(process.stdout) : new FileOutput(path);
}

class StreamOutput implements Output {
  readonly #stream: NodeJS.WriteStream;
  #gathered = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    // Errors reach the callback of the write that failed; without a listener they would end the process first.
    stream.on('error', () => {});
  }

  async write(text: string): Promise<void> {
    this.#gathered += text;
    if (this.#gathered.length >= GATHERED) await this.finish();
  }

  async writeBytes(bytes: Uint8Array): Promise<void> {
    await this.finish();
    await this.#send(bytes);
  }

  finish(): Promise<void> {
    const text = this.#gathered;
    this.#gathered = '';
    return text === '' ? Promise.resolve() : this.#send(text);
  }

  #send(piece: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(piece, (error) => {
        if (error) reject(outputError('standard output', error));
        else resolve();
      });
    });
  }

  abandon(): void {}
}

class FileOutput implements Output {
  readonly #path: string;
  /** What is written to until `finish`: beside the target, or the target itself where that is a device or a pipe. */
  readonly #work: string;
  readonly #descriptor: number;
  #gathered = '';

  constructor(path: string) {
    this.#path = path;
    const special = existsSync(path) && !statSync(path).isFile();
    this.#work = special ? path : `${path}.part-${process.pid}`;
    try {
      this.#descriptor = openSync(this.#work, 'w');
    } catch (error) {
      throw outputError(path, error);
    }
  }

  async write(text: string): Promise<void> {
    this.#gathered += text;
    if (this.#gathered.length >= GATHERED) this.#flush();
  }

  writeBytes(bytes: Uint8Array): Promise<void> {
    this.#flush();
    this.#send(bytes);
    return Promise.resolve();
  }

  #flush(): void {
    const bytes = Buffer.from(this.#gathered);
    this.#gathered = '';
    this.#send(bytes);
  }

  #send(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      this.abandon();
      throw outputError(this.#path, error);
    }
  }

  async finish(): Promise<void> {
    this.#flush();
    try {
      closeSync(this.#descriptor);
      if (this.#work !== this.#path) renameSync(this.#work, this.#path);
    } catch (error) {
      this.abandon();
      throw outputError(this.#path, error);
    }
  }

  abandon(): void {
    if (this.#work === this.#path) return;
    try {
      unlinkSync(this.#work);
    } catch {
      // It is gone already.
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left',
  EACCES: 'permission denied',
  ENOENT: 'no such folder',
  EISDIR: 'it is a folder',
  EROFS: 'the file system is read-only',
  EDQUOT: 'disk quota exceeded',
  ENOTDIR: 'no such folder',
  EFBIG: 'the largest size of a file is reached',
};

export function outputError(where: string, error: unknown): OutputError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  if (code === 'EPIPE') return new OutputError('the reader went away', Exit.brokenPipe);
  return new OutputError(`${forTerminal(where)}: cannot write the result: ${reasons[code] ?? code}`);
}
