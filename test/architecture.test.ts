/**
 * The layering rules of docs and design, held against the real import graph of src/. The checker reads sources, not
 * types; every rule is also shown a module that breaks it.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Rooms by number: each imports from lower numbers and from itself. */
const rooms: Readonly<Record<string, number>> = {
  bytes: 0,
  capture: 1,
  wire: 2,
  filter: 2.5,
  flow: 3,
  stream: 4,
  app: 5,
  detect: 6,
  report: 7,
  check: 8,
  cli: 9,
};
/** Files above the rooms. */
const topLevel = new Set([
  'analysis.ts',
  'analyze.ts',
  'decoding.ts',
  'index.ts',
  'library.ts',
  'window.ts',
  'version.ts',
]);
/** Where each package may be imported, as a prefix of the path. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'pcap-parser': ['capture/'],
  fzstd: ['capture/'],
  'node-forge': ['app/tls/', 'app/tls.ts'],
  chalk: ['report/text/'],
  'cli-table3': ['report/text/'],
  commander: ['cli/'],
  yaml: ['check/yaml.ts'],
};
const MAX_LINES = 400;

/** Sources by path below src/. */
type Sources = ReadonlyMap<string, string>;

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Comments blanked out; with `strings`, plain strings too (what stands in a template may be code). */
function code(source: string, strings: boolean): string {
  return source.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (piece) => {
    const isString = piece.startsWith("'") || piece.startsWith('"');
    return isString && !strings ? piece : piece.replace(/[^\n]/g, ' ');
  });
}

function importsOf(from: string, source: string): Import[] {
  const text = code(source, false);
  const found: Import[] = [];
  for (const [, word, type, specifier] of text.matchAll(
    /^\s*(import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\s+from\s+)?'([^']+)'/gm,
  )) {
    found.push({ from, specifier: specifier!, typeOnly: word === 'import' && type !== undefined });
  }
  for (const [, specifier] of text.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)) {
    found.push({ from, specifier: specifier!, typeOnly: false });
  }
  return found;
}

const roomOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

/** One line for everything that breaks a rule. */
function violations(sources: Sources): string[] {
  const problems: string[] = [];
  const nodeModulesOfApp = new Map<string, Set<string>>();
  for (const [path, source] of sources) {
    problems.push(...placeProblems(path), ...textProblems(path, source));
    for (const each of importsOf(path, source)) {
      const problem = each.specifier.startsWith('.')
        ? relativeProblem(each, sources)
        : packageProblem(each, nodeModulesOfApp);
      if (problem !== null) problems.push(`${path}: '${each.specifier}': ${problem}`);
    }
  }
  for (const [module, files] of nodeModulesOfApp) {
    if (files.size > 1) problems.push(`app/: ${module} in more than one file: ${[...files].join(', ')}`);
  }
  return problems;
}

function placeProblems(path: string): string[] {
  const problems: string[] = [];
  const room = roomOf(path);
  if (room === '' ? !topLevel.has(path) : !(room in rooms)) problems.push(`${path}: in no room`);
  for (const folder of dirname(path).split('/')) {
    if (/^(utils?|helpers?|common|types?)$/.test(folder)) problems.push(`${path}: a folder named ${folder}`);
  }
  return problems;
}

function relativeProblem({ from, specifier, typeOnly }: Import, sources: Sources): string | null {
  if (!specifier.endsWith('.ts')) return 'name the file, with .ts';
  const target = posix.normalize(posix.join(posix.dirname(from), specifier));
  if (!sources.has(target)) return `no such file: ${target}`;
  const here = roomOf(from);
  const there = roomOf(target);
  if (target === 'version.ts') return null;
  if (there === '') {
    if (here === '' || here === 'cli') return null;
    return 'a room does not import what stands above the rooms';
  }
  if (here === '') return there === 'cli' ? 'nothing imports cli' : null;
  if (here === there) return null;
  if (here === 'filter' && there !== 'bytes' && there !== 'wire') return 'filter imports only bytes and wire';
  if (here === 'app' && there === 'flow') return 'app never sees flow';
  if (rooms[there]! > rooms[here]!) return `${here} is below ${there}`;
  if (here === 'report' && there === 'detect' && !typeOnly) return 'report imports only types from detect';
  return null;
}

function packageProblem(
  { from, specifier, typeOnly }: Import,
  nodeModulesOfApp: Map<string, Set<string>>,
): string | null {
  const room = roomOf(from);
  if (specifier.startsWith('node:')) {
    if (room === 'capture' || room === 'cli') return null;
    if (room !== 'app') return 'node modules belong to capture and cli';
    const files = nodeModulesOfApp.get(specifier) ?? new Set();
    nodeModulesOfApp.set(specifier, files.add(from));
    return null;
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const allowed = packages[name];
  if (allowed === undefined) return 'not a package that is used here';
  if (allowed.some((prefix) => from.startsWith(prefix))) return null;
  return `${name} belongs to ${allowed.join(' or ')}${typeOnly ? ', its types too' : ''}`;
}

const forbiddenBelowCli: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\bconsole\s*\./, 'prints (console)'],
  [/\bprocess\s*(\.|\[|\?\.|;)(?!\s*stdin\b)/, 'reaches for the process'],
  [/\bDate\s*\.\s*now\b/, 'reads the clock (Date.now)'],
  [/\bperformance\s*\./, 'reads the clock (performance)'],
  [/\bnew\s+Date\s*(\(\s*\)|(?!\s*\())/, 'reads the clock (new Date)'],
];

function textProblems(path: string, source: string): string[] {
  const problems: string[] = [];
  const text = code(source, true);
  if (/^\s*export\s+default\b/m.test(text) || /\bexport\s*\{[^}]*\bas\s+default\b/.test(text))
    problems.push(`${path}: a default export`);
  const lines = source.trimEnd().split('\n').length;
  if (lines > MAX_LINES) problems.push(`${path}: ${lines} lines, more than ${MAX_LINES}`);
  if (roomOf(path) === 'cli') return problems;
  for (const [pattern, what] of forbiddenBelowCli) if (pattern.test(text)) problems.push(`${path}: ${what}`);
  if (roomOf(path) !== 'capture' && /\bprocess\s*\.\s*stdin\b/.test(text)) {
    problems.push(`${path}: reads standard input`);
  }
  return problems;
}

const sources: Sources = new Map(
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .toSorted()
    .map((path) => [path.replaceAll('\\', '/'), readFileSync(join('src', path), 'utf8')]),
);

test('src/ keeps every rule', () => {
  expect(violations(sources)).toEqual([]);
});

test('the graph that is read is the real one', () => {
  const all = [...sources].flatMap(([path, source]) => importsOf(path, source));
  const has = (from: string, specifier: string): boolean =>
    all.some((each) => each.from === from && each.specifier === specifier);
  expect(sources.size).toBeGreaterThan(100);
  expect(has('analyze.ts', './capture/open.ts')).toBe(true);
  expect(has('cli/program/capture.ts', '../commands.ts'), 'dynamic imports').toBe(true);
  expect(has('report/text/style.ts', 'chalk')).toBe(true);
  expect(has('app/crypto.ts', 'node:crypto')).toBe(true);
  // Every line that starts an import is understood.
  for (const [path, source] of sources) {
    if (path.endsWith('.d.ts')) continue;
    const starts = code(source, false).match(/^import\b(?!\()/gm)?.length ?? 0;
    const understood = importsOf(path, source).length;
    expect(understood, path).toBeGreaterThanOrEqual(starts);
  }
});

test('no import cycle between files', () => {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...way.slice(way.indexOf(path)), path].join(' > '));
      return;
    }
    state.set(path, 'open');
    for (const { specifier, typeOnly } of importsOf(path, sources.get(path) ?? '')) {
      if (specifier.startsWith('.') && !typeOnly) {
        visit(posix.normalize(posix.join(posix.dirname(path), specifier)), [...way, path]);
      }
    }
    state.set(path, 'done');
  };
  for (const path of sources.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

describe('the checker sees what breaks a rule', () => {
  const sound: Sources = new Map([
    ['bytes/read.ts', 'export const a = 1;\n'],
    ['capture/open.ts', "import { readFileSync } from 'node:fs';\nimport p from 'pcap-parser';\nprocess.stdin;\n"],
    ['wire/frame.ts', "import { a } from '../bytes/read.ts';\n// console.log, process.env, new Date()\n"],
    ['filter/compile.ts', "import { f } from '../wire/frame.ts';\n"],
    ['flow/tracker.ts', "import {\n  f,\n  g,\n} from '../wire/frame.ts';\n"],
    ['app/http.ts', "import { createHash } from 'node:crypto';\nconst t = 'process.env';\n"],
    ['app/tls/x509.ts', "import forge from 'node-forge';\n"],
    ['detect/finding.ts', 'export type Finding = 1;\n'],
    ['report/model.ts', "import type { Finding } from '../detect/finding.ts';\nnew Date(1);\n"],
    ['report/text/style.ts', "import { Chalk } from 'chalk';\n"],
    ['cli/main.ts', "import('../analyze.ts');\nimport('../window.ts');\nDate.now();\nprocess.exit(1);\n"],
    ['analyze.ts', "import { f } from './flow/tracker.ts';\nimport { w } from './window.ts';\n"],
    ['window.ts', "import type { f } from './wire/frame.ts';\n"],
    ['version.ts', "export const version = '1';\n"],
  ]);

  test('and nothing else', () => {
    expect(violations(sound)).toEqual([]);
  });

  test.each<[path: string, source: string, problem: RegExp]>([
    ['bytes/x.ts', "import { f } from '../wire/frame.ts';", /bytes is below wire/],
    ['bytes/x.ts', "import type { f } from '../wire/frame.ts';", /bytes is below wire/],
    ['wire/x.ts', "export * from '../flow/tracker.ts';", /wire is below flow/],
    ['wire/x.ts', "export { f } from '../flow/tracker.ts';", /wire is below flow/],
    ['wire/x.ts', "const x = await import('../flow/tracker.ts');", /wire is below flow/],
    ['wire/x.ts', "import '../flow/tracker.ts';", /wire is below flow/],
    ['filter/x.ts', "import { o } from '../capture/open.ts';", /filter imports only/],
    ['wire/x.ts', "import { c } from '../filter/compile.ts';", /wire is below filter/],
    ['app/x.ts', "import type { t } from '../flow/tracker.ts';", /app never sees flow/],
    ['report/x.ts', "import { severities } from '../detect/finding.ts';", /only types from detect/],
    ['report/x.ts', "import { type Finding } from '../detect/finding.ts';", /only types from detect/],
    ['report/x.ts', "import { analyze } from '../analyze.ts';", /above the rooms/],
    ['check/x.ts', "import { Window } from '../window.ts';", /above the rooms/],
    ['analyze.ts', "import { x } from './cli/main.ts';", /nothing imports cli/],
    ['report/x.ts', "import { x } from '../cli/main.ts';", /report is below cli/],
    ['flow/x.ts', "import { f } from '../wire/frame';", /name the file/],
    ['flow/x.ts', "import { f } from '../wire/frame.js';", /name the file/],
    ['flow/x.ts', "import { f } from '../wire/nothing.ts';", /no such file/],
    ['flow/x.ts', "import { randomBytes } from 'node:crypto';", /node modules/],
    ['window.ts', "import { readFileSync } from 'node:fs';", /node modules/],
    ['app/x.ts', "import { createHash } from 'node:crypto';", /more than one file: app\/http.ts, app\/x.ts|app\/x/],
    ['flow/x.ts', "import p from 'pcap-parser';", /pcap-parser belongs to capture/],
    ['app/x.ts', "import forge from 'node-forge';", /node-forge belongs to app\/tls/],
    ['report/x.ts', "import { Chalk } from 'chalk';", /chalk belongs to report\/text/],
    ['report/x.ts', "import type { Command } from 'commander';", /commander belongs to cli/],
    ['flow/x.ts', "import _ from 'lodash';", /not a package/],
    ['flow/x.ts', "import fs from 'fs';", /not a package/],
    ['flow/x.ts', 'export default 1;', /default export/],
    ['flow/x.ts', 'const a = 1;\nexport { a as default };', /default export/],
    ['flow/utils/x.ts', '', /folder named utils/],
    ['wire/types/x.ts', '', /folder named types/],
    ['misc/x.ts', '', /in no room/],
    ['misc.ts', '', /in no room/],
    ['flow/x.ts', "console.log('a');", /prints/],
    ['flow/x.ts', 'process.exit(1);', /the process/],
    ['flow/x.ts', 'const { A } = process.env;', /the process/],
    ['flow/x.ts', "const a = process['env'];", /the process/],
    ['flow/x.ts', 'const { env } = process;', /the process/],
    ['capture/x.ts', "process.stderr.write('');", /the process/],
    ['flow/x.ts', 'process.stdin;', /standard input/],
    ['flow/x.ts', 'const a = `${process.env}`;', /the process/],
    ['flow/x.ts', 'Date.now();', /clock/],
    ['flow/x.ts', 'performance.now();', /clock/],
    ['flow/x.ts', 'new Date();', /clock/],
    ['flow/x.ts', 'new Date;', /clock/],
    ['flow/x.ts', 'x;\n'.repeat(401), /401 lines/],
  ])('%s: %s', (path, source, problem) => {
    const found = violations(new Map([...sound, [path, source]]));
    expect(found.length).toBe(1);
    expect(found[0]).toMatch(problem);
  });
});
