/** `check --policy FILE`: rules held against a capture, a verdict, and reports of it. */
import type { Analysis } from '../analysis.ts';
import type { FrameSource } from '../capture/source.ts';
import { baselineText } from '../check/baseline.ts';
import { evaluate } from '../check/evaluate.ts';
import type { BaselineSummary, CheckDocument } from '../check/result.ts';
import { Tables } from '../check/tables.ts';
import type { Finding } from '../detect/finding.ts';
import { FilterMarks } from '../flow/filter-marks.ts';
import { Observers } from '../flow/observers.ts';
import { chosenConnections } from '../report/connection-order.ts';
import { connectionRow } from '../report/connection-rows.ts';
import { costlyParts } from './check-rows.ts';
import { limitsReached } from '../report/documents.ts';
import { type CheckReport, writeReports, writeResult } from './check-reports.ts';
import { type Source, findingsOf, framesOf, sourcesOf } from './check-sources.ts';
import type { CommonOptions } from './options.ts';
import { openOutput } from './output.ts';
import { type LoadedPolicy, loadBaseline } from './policy-file.ts';
import { refuseOverwriting, runOnCaptures } from './run.ts';

export interface CheckOptions extends CommonOptions {
  readonly loaded: LoadedPolicy;
  readonly baseline: string | undefined;
  readonly updateBaseline: boolean;
  readonly reports: readonly CheckReport[];
}

export async function runCheck(options: CheckOptions): Promise<number> {
  const { loaded, reports, paths } = options;
  for (const { format, path } of reports) refuseOverwriting(`--report ${format}=`, path, paths);
  refuseOverwriting('--baseline', options.baseline, paths);
  const known = options.baseline === undefined ? null : loadBaseline(options.baseline, options.updateBaseline);
  const tables = new Tables(loaded.policy);
  let findings: readonly Finding[] = [];
  let doc: CheckDocument | null = null;
  const { framings, trust, knownHosts } = loaded;
  const wantsFindings = options.failOn !== undefined || options.baseline !== undefined;
  const needsFindings = wantsFindings || tables.names.includes('findings');
  const names = wantsFindings ? [...tables.names, 'findings'] : tables.names;
  const headers = hasHeaders(tables);
  const sources = await sourcesOf({
    names,
    framings,
    trust,
    knownHosts,
    headers,
    findings: () => findings,
  });
  const marks = loaded.filters.length === 0 ? null : new FilterMarks(loaded.filters, options.filter);
  const observers = [...sources.flatMap(({ observer }) => observer ?? []), ...(marks === null ? [] : [marks])];
  const run = {
    ...options,
    ...(marks === null ? {} : { filter: marks }),
    ...(observers.length === 0 ? {} : { observer: new Observers(...observers) }),
    onOpen: (source: FrameSource) => {
      for (const { onOpen } of sources) onOpen?.(source);
    },
    failed: () => doc?.passed === false,
  };
  return runOnCaptures(run, async (analysis, output) => {
    for (const { finish } of sources) finish?.(analysis);
    const all = needsFindings ? findingsOf(analysis, sources) : [];
    const isUpdated = options.updateBaseline && analysis.heading().complete;
    if (options.updateBaseline && !isUpdated) tellNotUpdated(options.baseline!);
    const baseline = isUpdated ? new Map(all.map((finding) => [finding.fingerprint, finding])) : known;
    findings = baseline === null ? all : all.filter(({ fingerprint }) => !baseline.has(fingerprint));
    fill(tables, analysis, sources, marks);
    const results = evaluate(loaded.policy, tables, framesOf(analysis));
    const failed = results.filter(({ passed }) => !passed).length;
    for (const name of tables.names) if (tables.of(name).limitReached) analysis.facts.limits.add(`check-${name}`);
    doc = {
      ...analysis.heading(),
      limitsReached: limitsReached(analysis.facts),
      policy: loaded.path,
      passed: failed === 0,
      counts: { rules: results.length, passed: results.length - failed, failed },
      baseline: baseline === null ? null : summaryOf(options.baseline!, baseline, all),
      results,
    };
    await writeResult(doc, output, options.format);
    await writeReports(doc, reports, output);
    if (isUpdated) await writeBaseline(options.baseline!, all);
    return all;
  });
}

/** Fields of HTTP rows that are only made when somebody asks. */
const withHeaders = /^(?:request|response)Headers|^caching/;
const hasHeaders = (tables: Tables): boolean =>
  tables.names.includes('http') && tables.of('http').names.some((name) => withHeaders.test(name));

function fill(tables: Tables, analysis: Analysis, sources: readonly Source[], marks: FilterMarks | null): void {
  const { connections: c } = analysis.facts;
  const rowsOf = new Map(sources.flatMap(({ rows }) => Object.entries(rows)));
  for (const name of tables.names) {
    const table = tables.of(name);
    if (name === 'connections') {
      const indexes = c.indexes();
      const costly = costlyParts(table.names);
      for (const id of chosenConnections(c, {})) {
        if (!table.add(connectionRow(c, id, indexes[id]!, costly))) break;
        if (marks !== null) tables.filterMarks.push(marks.of(id));
      }
    } else for (const row of rowsOf.get(name)!(analysis)) if (!table.add(row)) break;
  }
}

function summaryOf(
  path: string,
  baseline: ReadonlyMap<string, unknown>,
  findings: readonly Finding[],
): BaselineSummary {
  const found = new Set(findings.map(({ fingerprint }) => fingerprint));
  const known = findings.filter(({ fingerprint }) => baseline.has(fingerprint)).length;
  const gone = [...baseline.keys()].filter((fingerprint) => !found.has(fingerprint)).toSorted();
  return { path, known, new: findings.length - known, gone };
}

function tellNotUpdated(path: string): void {
  process.stderr.write(`synoptic: ${path}: not updated, because the capture was not read whole\n`);
}

async function writeBaseline(path: string, findings: readonly Finding[]): Promise<void> {
  const output = openOutput(path);
  await output.write(baselineText(findings));
  await output.finish();
}
