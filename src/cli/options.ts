/** Words of the command line -> options, with a message for every word that cannot be used. */
import type { Filter } from '../filter/compile.ts';
import { type Severity, severities } from '../detect/finding.ts';
import { type Language, languages } from '../report/language.ts';
import { forTerminal } from '../report/sanitize.ts';
import type { Moment } from '../window.ts';
import { UsageError } from './exit-codes.ts';

export type Format = 'text' | 'json' | 'ndjson' | 'csv';

/** What commander hands over for the options that all commands share. */
export interface RawOptions {
  read?: string[];
  filter?: string;
  count?: string;
  from?: string;
  to?: string;
  json?: true;
  ndjson?: true;
  csv?: true;
  output?: string;
  write?: string;
  color: string;
  utc?: true;
  jobs?: string;
  failOn?: string;
  lang?: string;
  progress: boolean;
  displayFilter?: string;
}

export interface CommonOptions {
  readonly paths: readonly string[];
  readonly filter?: Filter;
  readonly count?: number;
  readonly from?: Moment;
  readonly to?: Moment;
  readonly format: Format;
  readonly output: string | undefined;
  /** The file that the frames go to. */
  readonly write: string | undefined;
  readonly colour: boolean;
  readonly utc: boolean;
  readonly failOn: Severity | undefined;
  readonly language: Language;
  readonly progress: boolean;
}

export async function commonOptions(captures: readonly string[], raw: RawOptions): Promise<CommonOptions> {
  const paths = [...(raw.read ?? []), ...captures];
  if (raw.displayFilter !== undefined) {
    throw new UsageError(
      "-Y takes a Wireshark display filter, which synoptic does not read\n  use -f with tcpdump's language: -f 'tcp port 80 and host 10.0.0.1'",
    );
  }
  if (paths.length === 0) {
    throw new UsageError(
      'no capture given\n  expected: synoptic CAPTURE..., or - for standard input\n  see: synoptic --help',
    );
  }
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError("'-' is given twice: there is one standard input");
  if (raw.jobs !== undefined) wholeNumber('--jobs', raw.jobs);
  return {
    paths,
    ...(raw.filter === undefined ? {} : { filter: await readFilter(raw.filter) }),
    ...(raw.count === undefined ? {} : { count: wholeNumber('-c', raw.count) }),
    ...readSpan(raw),
    format: readFormat(raw),
    output: raw.output,
    write: readWrite(raw.write),
    colour: wantsColour(raw),
    utc: raw.utc === true,
    failOn: raw.failOn === undefined ? undefined : readSeverity('--fail-on', raw.failOn),
    language: readLanguage(raw.lang),
    progress: raw.progress,
  };
}

/** Standard output has the result. */
function readWrite(path: string | undefined): string | undefined {
  if (path !== '-') return path;
  throw new UsageError('-w -: standard output has the result\n  expected: a file, as in -w part.pcap');
}

/** The language is loaded when it is spoken. */
async function readFilter(text: string): Promise<Filter> {
  const { FilterError, compileFilter, renderFilterError } = await import('../filter/compile.ts');
  try {
    return compileFilter(text);
  } catch (error) {
    if (error instanceof FilterError) throw new UsageError(renderFilterError(error));
    throw error;
  }
}

export function wholeNumber(option: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new UsageError(`${option} ${forTerminal(text)}: expected a whole number from 1`);
  return value;
}

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** `12.5` (seconds from the first frame) or an ISO 8601 time; without an offset it is UTC. */
export function readMoment(option: string, text: string): Moment {
  const relative = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text);
  if (relative !== null) {
    return { kind: 'relative', seconds: Number(relative[1]), nanoseconds: fraction(relative[2]) };
  }
  const iso = ISO.exec(text);
  if (iso !== null) {
    const milliseconds = Date.parse(`${iso[1]!}T${iso[2]!}${iso[4] ?? 'Z'}`);
    // Days that a month does not have are taken for days of the next one.
    if (Number.isFinite(milliseconds) && new Date(`${iso[1]!}T00:00Z`).toISOString().startsWith(iso[1]!)) {
      return { kind: 'absolute', seconds: milliseconds / 1000, nanoseconds: fraction(iso[3]) };
    }
  }
  throw new UsageError(
    `${option} ${forTerminal(text)}: not a time\n  expected: seconds from the first frame (12.5), or 2026-11-20T04:26:33.5Z`,
  );
}

function readSpan({ from: fromText, to: toText }: RawOptions): { from?: Moment; to?: Moment } {
  const from = fromText === undefined ? undefined : readMoment('--from', fromText);
  const to = toText === undefined ? undefined : readMoment('--to', toText);
  // Where one counts from the first frame and the other does not, only the capture tells.
  if (from !== undefined && from.kind === to?.kind) {
    const length = to.seconds - from.seconds || to.nanoseconds - from.nanoseconds;
    if (length < 0) {
      throw new UsageError(`--to ${toText}: before --from ${fromText}\n  expected: a time that is not before it`);
    }
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

const fraction = (digits: string | undefined): number => Number((digits ?? '').padEnd(9, '0'));

function readFormat(raw: RawOptions): Format {
  const asked = (['json', 'ndjson', 'csv'] as const).filter((format) => raw[format] === true);
  if (asked.length > 1) {
    throw new UsageError(`--${asked.join(' and --')} cannot go together: one format at a time`);
  }
  return asked[0] ?? 'text';
}

export function readSeverity(option: string, text: string): Severity {
  const severity = severities.find((name) => name === text);
  if (severity === undefined) {
    throw new UsageError(`${option} ${forTerminal(text)}: expected one of ${severities.join(', ')}`);
  }
  return severity;
}

/** English unless another one is asked for, whatever the locale. */
export function readLanguage(text: string | undefined): Language {
  if (text === undefined) return 'en';
  const language = languages.find((name) => name.toLowerCase() === text.toLowerCase());
  if (language === undefined) {
    throw new UsageError(`--lang ${forTerminal(text)}: expected one of ${languages.join(', ')}`);
  }
  return language;
}

/** --color, then NO_COLOR (no-color.org), then FORCE_COLOR, then whether anybody looks. */
export function wantsColour(raw: Pick<RawOptions, 'color' | 'output'>): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  switch (raw.color) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'auto':
      break;
    default:
      throw new UsageError(`--color ${forTerminal(raw.color)}: expected auto, always or never`);
  }
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return raw.output === undefined && process.stdout.isTTY === true && TERM !== 'dumb';
}
