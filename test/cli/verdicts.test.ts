/** Every command that reads captures: `--fail-on` in each, and what it says of a capture that is cut short, in each format. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, folder, run } from '../support/command.ts';

const severities = ['info', 'notice', 'warning', 'alert'];

const SITE = 'first-look/site';
const FLOOD = 'flood/botnet';
const POLICY = 'version: 1\nrules: [{over: totals, every: {accounting.framesRead: {above: 0}}}]\n';

/** A command, the recording it is tried on, and the severities of which it has a finding. */
const commands: readonly [words: string, recording: string, fails: readonly string[]][] = [
  ['analyze', SITE, ['info', 'notice', 'warning']],
  ['findings', SITE, ['info', 'notice', 'warning']],
  ['conns', SITE, ['info', 'notice', 'warning']],
  ['conn 10 -r', SITE, ['info', 'notice', 'warning']],
  ['follow 10 -r', SITE, ['info', 'notice', 'warning']],
  ['messages --frame line', SITE, ['info', 'notice', 'warning']],
  ['netstat', SITE, ['info', 'notice', 'warning']],
  ['check --policy p.yaml', SITE, ['info', 'notice', 'warning']],
  ['synflood', SITE, []],
  ['synflood', FLOOD, ['info', 'notice', 'warning', 'alert']],
  ['tls', SITE, ['info', 'notice', 'warning']],
  ['ssh', 'ssh/brute-force', ['info', 'notice', 'warning', 'alert']],
  ['dns', 'http/dns', ['info', 'notice', 'warning']],
  ['websocket', 'http/websocket', ['info', 'notice', 'warning']],
  ['http', 'http/cache', ['info', 'notice', 'warning']],
];

const fixture = (name: string): string => join(ROOT, 'fixtures', `${name}.pcap`);

describe.each(commands)('%s %s', (words, recording, fails) => {
  test('--fail-on ends with 1 where a finding is that severe, and only there', async () => {
    const cwd = folder({ 'p.yaml': POLICY });
    // The gravest that it has, and the next one.
    for (const severity of severities.slice(Math.max(0, fails.length - 1), fails.length + 1)) {
      const ran = await run(`synoptic ${words} ${fixture(recording)} --fail-on ${severity} >out`, { cwd });
      expect([severity, ran.exit, ran.err]).toEqual([severity, fails.includes(severity) ? 1 : 0, '']);
    }
    expect((await run(`synoptic ${words} ${fixture(recording)} >out`, { cwd })).exit).toBe(0);
  });

  test('a capture that is cut short ends with 4, and every format says so', async () => {
    const cwd = folder({ 'p.yaml': POLICY, 'cut.pcap': readFileSync(fixture(recording)).subarray(0, -30) });
    for (const format of ['', '--csv', '--json', '--ndjson']) {
      const ran = await run(`synoptic ${words} cut.pcap --fail-on info ${format}`, { cwd });
      expect(ran.exit, format).toBe(4);
      expect(ran.err).toMatch(/^synoptic: cut\.pcap: record cut short at byte \d+ \(frame \d+\): .*frames analysed\n$/);
      if (format === '--json' || format === '--ndjson') {
        const text = format === '--json' ? ran.out : ran.out.trimEnd().split('\n').at(-1)!;
        expect(JSON.parse(text)).toMatchObject({
          complete: false,
          capture: { damage: [{ what: 'record cut short' }] },
        });
      }
    }
  });
});
