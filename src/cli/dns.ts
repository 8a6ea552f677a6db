/** `dns`: queries and their answers. */
import { type RunOfQueries, dnsDocument, queryRows } from '../report/dns/document.ts';
import type { Analysis } from '../analysis.ts';
import { DnsRun, queriesOf } from './dns-run.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';
import { type Layout, writeRows } from './write-rows.ts';

export function runDns(options: CommonOptions): Promise<number> {
  const dns = new DnsRun();
  return runOnCaptures({ ...options, observer: dns.observer }, async (analysis, output) => {
    const run = queriesOf(analysis.facts, dns);
    await write(analysis, run, output, options);
    return run.findings;
  });
}

const columns = [
  'connection',
  'protocol',
  'transport',
  'id',
  'name',
  'type',
  'rcode',
  'answers',
  'rttSeconds',
  'frames.query',
  'frames.answer',
  'time',
  'repeatOf',
  'retries',
  'duplicateAnswers',
  'authoritative',
  'truncated',
  'damaged',
];

async function write({ facts }: Analysis, run: RunOfQueries, output: Output, options: CommonOptions): Promise<void> {
  const doc = dnsDocument(facts, run);
  const text = async (layout: Layout): Promise<Iterable<string>> => {
    const { dnsText } = await import('../report/text/dns/table.ts');
    return dnsText(doc, queryRows(run), layout);
  };
  await writeRows(
    { doc, key: 'queries', type: 'query', rows: queryRows(run), columns, flat: flat(run), text },
    output,
    options,
  );
}

/** Answers as words. */
function* flat(run: RunOfQueries): Generator<object> {
  for (const row of queryRows(run)) {
    yield { ...row, answers: row.answers.map(({ type, data }) => `${type} ${data}`).join('; ') };
  }
}
