/** `--version`: what it says, and what it costs a shell prompt or a script that asks for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pcapHeader } from '../support/capture-bytes.ts';
import { ROOT, folder, run } from '../support/command.ts';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

test.each(['--version', '-V'])('%s is that of package.json', async (word) => {
  expect(await run(`synoptic ${word}`)).toEqual({ exit: 0, out: `${version}\n`, err: '' });
});

test('documents name the same version', async () => {
  const { out } = await run('synoptic a.pcap --json', { cwd: folder({ 'a.pcap': pcapHeader() }) });
  expect((JSON.parse(out) as { tool: object }).tool).toEqual({ name: 'synoptic', version });
});

test('costs less than 150 ms of processor time', async () => {
  const costs: number[] = [];
  // The best of five, since a busy machine makes every one of them dearer.
  while (costs.length < 5 && !costs.some((ms) => ms < 150)) {
    const { err } = await run("TIMEFORMAT='%3U %3S'; time synoptic --version >/dev/null");
    const [user, system] = err.trim().split(' ').map(Number);
    costs.push(Math.round(1000 * (user! + system!)));
  }
  expect(Math.min(...costs), `milliseconds: ${costs.join(', ')}`).toBeLessThan(150);
});
