/**
 * The commands that read captures: which document each makes, and how it is written in each format. What draws text is
 * loaded only for text: its packages take longer to load than a small capture to read.
 */
import type { Analysis } from '../analyze.ts';
import type { Finding } from '../detect/finding.ts';
import { detectAll } from '../detect/index.ts';
import { csvLines, flatLines } from '../report/csv.ts';
import type { KeepRow } from '../report/connection-rows.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import type { AnalyzeDocument } from '../report/model.ts';
import { connStates } from '../flow/conn-state.ts';
import { forTerminal } from '../report/sanitize.ts';
import { UsageError } from './exit-codes.ts';
import type { CommonOptions, Format } from './options.ts';
import type { Output } from './output.ts';
import { LiveScreen } from './progress.ts';
import { runOnCaptures } from './run.ts';

/** Width of text where there is no terminal to ask. */
export const DEFAULT_WIDTH = 100;

export const isTerminal = (options: CommonOptions): boolean =>
  options.output === undefined && process.stdout.isTTY === true;

export async function writeAll(output: Output, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) await output.write(piece);
}

export async function runAnalyze(options: CommonOptions): Promise<number> {
  const draw = options.format === 'text' ? await screenDrawer(options) : null;
  const watched = draw !== null && options.progress && process.stderr.isTTY === true;
  const live = watched ? new LiveScreen((analysis) => draw(analysis.analyzeDocument(), true)) : undefined;
  return runOnCaptures(options, (analysis, output) => writeAnalysis(analysis, output, options.format, draw), live);
}

type Draw = (document: AnalyzeDocument, live: boolean) => string;

async function screenDrawer(options: CommonOptions): Promise<Draw> {
  const [{ screenLines }, { makeStyle }] = await Promise.all([
    import('../report/text/screen.ts'),
    import('../report/text/style.ts'),
  ]);
  const fit = isTerminal(options);
  const width = fit ? process.stdout.columns || DEFAULT_WIDTH : DEFAULT_WIDTH;
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

export interface ConnsOptions extends CommonOptions {
  /** Only connections with one of these states. */
  readonly connStates: readonly string[];
}

/** `S0,REJ` -> states; an unknown one is a usage error. */
export function readConnStates(text: string | undefined): string[] {
  const states =
    text === undefined
      ? []
      : text
          .toUpperCase()
          .split(',')
          .map((state) => state.trim());
  for (const state of states) {
    if (connStates.some((known) => known === state)) continue;
    throw new UsageError(`--conn-state ${forTerminal(state)}: expected one or more of ${connStates.join(', ')}`);
  }
  return states;
}

const columns = [
  'id',
  'transport',
  'index',
  'originator.address',
  'originator.port',
  'responder.address',
  'responder.port',
  'communityId',
  'service',
  'firstFrame',
  'lastFrame',
  'startTime',
  'durationSeconds',
  'connState',
  'history',
  'completeness',
  'endpoints.originator.frames',
  'endpoints.originator.wireBytes',
  'endpoints.originator.payloadBytes',
  'endpoints.originator.mss',
  'endpoints.originator.windowShift',
  'endpoints.responder.frames',
  'endpoints.responder.wireBytes',
  'endpoints.responder.payloadBytes',
  'endpoints.responder.mss',
  'endpoints.responder.windowShift',
];

export function runConns(options: ConnsOptions): Promise<number> {
  const states = new Set(options.connStates);
  const keep: KeepRow | undefined = states.size === 0 ? undefined : (c, id) => states.has(c.connState(id));
  return runOnCaptures(options, async (analysis, output) => {
    await writeConnections(analysis, output, options, keep);
    return options.failOn === undefined ? [] : detectAll(analysis.facts);
  });
}

async function writeConnections(
  analysis: Analysis,
  output: Output,
  options: ConnsOptions,
  keep?: KeepRow,
): Promise<void> {
  const rows = analysis.connectionRows(keep);
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(analysis.heading(), 'connections', rows));
    case 'ndjson':
      for (const row of rows) await output.write(ndjsonLine('connection', row));
      return output.write(ndjsonLine('summary', analysis.heading()));
    case 'csv':
      return writeAll(output, csvLines(columns, rows));
    default: {
      const { connsText } = await import('../report/text/conns-table.ts');
      return writeAll(
        output,
        connsText(rows, isTerminal(options) ? process.stdout.columns || DEFAULT_WIDTH : Infinity, options.utc),
      );
    }
  }
}
