/** docs/symptoms.md shows what the program prints, line by line; with --update it is written anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, run } from '../support/command.ts';

const PAGE = join(ROOT, 'docs/symptoms.md');
const block = /^```\n\$ (.*)\n[\s\S]*?^```$/gm;

test('twenty symptoms or more, each with a command and its real output', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const commands = [...page.matchAll(block)].map(([, command]) => command!);
  expect(commands.length).toBe(page.match(/^## /gm)!.length);
  expect(commands.length).toBeGreaterThanOrEqual(20);
  const outputs = new Map<string, string>();
  for (const command of commands) {
    const { out, err } = await run(command, { cwd: ROOT });
    expect(`${command}: ${err}`).toBe(`${command}: `);
    expect(out.trim(), command).not.toBe('');
    outputs.set(command, out.replace(/\n*$/, '\n'));
  }
  const fresh = page.replace(block, (_, command: string) => `\`\`\`\n$ ${command}\n${outputs.get(command)!}\`\`\``);
  await expect(fresh).toMatchFileSnapshot(PAGE);
});
