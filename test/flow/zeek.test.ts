/** connState, history and packet counts of ../shared/captures against the conn.log that Zeek's own tests expect. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { compileFilter } from '../../src/filter/compile.ts';
import { differences, runsThatLookAway } from './zeek-differences.ts';
import { type Run, differenceText, differencesOf, filterOf, flowsOf, runsOf } from './zeek-rows.ts';

const captures = join(import.meta.dirname, '../../../shared/captures');
const SUFFIX = '.zeek.json';

const files = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
  : [];

const allRuns = (file: string): readonly Run[] => runsOf(join(captures, `${file}${SUFFIX}`));
const comparable = (file: string): Run[] => allRuns(file).filter(({ test: name }) => !(name in runsThatLookAway));

async function differencesIn(file: string, run: Run): Promise<Map<string, number>> {
  const filter = filterOf(run);
  const options = filter === undefined ? {} : { filter: compileFilter(filter) };
  return differencesOf(run, [...(await analyze([join(captures, file)], options)).connectionRows()]);
}

/** The most rows with a text in one of the file's logs: several runs print the same rows. */
async function differencesInAll(file: string): Promise<Map<string, number>> {
  const most = new Map<string, number>();
  for (const run of comparable(file)) {
    for (const [text, count] of await differencesIn(file, run)) most.set(text, Math.max(count, most.get(text) ?? 0));
  }
  return most;
}

const listedIn = (file: string): Map<string, number> =>
  new Map(
    differences
      .filter((entry) => entry.file === file)
      .flatMap(({ rows }) => rows)
      .map((row) => [differenceText(row), row.rows ?? 1]),
  );

const sorted = (found: Map<string, number>): [string, number][] => [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));

describe.skipIf(files.length === 0)(
  `Zeek's rows of ${captures}${files.length === 0 ? ' (ABSENT, skipped)' : ''}`,
  () => {
    test('there are as many as there were', () => {
      const rows = files.flatMap(comparable).flatMap(flowsOf);
      expect(files.length).toBeGreaterThan(50);
      expect(rows.filter(({ proto }) => proto === 'tcp').length).toBeGreaterThan(200);
    });

    test.each(files)('%s', async (file) => {
      expect(sorted(await differencesInAll(file))).toEqual(sorted(listedIn(file)));
    });

    test('listed files and runs exist', () => {
      expect(differences.filter(({ file }) => !files.includes(file))).toEqual([]);
      const names = new Set(files.flatMap(allRuns).map(({ test: name }) => name));
      expect(Object.keys(runsThatLookAway).filter((name) => !names.has(name))).toEqual([]);
    });
  },
);
