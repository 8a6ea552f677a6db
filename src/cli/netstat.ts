/** The command `netstat`: its moment, what it looks at, and how each of its documents is written. */
import { statSync } from 'node:fs';
import type { Analysis } from '../analysis.ts';
import { analyze } from '../analyze.ts';
import { detectAll } from '../detect/index.ts';
import type { Connections } from '../flow/connections.ts';
import { type Moment, earlier, elapsed, isBefore } from '../flow/life/moment.ts';
import { netstatNames, states } from '../flow/life/states.ts';
import { MAX_STEPS } from '../flow/limits.ts';
import { SocketSeries, stepsOf } from '../flow/sockets/series.ts';
import { SocketTable } from '../flow/sockets/table.ts';
import { type Period, wholePeriod } from '../flow/sockets/walk.ts';
import { csvLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { hostColumns, seriesHead, socketColumns, stepColumns, tableHead } from '../report/netstat-documents.ts';
import { hostRows, socketRows, stepRows } from '../report/socket-rows.ts';
import { absoluteTime } from '../window.ts';
import { terminalWidth, writeAll } from './commands.ts';
import { UsageError } from './exit-codes.ts';
import type { NetstatOptions } from './netstat-options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';

export function runNetstat(options: NetstatOptions): Promise<number> {
  return runOnCaptures(options, async (analysis, output) => {
    const look = lookAt(analysis, options);
    if (options.every !== undefined) await writeSeries(look, output, options.every.seconds);
    else if (options.summary) await writeSummary(look, output);
    else await writeTable(look, output);
    return options.failOn === undefined ? [] : detectAll(analysis.facts);
  });
}

/** What was read, and which moment of it is asked for. */
interface Look {
  readonly analysis: Analysis;
  readonly connections: Connections;
  readonly options: NetstatOptions;
  /** Time of the first frame; relative times count from it. */
  readonly first: Moment;
  /** What `--from` and `--to` left of the capture's time. */
  readonly period: Period;
  readonly at: Moment;
}

function lookAt(analysis: Analysis, options: NetstatOptions): Look {
  const { totals, connections } = analysis.facts;
  const whole = wholePeriod(totals);
  const { begin: first, end: last } = whole ?? { begin: NEVER, end: NEVER };
  const from = options.from === undefined ? first : absoluteTime(options.from, first);
  const to = options.to === undefined ? last : absoluteTime(options.to, first);
  const period = { begin: isBefore(from, first) ? first : from, end: earlier(last, to) };
  const asked = options.at === undefined ? period.end : absoluteTime(options.at, first);
  if (whole !== null) tellOutside(asked, period);
  return { analysis, connections, options, first, period, at: earlier(asked, period.end) };
}

const NEVER: Moment = { seconds: 0, nanoseconds: 0 };

function tellOutside(asked: Moment, { begin, end }: Period): void {
  const [isEarly, isLate] = [isBefore(asked, begin), isBefore(end, asked)];
  if (isEarly) process.stderr.write('synoptic: --at lies before the first frame: nothing is known of that time\n');
  else if (isLate) process.stderr.write('synoptic: --at lies after the last frame: this is the end of the capture\n');
}

async function writeTable(look: Look, output: Output): Promise<void> {
  const { analysis, connections, options, first, period, at } = look;
  const table = new SocketTable(connections, period, at, options.selection);
  const head = tableHead(analysis.facts, table, first, at);
  const rows = socketRows(connections, table, at, await connectionsThen(look, table));
  if (options.format !== 'text') return writeRows(output, look, head, { key: 'sockets', columns: socketColumns, rows });
  const { socketsText } = await import('../report/text/netstat-table.ts');
  return writeAll(output, socketsText(head, rows, textOptions(look)));
}

async function writeSummary(look: Look, output: Output): Promise<void> {
  const { analysis, connections, options, first, period, at } = look;
  const table = new SocketTable(connections, period, at, options.selection);
  const head = tableHead(analysis.facts, table, first, at);
  const rows = hostRows(connections, table);
  if (options.format !== 'text') return writeRows(output, look, head, { key: 'hosts', columns: hostColumns, rows });
  const { summaryText } = await import('../report/text/netstat-counts.ts');
  return writeAll(output, summaryText(head, rows, textOptions(look)));
}

async function writeSeries(look: Look, output: Output, every: number): Promise<void> {
  const { analysis, connections, options, first, period, at } = look;
  const count = stepsOf(period.begin, at, every);
  if (count > MAX_STEPS) {
    throw new UsageError(
      `--every ${options.every!.text}: ${count} steps\n  expected: at most ${MAX_STEPS}; take a longer step, or --from and --at`,
    );
  }
  const series = new SocketSeries(connections, period, period.begin, at, every, options.selection);
  const head = seriesHead(analysis.facts, series.limitReached, period.begin, at, every);
  const rows = stepRows(series, first);
  if (options.format !== 'text') return writeRows(output, look, head, { key: 'steps', columns: stepColumns, rows });
  const { seriesText } = await import('../report/text/netstat-counts.ts');
  return writeAll(output, seriesText(head, rows, textOptions(look)));
}

interface Rows {
  readonly key: 'sockets' | 'hosts' | 'steps';
  readonly columns: readonly string[];
  readonly rows: Iterable<object>;
}

async function writeRows(output: Output, { options }: Look, head: object, { key, columns, rows }: Rows): Promise<void> {
  if (options.format === 'json') return writeAll(output, jsonPieces(head, key, rows));
  if (options.format === 'csv') return writeAll(output, csvLines(columns, rows));
  for (const row of rows) await output.write(ndjsonLine(key.slice(0, -1), row));
  return output.write(ndjsonLine('summary', head));
}

function textOptions({ analysis, options }: Look): { width: number; utc: boolean; name: string; states: string[] } {
  const width = terminalWidth(options) ?? Infinity;
  const asked = options.selection.states;
  const names = states.filter((state) => asked?.has(state) === true).map((state) => netstatNames[state]!);
  const [file, ...others] = analysis.facts.source.files.map(({ path }) => path);
  const base = file === undefined || file === '-' ? 'standard input' : file.replace(/^.*\//, '');
  const name = others.length === 0 ? base : `${base} and ${others.length} more`;
  return { width, utc: options.utc, name, states: names };
}

/** States in which an end may have sent what is not acknowledged. */
const carrying = ['ESTABLISHED', 'FIN-WAIT-1', 'CLOSE-WAIT', 'CLOSING', 'LAST-ACK'] as const;

/**
 * The connections as they stood at the moment, for their sequence numbers: what was read, if that is its end; else the
 * same files read once more, up to that moment. Null when no socket needs it, or the input can be read only once.
 */
async function connectionsThen(
  { analysis, options, period, at }: Look,
  table: SocketTable,
): Promise<Connections | null> {
  if (elapsed(period.end, at) >= 0) return analysis.facts.connections;
  const isNeeded = carrying.some((state) => table.counts[states.indexOf(state)]! > 0);
  if (!isNeeded || analysis.facts.interrupted || !options.paths.every(isFile)) return null;
  const { connections } = (
    await analyze(options.paths, {
      ...(options.filter === undefined ? {} : { filter: options.filter }),
      ...(options.count === undefined ? {} : { count: options.count }),
      ...(options.from === undefined ? {} : { from: options.from }),
      to: { kind: 'absolute', ...at },
    })
  ).facts;
  // Connections have the same numbers, whatever is left out, unless the files have changed.
  return connections.count === analysis.facts.connections.count ? connections : null;
}

function isFile(path: string): boolean {
  try {
    return path !== '-' && statSync(path).isFile();
  } catch {
    return false;
  }
}
