/**
 * `analyze`: its document, and how it is written in each format. What draws text is
 * loaded only for text: its packages take longer to load than a small capture to read.
 */
import type { Analysis } from '../analysis.ts';
import type { Finding } from '../detect/finding.ts';
import { flatLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import type { AnalyzeDocument } from '../report/model.ts';
import { namedAnalysis } from '../report/naming.ts';
import { UsageError } from './exit-codes.ts';
import type { CommonOptions, Format } from './options.ts';
import type { Output } from './output.ts';
import { LiveScreen } from './progress.ts';
import { runOnCaptures } from './run.ts';

/** Width of text where there is no terminal to ask. */
export const DEFAULT_WIDTH = 100;

/** Columns of the terminal that the result goes to; null when it goes to a file or pipe. */
export function terminalWidth(options: CommonOptions): number | null {
  const isTerminal = options.output === undefined && process.stdout.isTTY === true;
  return isTerminal ? process.stdout.columns || DEFAULT_WIDTH : null;
}

export async function writeAll(output: Output, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) await output.write(piece);
}

export interface AnalyzeCommandOptions extends CommonOptions {
  /** Protocols are decoded, for what is to be said of them. */
  readonly decode: boolean;
  /** Text has the names that DNS answers in the capture gave to addresses. */
  readonly names: boolean;
}

export async function runAnalyze(options: AnalyzeCommandOptions): Promise<number> {
  if (options.names && !options.decode) {
    throw new UsageError('--names and --no-decode cannot go together: names are what DNS in the capture says');
  }
  const draw = options.format === 'text' ? await screenDrawer(options) : null;
  const watched = draw !== null && options.progress && process.stderr.isTTY === true;
  const live = watched ? new LiveScreen((analysis) => draw(analysis.analyzeDocument(), true)) : undefined;
  const decoding = options.decode ? new (await import('../decoding.ts')).Decoding(options.names) : null;
  const observed = decoding === null ? options : { ...options, observer: decoding.observer, onOpen: decoding.onOpen };
  const render = (analysis: Analysis, output: Output): Promise<readonly Finding[]> => {
    decoding?.finish(analysis.facts);
    const named: Draw | null =
      draw === null || decoding === null || !options.names
        ? draw
        : (document, isLive) =>
            draw(
              namedAnalysis(document, (address) => decoding.nameOf(address)),
              isLive,
            );
    return writeAnalysis(analysis, output, options.format, named);
  };
  return runOnCaptures(observed, render, live);
}

type Draw = (document: AnalyzeDocument, live: boolean) => string;

async function screenDrawer(options: CommonOptions): Promise<Draw> {
  const [{ screenLines }, { makeStyle }] = await Promise.all([
    import('../report/text/screen.ts'),
    import('../report/text/style.ts'),
  ]);
  const terminal = terminalWidth(options);
  const fit = terminal !== null;
  const width = terminal ?? DEFAULT_WIDTH;
  const style = makeStyle(options.colour);
  return (document, live) =>
    screenLines(document, { width, fit, utc: options.utc, style, command: 'synoptic', live }).join('\n');
}

async function writeAnalysis(
  analysis: Analysis,
  output: Output,
  format: Format,
  draw: Draw | null,
): Promise<readonly Finding[]> {
  const document = analysis.analyzeDocument();
  if (draw !== null) await output.write(`${draw(document, false)}\n`);
  else if (format === 'json') await writeAll(output, jsonPieces(document));
  else if (format === 'csv') await writeAll(output, flatLines(document));
  else {
    const { protocols, talkers, findings, ...summary } = document;
    for (const row of protocols) await output.write(ndjsonLine('protocol', row));
    for (const row of talkers) await output.write(ndjsonLine('talker', row));
    for (const row of findings) await output.write(ndjsonLine('finding', row));
    await output.write(ndjsonLine('summary', summary));
  }
  return document.findings;
}
