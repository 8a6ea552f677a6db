/** `check --init` writes a policy that its capture passes; `check` as a user types it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check-options.ts';
import { commonOptions } from '../../src/cli/options.ts';
import { fixtures } from '../report/fixtures.ts';
import { ROOT, folder, run } from '../support/command.ts';
import { place, verdict } from './running.ts';

/** The exit codes of `--init`, and of its policy; null where there is nothing to check. */
async function passesItself(path: string): Promise<readonly [number, number] | null> {
  const output = join(place, 'first.yaml');
  const common = await commonOptions([path], { color: 'never', progress: false, output });
  const init = await check(common, { init: true });
  if (init === 3 || init === 4) return null;
  return [init, (await verdict(readFileSync(output, 'utf8'), [path])).exit];
}

// One of each recording is enough: the largest floods take seconds.
const some = fixtures.filter((path) => !path.includes('fixtures/flood/') || path.includes('botnet'));

test.each(some)('%s passes its own first policy', async (path) => {
  expect(await passesItself(path)).toEqual([0, 0]);
});

const captures = join(ROOT, '../shared/captures');
const shared = existsSync(captures) ? readdirSync(captures).filter((name) => /\.(?:pcap|pcapng|cap)$/.test(name)) : [];

test.skipIf(shared.length === 0)(
  'so does every capture of others that can be read whole',
  async () => {
    let tried = 0;
    const failed: string[] = [];
    for (const name of shared) {
      const exits = await passesItself(join(captures, name));
      if (exits !== null) tried++;
      if (exits !== null && exits.some((exit) => exit !== 0)) failed.push(name);
    }
    expect(failed).toEqual([]);
    expect(tried).toBeGreaterThan(0.9 * shared.length);
  },
  600_000,
);

const SITE = join(ROOT, 'fixtures/first-look/site.pcap');
const POLICY = 'version: 1\nrules:\n  - {name: a, over: connections, service: http, every: {connState: [SF, S1]}}\n';

describe('on the command line', () => {
  test('reports beside the result', async () => {
    const cwd = folder({ 'p.yaml': POLICY });
    const reports = ['junit=a.xml', 'sarif=a.sarif', 'gitlab=a.json', 'json=b.json', 'github=-'];
    const words = reports.map((each) => `--report ${each}`).join(' ');
    const ran = await run(`synoptic check ${SITE} --policy p.yaml ${words}`, { cwd });
    expect(ran.exit).toBe(1);
    expect(ran.out).toMatch(/^FAILED {2}1 of 1 rule /);
    expect(ran.out).toContain('::error file=p.yaml,line=3,title=a::found 1 of 14 fail');
    expect(readFileSync(join(cwd, 'a.xml'), 'utf8')).toContain('<failure');
    expect(JSON.parse(readFileSync(join(cwd, 'b.json'), 'utf8'))).toMatchObject({ passed: false });
    for (const name of ['a.sarif', 'a.json']) JSON.parse(readFileSync(join(cwd, name), 'utf8'));
  });

  test('a damaged capture is 4, also when a rule fails', async () => {
    const cwd = folder({ 'p.yaml': POLICY, 'cut.pcap': readFileSync(SITE).subarray(0, -50) });
    const ran = await run('synoptic check cut.pcap --policy p.yaml', { cwd });
    expect(ran.exit).toBe(4);
    expect(ran.out).toContain('the capture was not read whole, so nothing is sure: cut.pcap: record cut short');
  });

  test.each<[words: string, problem: RegExp]>([
    [`check ${SITE}`, /check: no policy given\n {2}expected: --policy FILE, or --init/],
    [`check ${SITE} --policy nowhere.yaml`, /--policy nowhere.yaml: no such file/],
    [`check ${SITE} --policy .`, /--policy .: it is a folder/],
    [
      `check ${SITE} --policy bad.yaml`,
      /bad.yaml:3:46: connState: 'SX'\n {2} {2}- .*\n {2} {45}\^\n {2}expected: S0 or/,
    ],
    [`check ${SITE} --policy filter.yaml`, /filter.yaml:3:35: filter: unknown word 'prt'/],
    [
      `check ${SITE} --policy p.yaml --report xml=a`,
      /--report xml=a: expected FORMAT=FILE, where FORMAT is text, json, junit/,
    ],
    [`check ${SITE} --policy p.yaml --json --report github=-`, /would mix with --json/],
    [`check ${SITE} --policy p.yaml --update-baseline`, /--update-baseline needs --baseline/],
    [`check ${SITE} --policy p.yaml --init`, /--init writes a policy/],
    [`check ${SITE} --init --report junit=x.xml`, /--init only prints a policy, so --report has nothing to do/],
    [`check ${SITE} --init --baseline x --update-baseline`, /so --baseline has nothing to do/],
    ['check', /no capture given/],
  ])('%s', async (words, problem) => {
    const cwd = folder({
      'p.yaml': POLICY,
      'bad.yaml': 'version: 1\nrules:\n  - {over: connections, every: {connState: [ SX ]}}\n',
      'filter.yaml': "version: 1\nrules:\n  - {over: connections,   filter: 'tcp prt 80', every: {connState: SF}}\n",
    });
    const ran = await run(`synoptic ${words}`, { cwd });
    expect(ran).toMatchObject({ exit: 2, out: '' });
    expect(ran.err).toMatch(problem);
  });

  test('no report is written onto the capture', async () => {
    const cwd = folder({ 'p.yaml': POLICY, 'a.pcap': readFileSync(SITE) });
    const ran = await run('synoptic check a.pcap --policy p.yaml --report json=a.pcap', { cwd });
    expect(ran.exit).toBe(2);
    expect(readFileSync(join(cwd, 'a.pcap')).length).toBe(readFileSync(SITE).length);
  });

  test('NDJSON and CSV have a row a rule', async () => {
    const cwd = folder({ 'p.yaml': POLICY });
    const ndjson = (await run(`synoptic check ${SITE} --policy p.yaml --ndjson`, { cwd })).out.trim().split('\n');
    expect(ndjson.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['result', 'summary']);
    const csv = (await run(`synoptic check ${SITE} --policy p.yaml --csv`, { cwd })).out.trim().split('\n');
    expect(csv.length).toBe(2);
  });
});

const plain = (doc: object): string => JSON.stringify({ ...doc, policy: '' });

test('the same bytes from every run', async () => {
  const policy = POLICY.replace('http', 'dns');
  const [first, second] = [await verdict(policy, [SITE]), await verdict(policy, [SITE])];
  expect(plain(first.doc)).toBe(plain(second.doc));
});
