/** Runs `check` in this process on a policy that is given as text. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type RawCheckOptions, check } from '../../src/cli/check-options.ts';
import { type RawOptions, commonOptions } from '../../src/cli/options.ts';
import type { CheckDocument } from '../../src/check/result.ts';

export let place = '';

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'synoptic-check-'));
});

afterAll(() => rmSync(place, { recursive: true }));

export interface Verdict {
  readonly exit: number;
  readonly doc: CheckDocument;
}

let runs = 0;

export async function verdict(
  policy: string,
  captures: readonly string[],
  raw: Partial<RawOptions> & RawCheckOptions = {},
): Promise<Verdict> {
  const name = join(place, `run-${runs++}`);
  writeFileSync(`${name}.yaml`, policy);
  const output = `${name}.json`;
  const common = await commonOptions(captures, { color: 'never', progress: false, json: true, ...raw, output });
  const exit = await check(common, { ...raw, policy: `${name}.yaml` });
  return { exit, doc: JSON.parse(readFileSync(output, 'utf8')) as CheckDocument };
}

/** A policy of these rules, each one flow mapping: `{over: connections, ...}`. */
export const rules = (...each: readonly string[]): string =>
  `version: 1\nrules:\n${each.map((rule) => `  - ${rule}\n`).join('')}`;
