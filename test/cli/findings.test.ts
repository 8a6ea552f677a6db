/** `findings` and `explain` as a user types them. */
import { expect, test } from 'vitest';
import { ROOT, run } from '../support/command.ts';

const SITE = 'fixtures/first-look/site.pcap';
const synoptic = (words: string): ReturnType<typeof run> => run(`synoptic ${words}`, { cwd: ROOT });

interface Row {
  type?: string;
  id: string;
  severity: string;
}

test('all formats list the same findings', async () => {
  const json = JSON.parse((await synoptic(`findings ${SITE} --json`)).out) as { findings: Row[] };
  const ids = json.findings.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['tcp-handshake-failed', 'tcp-reset', 'ip-ttl-exceeded']));
  const lines = (await synoptic(`findings ${SITE} --ndjson`)).out.trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Row);
  expect(rows.map(({ type, id }) => (type === 'finding' ? id : type))).toEqual([...ids, 'summary']);
  const csv = (await synoptic(`findings ${SITE} --csv`)).out.trim().split('\n');
  expect(csv.slice(1).map((line) => line.split(',')[0])).toEqual(ids);
  const text = (await synoptic(`findings ${SITE}`)).out;
  expect([...text.matchAll(/^(?:WARNING|NOTICE|INFO) {2,}(\S+)/gm)].map(([, id]) => id)).toEqual(ids);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('--severity and --id choose; --fail-on looks at all of them', async () => {
  const chosen = async (words: string): Promise<string[]> =>
    (JSON.parse((await synoptic(`findings ${SITE} --json ${words}`)).out) as { findings: Row[] }).findings.map(
      ({ id }) => id,
    );
  const warnings = await chosen('--severity warning');
  expect(warnings).toContain('tcp-handshake-failed');
  expect(warnings).not.toContain('tcp-reset');
  expect(await chosen('--id ip-ttl-exceeded,tcp-reset')).toEqual(['tcp-reset', 'tcp-reset', 'ip-ttl-exceeded']);
  expect(await chosen('--id ip-ttl-exceeded --severity alert')).toEqual([]);
  expect((await synoptic(`findings ${SITE} --id tcp-reset --fail-on warning`)).exit).toBe(1);
  expect((await synoptic(`findings ${SITE} --fail-on alert`)).exit).toBe(0);
});

test('the language changes words for people and nothing else', async () => {
  const text = (await synoptic(`findings ${SITE} --lang zh-CN`)).out;
  expect(text).toContain('警告');
  expect(text).toContain('tcp-handshake-failed');
  expect(text).toContain('frame.number in {3}');
});

test.each([
  [`findings ${SITE} --id nonsense`, /--id nonsense: no finding has this id\n {2}expected: capture-drop, /],
  [`findings ${SITE} --severity bad`, /--severity bad: expected one of info, notice, warning, alert/],
  [`findings ${SITE} --lang fr`, /--lang fr: expected one of en, zh-CN/],
  ['explain tcp-rest', /explain: nothing is called tcp-rest\n {2}did you mean .*tcp-reset/],
  ["explain $'a\\x1b[31m'", /nothing is called a\\x1b\[31m/],
])('%s', async (words, problem) => {
  const ran = await synoptic(words);
  expect(ran).toMatchObject({ exit: 2, out: '' });
  expect(ran.err).toMatch(problem);
});

test('explain needs no capture, and lists all that it knows', async () => {
  const list = await synoptic('explain');
  expect(list).toMatchObject({ exit: 0, err: '' });
  for (const word of ['tcp-reset', 'CLOSE-WAIT', 'RSTOS0', 'half-close']) expect(list.out).toContain(`\n  ${word}\n`);
  const one = await synoptic('explain TIME_WAIT --lang zh-CN');
  expect(one.out).toContain('TIME-WAIT');
  const json = JSON.parse((await synoptic('explain refused --json')).out) as { topics: { kind: string }[] };
  expect(json.topics.map(({ kind }) => kind)).toEqual(['handshakeOutcome', 'resetCause']);
});
