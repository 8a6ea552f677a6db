/** The steps of action.yml, run here on recorded captures: green, and red for the right reason after one broken setting. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CheckDocument } from '../../src/check/result.ts';
import { ROOT, folder, run } from '../support/command.ts';

interface Step {
  readonly name: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;

interface Job {
  readonly exit: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: string;
  readonly cwd: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Runs the steps one after the other as the runner does, until one fails. */
async function job(inputs: Readonly<Record<string, string>>): Promise<Job> {
  const cwd = folder({ output: '', summary: '' });
  mkdirSync(join(cwd, 'ci'));
  writeFileSync(join(cwd, 'ci/policy.yaml'), readFileSync(join(ROOT, 'fixtures/ci/policy.yaml')));
  const values = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([key, { default: text = '' }]) => [key, text])),
    ...inputs,
  };
  let log = '';
  let exit = 0;
  for (const step of action.runs.steps) {
    expect(step.shell).toBe('bash');
    // Inputs reach the script as variables only: text pasted into it could be commands.
    expect(step.run).not.toContain('${{');
    const env = {
      GITHUB_ACTION_PATH: ROOT,
      GITHUB_OUTPUT: join(cwd, 'output'),
      GITHUB_STEP_SUMMARY: join(cwd, 'summary'),
      ...Object.fromEntries(
        Object.entries(step.env ?? {}).map(([key, text]) => [
          key,
          text.replaceAll(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name: keyof typeof values) => values[name]!),
        ]),
      ),
    };
    writeFileSync(join(cwd, 'step.sh'), step.run);
    const variables = Object.entries(env).map(([key, text]) => `export ${key}=${quoted(text)};`);
    const ran = await run(`${variables.join(' ')} bash --noprofile --norc -eo pipefail step.sh`, { cwd });
    log += ran.out + ran.err;
    exit = ran.exit;
    if (exit !== 0) break;
  }
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
  return { exit, log, summary: read('summary'), outputs: read('output'), cwd };
}

const capture = (name: string): string => join(ROOT, `fixtures/ci/${name}.pcap`);
const POLICY = { policy: 'ci/policy.yaml' };

const failedRules = ({ cwd }: Job): string[] => {
  const doc = JSON.parse(readFileSync(join(cwd, 'synoptic-reports/result.json'), 'utf8')) as CheckDocument;
  return doc.results.filter(({ passed }) => !passed).map(({ rule }) => rule);
};

describe('the action', () => {
  test('is a composite one whose outputs exist', () => {
    expect(action.runs.using).toBe('composite');
    for (const { value } of Object.values(action.outputs))
      expect(value).toMatch(/^\$\{\{ steps\.check\.outputs\.[a-z-]+ \}\}$/);
  });

  test('goes green', async () => {
    const done = await job({ ...POLICY, capture: capture('good') });
    expect(done.exit, done.log).toBe(0);
    expect(failedRules(done)).toEqual([]);
    expect(done.outputs).toBe('exit-code=0\npassed=true\n');
    expect(done.summary).toMatch(/^## synoptic check\n~~~~\nPASSED {2}7 rules/);
    expect(done.log).not.toContain('::error');
  });

  test.each([
    // Two of them are findings as well.
    ['tls-1.0', 'no TLS below 1.2', ['nothing to be warned of']],
    ['closes-early', 'the API answers every request', []],
    ['message-too-large', 'messages fit', ['nothing to be warned of']],
  ])('goes red after one broken setting: %s', async (name, rule, beside) => {
    const done = await job({ ...POLICY, capture: capture(name) });
    expect(done.exit).toBe(1);
    expect(failedRules(done)).toEqual([...beside, rule]);
    expect(done.outputs).toBe('exit-code=1\npassed=false\n');
    expect(done.log).toContain(`title=${rule}::`);
    expect(done.summary).toContain(`FAIL  ${rule}`);
    for (const report of ['junit.xml', 'results.sarif', 'codequality.json']) {
      expect(readFileSync(join(done.cwd, 'synoptic-reports', report), 'utf8')).toContain(rule);
    }
  });

  test('takes several captures, one a line, whatever their names', async () => {
    const cwd = folder({ "a 'b' $(exit 9).pcap": readFileSync(capture('good')) });
    const lines = `${join(cwd, "a 'b' $(exit 9).pcap")}\n${capture('tls-1.0')}\n`;
    const done = await job({ ...POLICY, capture: lines });
    expect(failedRules(done)).toEqual(['nothing to be warned of', 'no TLS below 1.2']);
  });

  test('a damaged capture is 4, and every report says so', async () => {
    const cwd = folder({ 'cut.pcap': readFileSync(capture('good')).subarray(0, -20) });
    const done = await job({ ...POLICY, capture: join(cwd, 'cut.pcap') });
    expect(done.exit).toBe(4);
    expect(done.outputs).toContain('passed=false');
    for (const report of ['junit.xml', 'results.sarif', 'codequality.json', 'result.txt']) {
      expect(readFileSync(join(done.cwd, 'synoptic-reports', report), 'utf8')).toContain('record cut short');
    }
    expect(done.log).toContain('::error file=ci/policy.yaml,line=1,title=capture-complete::');
  });

  test('a mistake in the policy ends it with 2', async () => {
    const done = await job({ policy: 'nowhere.yaml', capture: capture('good') });
    expect(done.exit).toBe(2);
    expect(done.summary).toContain('no result (exit code 2)');
  });
});

test('docs/ci.md shows the policy and the GitLab example that are tested', () => {
  const page = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');
  for (const file of ['fixtures/ci/policy.yaml', 'examples/gitlab-ci.yml']) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(page).toContain(`\`\`\`yaml\n${text}\`\`\`\n`);
    parse(text);
  }
});

test('the GitLab example names options that exist', async () => {
  const { traffic } = parse(readFileSync(join(ROOT, 'examples/gitlab-ci.yml'), 'utf8')) as {
    traffic: { script: string[] };
  };
  const line = traffic.script.find((each) => each.startsWith('synoptic check'))!;
  const cwd = folder({ 'test.pcap': readFileSync(capture('good')) });
  mkdirSync(join(cwd, 'ci'));
  mkdirSync(join(cwd, 'reports'));
  writeFileSync(join(cwd, 'ci/policy.yaml'), readFileSync(join(ROOT, 'fixtures/ci/policy.yaml')));
  expect(await run(line, { cwd })).toMatchObject({ exit: 0, err: '' });
});
