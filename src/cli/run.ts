/** What all commands that read captures share: run the pipeline, say what went wrong, choose the exit code. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Analysis } from '../analysis.ts';
import { analyze } from '../analyze.ts';
import type { FrameSource } from '../capture/source.ts';
import { CaptureError } from '../capture/errors.ts';
import type { Finding } from '../detect/finding.ts';
import type { Observer } from '../flow/observer.ts';
import { severities } from '../detect/finding.ts';
import { limitsReached } from '../report/documents.ts';
import type { Heading } from '../report/model.ts';
import { forTerminal } from '../report/sanitize.ts';
import { Exit, OutputError, UsageError, signalExits } from './exit-codes.ts';
import type { ConnectionName } from './connection-name.ts';
import type { CommonOptions } from './options.ts';
import { type Output, openOutput } from './output.ts';
import { type LiveScreen, ProgressLine } from './progress.ts';
import type { WrittenCapture } from './written-capture.ts';

/** Writes one command's result. Returns the findings that `--fail-on` is to be held against. */
export type Render = (analysis: Analysis, output: Output) => Promise<readonly Finding[]>;

/** What a command asks of the pipeline beside the options that all share. */
interface RunOptions extends CommonOptions {
  readonly observer?: Observer;
  /** Asked after the result was written: whether a verdict that the user wanted is no. */
  readonly failed?: () => boolean;
  readonly onOpen?: (source: FrameSource) => void;
  /** `-w` writes the frames of this connection only. */
  readonly only?: ConnectionName;
  /** `-w` writes the frames with these numbers, known at the end: captures are then read twice. */
  readonly chosen?: () => ReadonlySet<number>;
}

/** Returns the exit code. */
export async function runOnCaptures(options: RunOptions, render: Render, live?: LiveScreen): Promise<number> {
  refuseOverwriting('-o', options.output, options.paths);
  const written = options.write === undefined ? null : await writing(options, options.write);
  const interruption = new Interruption();
  try {
    const analysis = await read(options, interruption.signal, written, live);
    if (typeof analysis === 'number') {
      written?.abandon();
      return analysis;
    }
    const output = openOutput(options.output);
    let findings: readonly Finding[];
    try {
      findings = await render(analysis, output);
      await output.finish();
      await written?.finish(options.chosen?.());
    } catch (error) {
      output.abandon();
      // Who wants no more of the result still wants the capture.
      if (isBrokenPipe(error)) await written?.finish(options.chosen?.());
      else written?.abandon();
      throw error;
    }
    const heading = analysis.heading();
    tellDamage(heading);
    tellLimits(analysis);
    return interruption.exit ?? exitCode(heading, findings, options);
  } finally {
    interruption.stop();
  }
}

const isBrokenPipe = (error: unknown): boolean => error instanceof OutputError && error.exit === Exit.brokenPipe;

/** A result written onto a capture that is read would destroy it. */
export function refuseOverwriting(option: string, output: string | undefined, paths: readonly string[]): void {
  const target = output === undefined || output === '-' ? null : identityOf(output);
  if (target === null) return;
  for (const path of paths) {
    if (path === '-' || identityOf(path) !== target) continue;
    throw new UsageError(`${option} ${forTerminal(output!)}: that is the capture itself\n  expected: another file`);
  }
}

/** Device and inode of a regular file; null for anything else. */
function identityOf(path: string): string | null {
  try {
    const stat = statSync(path);
    return stat.isFile() ? `${stat.dev}:${stat.ino}` : null;
  } catch {
    return null;
  }
}

/** Loaded where it is asked for. */
async function writing(options: RunOptions, path: string): Promise<WrittenCapture> {
  refuseOverwriting('-w', path, options.paths);
  if (options.output !== undefined && resolve(options.output) === resolve(path)) {
    throw new UsageError(`-w ${forTerminal(path)}: the result goes there\n  expected: another file than that of -o`);
  }
  const { WrittenCapture } = await import('./written-capture.ts');
  return new WrittenCapture(path, options.paths, options.only, options.chosen !== undefined);
}

async function read(
  options: RunOptions,
  signal: AbortSignal,
  written: WrittenCapture | null,
  live?: LiveScreen,
): Promise<Analysis | number> {
  const progress = new ProgressLine(options.progress);
  try {
    return await analyze(options.paths, {
      ...(options.filter === undefined ? {} : { filter: options.filter }),
      ...(options.count === undefined ? {} : { count: options.count }),
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.to === undefined ? {} : { to: options.to }),
      ...(options.observer === undefined ? {} : { observer: options.observer }),
      ...(options.onOpen === undefined ? {} : { onOpen: options.onOpen }),
      ...(written?.tee === undefined ? {} : { tee: written.tee }),
      signal,
      onProgress: (state) => (state.fraction === null && live !== undefined ? live : progress).update(state),
    });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const { path, message, offset, expected, found } = error;
    const place = `${name(path)}: ${message} at byte ${offset}: expected ${expected}, found ${found}`;
    process.stderr.write(`synoptic: ${forTerminal(place)}\n`);
    return Exit.nothing;
  } finally {
    progress.clear();
    live?.clear();
  }
}

const name = (path: string): string => (path === '-' ? 'standard input' : path);

function tellDamage({ capture }: Heading): void {
  for (const { file, byte, frame, what, expected, found } of capture.damage) {
    const place = `${name(file)}: ${what} at byte ${byte} (frame ${frame}): expected ${expected}, found ${found}`;
    process.stderr.write(`synoptic: ${forTerminal(place)}; ${frame - 1} frames analysed\n`);
  }
}

/** What made the exit code partial has to be seen where the result does not say it: in text, in CSV, through a pipe. */
function tellLimits({ facts }: Analysis): void {
  const limits = limitsReached(facts);
  if (limits.length === 0) return;
  const which = limits.length === 1 ? 'a limit was' : 'limits were';
  process.stderr.write(`synoptic: ${which} reached: ${limits.join(', ')}; the result is not complete\n`);
}

function exitCode(heading: Heading, findings: readonly Finding[], { failOn, failed }: RunOptions): number {
  const { framesRead, framesDecoded, framesUndecoded, framesSkipped } = heading.accounting;
  const skipped = Object.values(framesSkipped).reduce((sum, frames) => sum + frames, 0);
  if (framesRead > skipped && framesDecoded === 0) {
    const reasons = Object.entries(framesUndecoded).map(([reason, frames]) => `${frames} ${reason}`);
    const types = [...new Set(heading.capture.files.flatMap((file) => file.linkTypes))];
    process.stderr.write(
      `synoptic: not one of ${framesRead - skipped} frames could be decoded (${reasons.join(', ')}; link type ${types.join(', ')})\n`,
    );
    return Exit.nothing;
  }
  if (!heading.complete) return Exit.partial;
  if (failed?.() === true) return Exit.verdict;
  const limit = failOn === undefined ? Infinity : severities.indexOf(failOn);
  return findings.some(({ severity }) => severities.indexOf(severity) >= limit) ? Exit.verdict : Exit.ok;
}

/** The first SIGHUP, SIGINT or SIGTERM ends the reading and lets the result be printed; a second one ends everything. */
class Interruption {
  readonly #controller = new AbortController();
  exit: number | undefined;
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const code = signalExits[signal as keyof typeof signalExits];
    if (this.exit !== undefined) process.exit(code);
    this.exit = code;
    this.#controller.abort();
  };

  constructor() {
    for (const signal of Object.keys(signalExits)) process.on(signal, this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(): void {
    for (const signal of Object.keys(signalExits)) process.off(signal, this.#onSignal);
  }
}
