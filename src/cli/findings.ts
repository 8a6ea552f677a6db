/** `findings`: every finding with its evidence. */
import { allDetectors } from '../detect/all.ts';
import { detectAll } from '../detect/index.ts';
import { type Finding, type Severity, severities } from '../detect/finding.ts';
import { csvLines } from '../report/csv.ts';
import { findingsDocument } from '../report/findings-document.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { forTerminal } from '../report/sanitize.ts';
import { type AnalyzeCommandOptions, DEFAULT_WIDTH, terminalWidth, writeAll } from './commands.ts';
import { UsageError } from './exit-codes.ts';
import { readSeverity } from './options.ts';
import { runOnCaptures } from './run.ts';

/** What commander hands over. */
export interface RawFindingsOptions {
  severity?: string;
  id?: string;
}

export interface FindingsOptions extends Omit<AnalyzeCommandOptions, 'names'> {
  /** Findings that are less severe are left out. */
  readonly least: Severity;
  /** Empty chooses every kind. */
  readonly ids: readonly string[];
}

/** Words of the command line -> which findings. Throws UsageError for a word that is none. */
export function findingsChoice(raw: RawFindingsOptions): Omit<FindingsOptions, keyof AnalyzeCommandOptions> {
  return {
    least: raw.severity === undefined ? 'info' : readSeverity('--severity', raw.severity),
    ids: (raw.id ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '')
      .map(knownId),
  };
}

function knownId(id: string): string {
  if (allDetectors.some((detector) => detector.id === id)) return id;
  throw new UsageError(
    `--id ${forTerminal(id)}: no finding has this id\n  expected: ${allDetectors.map((detector) => detector.id).join(', ')}`,
  );
}

const columns = [
  'id',
  'severity',
  'confidence',
  'connection',
  'summary',
  'frameCount',
  'frames',
  'measured',
  'against',
  'unknowable',
  'displayFilter',
  'references',
  'fingerprint',
];

export async function runFindings(options: FindingsOptions): Promise<number> {
  const isChosen = ({ id, severity }: Finding): boolean =>
    severities.indexOf(severity) >= severities.indexOf(options.least) &&
    (options.ids.length === 0 || options.ids.includes(id));
  const decoding = options.decode ? new (await import('../decoding.ts')).Decoding() : null;
  let frames: readonly number[] = [];
  const decoded = decoding === null ? {} : { observer: decoding.observer, onOpen: decoding.onOpen };
  const observed = { ...options, ...decoded, chosen: () => new Set(frames) };
  return runOnCaptures(observed, async ({ facts }, output) => {
    decoding?.finish(facts);
    const all = detectAll(facts);
    const doc = findingsDocument(facts, all.filter(isChosen));
    const { findings, ...head } = doc;
    frames = findings.flatMap((finding) => finding.frames);
    if (options.format === 'json') await writeAll(output, jsonPieces(head, 'findings', findings));
    else if (options.format === 'csv') await writeAll(output, csvLines(columns, findings.map(flat)));
    else if (options.format === 'ndjson') {
      for (const row of findings) await output.write(ndjsonLine('finding', row));
      await output.write(ndjsonLine('summary', head));
    } else {
      const [{ findingsText }, { makeStyle }] = await Promise.all([
        import('../report/text/findings.ts'),
        import('../report/text/style.ts'),
      ]);
      const { colour, language } = options;
      const width = terminalWidth(options) ?? DEFAULT_WIDTH;
      await writeAll(output, findingsText(doc, { width, style: makeStyle(colour), language, command: 'synoptic' }));
    }
    return all;
  });
}

/** Lists as words. */
function flat(finding: Finding): object {
  const { frames, measured, against, unknowable, references } = finding;
  return {
    ...finding,
    frames: frames.join(' '),
    measured: Object.entries(measured)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    against: against.join('; '),
    unknowable: unknowable.join('; '),
    references: references.map(({ spec, section }) => `${spec} section ${section}`).join('; '),
  };
}
