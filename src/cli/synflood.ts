/** `synoptic synflood CAPTURE`: was it a SYN flood, of whom, by whom, and what would have helped. */
import type { Analysis } from '../analysis.ts';
import type { Finding } from '../detect/finding.ts';
import type { GivenSettings } from '../detect/flood/remedies.ts';
import { type Thresholds, defaults } from '../detect/flood/thresholds.ts';
import { csvLines } from '../report/csv.ts';
import { type BlocklistFormat, blocklistFormats, blocklistLines } from '../report/flood/blocklist.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import type { ChartStyle } from '../report/text/chart.ts';
import { forTerminal } from '../report/sanitize.ts';
import { DEFAULT_WIDTH, terminalWidth, writeAll } from './commands.ts';
import { UsageError } from './exit-codes.ts';
import { type CommonOptions, wholeNumber } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';

/** What commander hands over. */
export interface RawSynfloodOptions {
  listenBacklog?: string;
  maxSynBacklog?: string;
  synackRetries?: string;
  syncookies?: string;
  patience?: string;
  minHandshakes?: string;
  minRate?: string;
  sampling?: string;
  sources?: string;
  snapshot?: true;
  chart?: string;
  threshold?: string[];
}

export interface SynfloodOptions extends CommonOptions {
  readonly given: GivenSettings;
  readonly thresholds: Thresholds;
  readonly list: BlocklistFormat | 'snapshot' | null;
  /** Null: braille on a terminal that writes UTF-8, else plain. */
  readonly chart: ChartStyle | null;
}

const number = (option: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : wholeNumber(option, text);

/** Words of the command line -> settings. Throws UsageError for a word that is none, and for words that do not go together. */
export function synfloodChoice(raw: RawSynfloodOptions): Omit<SynfloodOptions, keyof CommonOptions> {
  refuseTogether(raw);
  return {
    given: {
      listenBacklog: number('--listen-backlog', raw.listenBacklog),
      maxSynBacklog: number('--max-syn-backlog', raw.maxSynBacklog),
      synackRetries: retries(raw.synackRetries),
      syncookies:
        raw.syncookies === undefined ? undefined : oneOf('--syncookies', raw.syncookies, ['on', 'off']) === 'on',
      patienceSeconds: number('--patience', raw.patience),
    },
    thresholds: thresholdsOf(
      number('--min-handshakes', raw.minHandshakes),
      number('--min-rate', raw.minRate),
      samplingOf(raw.sampling),
      named(raw.threshold ?? []),
    ),
    chart: raw.chart === undefined ? null : oneOf('--chart', raw.chart, ['plain', 'braille']),
    list: raw.snapshot === true ? 'snapshot' : listFormat(raw.sources),
  };
}

/** What would be left out silently is refused aloud. */
function refuseTogether(raw: RawSynfloodOptions & { json?: true; ndjson?: true; csv?: true }): void {
  if (raw.snapshot === true && raw.sources !== undefined) {
    throw new UsageError('--snapshot and --sources cannot go together: one list at a time');
  }
  const list = raw.snapshot === true ? '--snapshot' : raw.sources === undefined ? null : '--sources';
  const format = (['json', 'ndjson', 'csv'] as const).find((name) => raw[name] === true);
  if (list !== null && format !== undefined) {
    throw new UsageError(`${list} and --${format} cannot go together: ${list} has a format of its own`);
  }
  if (raw.sampling === undefined || raw.sampling === '1') return;
  const needsAll = Object.entries(needEveryFrame).find(
    ([name]) => raw[name as keyof typeof needEveryFrame] !== undefined,
  );
  if (needsAll === undefined) return;
  throw new UsageError(`${needsAll[1]} and --sampling cannot go together: the SYN queue is rebuilt from every frame`);
}

const needEveryFrame = {
  snapshot: '--snapshot',
  listenBacklog: '--listen-backlog',
  maxSynBacklog: '--max-syn-backlog',
  synackRetries: '--synack-retries',
  syncookies: '--syncookies',
  patience: '--patience',
};

/** The defaults themselves when nothing else is asked for: what findings worked out is used again. */
function thresholdsOf(
  handshakes: number | undefined,
  ratePerSecond: number | undefined,
  sampling: number | undefined,
  others: Partial<Thresholds>,
): Thresholds {
  const isUsual = [handshakes, ratePerSecond, sampling].every((value) => value === undefined);
  if (isUsual && Object.keys(others).length === 0) return defaults;
  const { handshakes: usual, ratePerSecond: rate } = defaults;
  return {
    ...defaults,
    ...others,
    handshakes: handshakes ?? others.handshakes ?? usual,
    ratePerSecond: ratePerSecond ?? others.ratePerSecond ?? rate,
    sampling: sampling ?? defaults.sampling,
  };
}

/** `NAME=VALUE`, as docs/synflood.md names them; `sampling` has an option of its own. */
function named(texts: readonly string[]): Partial<Thresholds> {
  const names = Object.keys(defaults).filter((name) => name !== 'sampling');
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = '', value = ''] = /^(\w+)=(\d{1,9}(?:\.\d{1,6})?)$/.exec(text) ?? [];
      if (names.includes(name)) return [name, Number(value)];
      const expected = `NAME=NUMBER, where NAME is one of ${names.join(', ')}`;
      throw new UsageError(`--threshold ${forTerminal(text)}: expected ${expected}`);
    }),
  );
}

function samplingOf(text: string | undefined): number | undefined {
  const sampling = number('--sampling', text);
  if (sampling === undefined || (sampling >= 1 && sampling <= MAX_SAMPLING)) return sampling;
  throw new UsageError(`--sampling ${forTerminal(text ?? '')}: expected a whole number from 1 to ${MAX_SAMPLING}`);
}

const MAX_SAMPLING = 1_000_000;

/** Linux takes 0 to 255; more than ten are longer than any attack. */
function retries(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(\d|10)$/.test(text)) return Number(text);
  throw new UsageError(`--synack-retries ${forTerminal(text)}: expected a whole number from 0 to 10`);
}

const listFormat = (text: string | undefined): BlocklistFormat | null =>
  text === undefined ? null : oneOf('--sources', text, blocklistFormats);

function oneOf<const Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw new UsageError(`${option} ${forTerminal(text)}: expected one of ${words.join(', ')}`);
}

export function runSynflood(options: SynfloodOptions): Promise<number> {
  return runOnCaptures(options, async (analysis, output) => {
    if (options.list === null) return writeSynflood(analysis, output, options);
    await writeList(analysis, output, options, options.list);
    return options.failOn === undefined ? [] : analysis.floodFindings(options.thresholds);
  });
}

const columns = [
  'address',
  'port',
  'verdict',
  'confidence',
  'onsetTime',
  'endTime',
  'durationSeconds',
  'handshakeCount',
  'synCount',
  'peakPerSecond',
  'sourceCount',
  'sourceCountEstimated',
  'spoofed',
  'peakHalfOpen',
  'cookies',
  'legitimate.before.attempts',
  'legitimate.before.completed',
  'legitimate.during.attempts',
  'legitimate.during.completed',
  'legitimate.after.attempts',
  'legitimate.after.completed',
];

async function writeSynflood(
  analysis: Analysis,
  output: Output,
  options: SynfloodOptions,
): Promise<readonly Finding[]> {
  const doc = analysis.synfloodDocument(options.thresholds, options.given);
  const { victims, ...rest } = doc;
  if (options.format === 'json') await writeAll(output, jsonPieces(doc));
  else if (options.format === 'csv') await writeAll(output, csvLines(columns, victims));
  else if (options.format === 'ndjson') {
    for (const row of victims) await output.write(ndjsonLine('victim', row));
    await output.write(ndjsonLine('summary', rest));
  } else {
    const [{ floodText }, { makeStyle }] = await Promise.all([
      import('../report/text/flood.ts'),
      import('../report/text/style.ts'),
    ]);
    const terminal = terminalWidth(options);
    const [fit, width] = [terminal !== null, terminal ?? DEFAULT_WIDTH];
    const style = makeStyle(options.colour);
    const chart = options.chart ?? (fit && writesUtf8(process.env) ? 'braille' : 'plain');
    const lines = floodText(doc, { width, fit, utc: options.utc, style, command: 'synoptic', chart });
    await output.write(`${lines.join('\n')}\n`);
  }
  return doc.findings;
}

/** POSIX: the first of these that is set says what the terminal writes. */
function writesUtf8({ LC_ALL, LC_CTYPE, LANG, TERM }: NodeJS.ProcessEnv): boolean {
  return TERM !== 'dumb' && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

async function writeList(
  analysis: Analysis,
  output: Output,
  { thresholds }: SynfloodOptions,
  list: BlocklistFormat | 'snapshot',
): Promise<void> {
  if (list === 'snapshot') return writeSnapshot(analysis, output, thresholds);
  const victims = analysis.floodSources(thresholds);
  if (victims.length === 0) warn('no SYN flood, so no source is listed');
  for (const { name, spoofed } of victims) {
    if (spoofed === 'yes') warn(`${name}: the sources are spoofed, so none is listed: their owners sent nothing`);
  }
  const lines = blocklistLines(victims, list, (name, addresses) =>
    warn(`${name}: left out, since no host sends from there: ${addresses}`),
  );
  await writeAll(output, lines);
}

async function writeSnapshot(analysis: Analysis, output: Output, thresholds: Thresholds): Promise<void> {
  let isEmpty = true;
  for (const line of analysis.floodSnapshot(thresholds)) {
    isEmpty = false;
    await output.write(line);
  }
  if (isEmpty) warn('no half-open connections of a SYN flood are seen in the capture');
}

const warn = (text: string): void => void process.stderr.write(`synoptic: ${text}\n`);
