/** HTTP of all captures of ../shared/captures against tshark's: requests, responses, frames, hosts, targets, pairs. */
import { describe, expect, test } from 'vitest';
import { type Difference, differences } from './differences.ts';
import { requestLines, responseLines, transactionsOf, truthLines, truths } from './truth.ts';

const withoutReason = ({ file, kind, missing, extra, first }: Difference): Difference => ({
  file,
  kind,
  missing,
  extra,
  first,
});

/** Captures whose file cannot be opened at all are the business of test/capture. */
async function compare(truth: (typeof truths)[number]): Promise<Difference[]> {
  const found = await transactionsOf(truth.file).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'CaptureError') return null;
    throw error;
  });
  if (found === null) return [];
  const wanted = truthLines(truth);
  const found2 = { requests: requestLines(found), responses: responseLines(found) };
  return (['requests', 'responses'] as const).flatMap((kind) => {
    const { whole, partial } = found2[kind];
    const own = new Set([...whole, ...partial]);
    const missing = wanted[kind].filter((line) => !own.has(line));
    const extra = whole.filter((line) => !wanted[kind].includes(line));
    if (missing.length + extra.length === 0) return [];
    return [{ file: truth.file, kind, missing: missing.length, extra: extra.length, first: (missing[0] ?? extra[0])! }];
  });
}

describe.runIf(truths.length > 0)('against tshark', () => {
  test('there is something to compare', () => {
    const lines = truths.map(truthLines);
    expect(lines.reduce((sum, { requests }) => sum + requests.length, 0)).toBeGreaterThan(700);
    expect(lines.reduce((sum, { responses }) => sum + responses.length, 0)).toBeGreaterThan(700);
  });

  test.each(truths.map((truth) => [truth.file, truth] as const))('%s', async (file, truth) => {
    const known = differences.filter((each) => each.file === file).map(withoutReason);
    expect(await compare(truth)).toEqual(known);
  });
});
