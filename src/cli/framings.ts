/** Framings as a user gives them: `--frame [PORT=]SPEC`, several times, or one a line in the file of `--frames`. */
import { readFileSync } from 'node:fs';
import { FramingError, renderFramingError } from '../app/framing/error.ts';
import { type Framing, readFraming } from '../app/framing/spec.ts';
import { forTerminal } from '../report/sanitize.ts';
import { UsageError } from './exit-codes.ts';

/** By port; 0 stands for every other port. */
export type Framings = ReadonlyMap<number, Framing>;

/** A framing, and where it was written. */
interface Word {
  readonly text: string;
  readonly place: string;
}

/** Throws UsageError. Those of the command line go before those of the file. */
export function readFramings(given: readonly string[], path: string | undefined): Framings {
  const framings = add(
    new Map(),
    given.map((text) => ({ text, place: `--frame ${forTerminal(text)}` })),
  );
  const fromFile = path === undefined ? new Map<number, Framing>() : add(new Map(), wordsOf(path));
  for (const [port, framing] of fromFile) if (!framings.has(port)) framings.set(port, framing);
  return framings;
}

function add(framings: Map<number, Framing>, words: readonly Word[]): Map<number, Framing> {
  for (const { text, place } of words) {
    const [, digits, spec = text] = /^(\d{1,9})=(.*)$/s.exec(text) ?? [];
    const port = digits === undefined ? 0 : readPort(digits, place);
    if (framings.has(port)) throw new UsageError(`${place}: there is a framing for that already`);
    framings.set(port, readSpec(spec, place));
  }
  return framings;
}

/** Empty lines and those that begin with `#` say nothing. */
function wordsOf(path: string): Word[] {
  const words: Word[] = [];
  for (const [i, line] of readText(path).split(/\r?\n/).entries()) {
    const text = line.trim();
    if (text !== '' && !text.startsWith('#')) words.push({ text, place: `${forTerminal(path)} line ${i + 1}` });
  }
  return words;
}

const MAX_FILE_BYTES = 1_048_576;

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new UsageError(
      `--frames ${forTerminal(path)}: cannot be read (${code})\n  expected: a file with [PORT=]SPEC a line`,
    );
  }
  if (bytes.length <= MAX_FILE_BYTES) return bytes.toString();
  throw new UsageError(`--frames ${forTerminal(path)}: larger than ${MAX_FILE_BYTES} bytes`);
}

function readPort(digits: string, place: string): number {
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError(`${place}: expected a port from 1 to 65535 before '='`);
}

function readSpec(text: string, place: string): Framing {
  const spec = forTerminal(text);
  try {
    return readFraming(spec);
  } catch (error) {
    if (!(error instanceof FramingError)) throw error;
    // What was typed stands below; a line of a file has to be found.
    const where = place.startsWith('--frame ') ? '' : `${place}: `;
    throw new UsageError(where + renderFramingError(error));
  }
}
