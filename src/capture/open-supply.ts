/** Opens a path or standard input. Leaves: its bytes, or a CaptureError that says why there are none. */
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { PipeSupply } from './pipe-supply.ts';
import { CaptureError } from './errors.ts';
import { FileSupply, systemErrorCode } from './file-supply.ts';
import { BLOCK_BYTES } from './limits.ts';
import type { ByteSupply } from './supply.ts';

export const STANDARD_INPUT = '-';

export interface OpenedSupply {
  readonly supply: ByteSupply;
  /** A pipe cannot be opened a second time, and its frames are wanted as soon as they arrive. */
  readonly piped: boolean;
}

export function openSupply(path: string, standardInput: () => Readable, keepOpen: boolean): OpenedSupply {
  if (path === STANDARD_INPUT) return { supply: new PipeSupply(standardInput()), piped: true };
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw directoryError(path);
    if (stats.isFile()) return { supply: new FileSupply(path, stats.size, keepOpen), piped: false };
    // A FIFO is opened by the stream, which does not block this thread until a writer comes.
    return { supply: new PipeSupply(createReadStream(path, { highWaterMark: BLOCK_BYTES })), piped: true };
  } catch (error) {
    throw error instanceof CaptureError ? error : systemError(path, error);
  }
}

const directoryError = (path: string): CaptureError =>
  new CaptureError('directory', path, 0, 'is a directory', 'a capture file', 'a directory');

/** A CaptureError for what the operating system said. */
function systemError(path: string, error: unknown): CaptureError {
  const code = systemErrorCode(error);
  if (code === 'EISDIR') return directoryError(path);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CaptureError('missing', path, 0, 'no such file', 'a capture file', code);
  }
  return new CaptureError('unreadable', path, 0, 'cannot be read', 'a readable file', code);
}
