/** Pages that show what the program prints, line by line; with --update they are written anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, run } from '../support/command.ts';

const block = /^```\n\$ (.*)\n[\s\S]*?^```$/gm;

const pathOf = (name: string): string => join(ROOT, 'docs', name);
const commandsOf = (page: string): string[] => [...page.matchAll(block)].map(([, command]) => command!);

test('symptoms: twenty or more, each with its command', () => {
  const page = readFileSync(pathOf('symptoms.md'), 'utf8');
  const symptoms = page.match(/^## /gm)!.length;
  expect(symptoms).toBeGreaterThanOrEqual(20);
  expect(commandsOf(page).length).toBe(symptoms);
});

test.each(['symptoms.md', 'flood-responders.md'])('%s shows real output', async (name) => {
  const page = readFileSync(pathOf(name), 'utf8');
  const outputs = new Map<string, string>();
  for (const command of commandsOf(page)) {
    const { out, err } = await run(command, { cwd: ROOT });
    expect(`${command}: ${err}`).toBe(`${command}: `);
    expect(out.trim(), command).not.toBe('');
    outputs.set(command, out.replace(/\n*$/, '\n'));
  }
  expect(outputs.size).toBeGreaterThan(0);
  const fresh = page.replace(block, (_, command: string) => `\`\`\`\n$ ${command}\n${outputs.get(command)!}\`\`\``);
  await expect(fresh).toMatchFileSnapshot(pathOf(name));
});
