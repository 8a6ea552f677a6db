/** Writes the verdict of `check` as its result, and as the reports that were asked for. */
import { githubReport } from '../check/formats/github.ts';
import { gitlabReport } from '../check/formats/gitlab.ts';
import { junitReport } from '../check/formats/junit.ts';
import { sarifReport } from '../check/formats/sarif.ts';
import { textReport } from '../check/formats/text.ts';
import type { CheckDocument } from '../check/result.ts';
import { csvLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { forTerminal } from '../report/sanitize.ts';
import { writeAll } from './commands.ts';
import { UsageError } from './exit-codes.ts';
import type { Format } from './options.ts';
import { type Output, openOutput } from './output.ts';

const makers = {
  text: textReport,
  json: jsonPieces,
  junit: junitReport,
  sarif: sarifReport,
  github: githubReport,
  gitlab: gitlabReport,
} as const satisfies Record<string, (doc: CheckDocument) => Iterable<string>>;
type ReportFormat = keyof typeof makers;

export interface CheckReport {
  readonly format: ReportFormat;
  /** `-` writes it behind the result. */
  readonly path: string;
}

/** `junit=out.xml`, `github=-`. Throws UsageError. */
export function readReport(word: string): CheckReport {
  const [, format, path] = /^([a-z]+)=(.+)$/s.exec(word) ?? [];
  const known = Object.keys(makers);
  if (format === undefined || path === undefined || !known.includes(format)) {
    throw new UsageError(`--report ${forTerminal(word)}: expected FORMAT=FILE, where FORMAT is ${known.join(', ')}`);
  }
  return { format: format as ReportFormat, path };
}

const columns = ['rule', 'passed', 'level', 'expected', 'found', 'selected', 'evidenceCount', 'message', 'line'];

export async function writeResult(doc: CheckDocument, output: Output, format: Format): Promise<void> {
  const { results, ...head } = doc;
  if (format === 'json') return writeAll(output, jsonPieces(head, 'results', results));
  if (format === 'csv') return writeAll(output, csvLines(columns, results));
  if (format === 'text') return writeAll(output, textReport(doc));
  for (const row of results) await output.write(ndjsonLine('result', row));
  return output.write(ndjsonLine('summary', head));
}

export async function writeReports(doc: CheckDocument, reports: readonly CheckReport[], result: Output): Promise<void> {
  for (const { format, path } of reports) {
    if (path === '-') {
      await writeAll(result, makers[format](doc));
      continue;
    }
    const output = openOutput(path);
    try {
      await writeAll(output, makers[format](doc));
      await output.finish();
    } catch (error) {
      output.abandon();
      throw error;
    }
  }
}
