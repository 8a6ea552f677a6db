/** DNS of all captures of ../shared/captures against tshark's: messages by kind, response codes, names asked for. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { typeName } from '../../../src/app/dns/names.ts';
import type { Exchange } from '../../../src/app/dns/exchange.ts';
import { DnsRun } from '../../../src/cli/dns-run.ts';
import { differences } from './differences.ts';

const captures = join(import.meta.dirname, '../../../../shared/captures');

interface Dns {
  readonly counts: Readonly<Record<string, number>>;
  readonly rcodes: Readonly<Record<string, number>>;
  /** Frame, name, type: the first 60. */
  readonly queries: readonly (readonly [number, string, number])[];
}

const truths = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name) => JSON.parse(readFileSync(join(captures, name), 'utf8')) as { file: string; dns?: Dns })
      .filter((truth): truth is { file: string; dns: Dns } => truth.dns !== undefined)
  : [];

async function exchangesOf(file: string): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const run = new DnsRun((exchange) => exchanges.push(exchange));
  const { facts } = await analyze([join(captures, file)], { observer: run.observer });
  run.finish(facts);
  return exchanges;
}

const addTo = (counts: Record<string, number>, key: string, n: number): void => {
  if (n > 0) counts[key] = (counts[key] ?? 0) + n;
};

/** Lines that can be compared, in the form of both. */
function ours(exchanges: readonly Exchange[]): string[] {
  const counts: Record<string, number> = {};
  const rcodes: Record<string, number> = {};
  const names: [number, string][] = [];
  for (const { protocol, transport, query, queryAt, resent, resentCount, answer, duplicates } of exchanges) {
    const kind = `${protocol}/${transport}`;
    addTo(counts, `${kind} query`, (query === null ? 0 : 1) + resentCount);
    addTo(counts, `${kind} response`, (answer === null ? 0 : 1) + duplicates);
    if (answer !== null) addTo(rcodes, String(answer.rcode), 1 + duplicates);
    for (const { frame } of query === null ? [] : [queryAt!, ...resent]) {
      for (const { name, type } of query!.questions) names.push([frame, `frame ${frame} ${name} ${type}`]);
    }
  }
  const lines = [...Object.entries(counts), ...Object.entries(rcodes).map(([code, n]) => [`rcode ${code}`, n])];
  const sorted = names.toSorted(([a], [b]) => a - b).map(([, line]) => line);
  return [...lines.map(([key, n]) => `${key}: ${n}`).toSorted(), ...sorted];
}

function theirs({ counts, rcodes, queries }: Dns): string[] {
  const lines = [...Object.entries(counts), ...Object.entries(rcodes).map(([code, n]) => [`rcode ${code}`, n])];
  return [
    ...lines.map(([key, n]) => `${key}: ${n}`).toSorted(),
    ...queries.map(([frame, name, type]) => `frame ${frame} ${name === '<Root>' ? '.' : name} ${typeName(type)}`),
  ];
}

describe.runIf(truths.length > 0)('against tshark', () => {
  test('there is something to compare', () => {
    expect(truths.length).toBeGreaterThan(30);
  });

  test.each(truths.map((truth) => [truth.file, truth] as const))('%s', async (file, { dns }) => {
    const wanted = theirs(dns);
    const own = ours(await exchangesOf(file));
    const missing = wanted.filter((line) => !own.includes(line));
    const extra = own
      .slice(0, Math.max(wanted.length, dns.queries.length < 60 ? own.length : 0))
      .filter((line) => !wanted.includes(line));
    const known = differences
      .filter((each) => each.file === file)
      .map((each) => ({ missing: each.missing, extra: each.extra }));
    expect(missing.length + extra.length === 0 ? [] : [{ missing, extra }]).toEqual(known);
  });
});
