/** `dns`: queries and their answers. */
import { detectDns } from '../detect/dns/dns-failure.ts';
import { socketText } from '../detect/groups.ts';
import { type RunOfQueries, dnsDocument, queryRows } from '../report/dns/document.ts';
import type { Analysis } from '../analyze.ts';
import { DnsRun } from './dns-run.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';
import { type Layout, writeRows } from './write-rows.ts';

export function runDns(options: CommonOptions): Promise<number> {
  const dns = new DnsRun();
  return runOnCaptures({ ...options, observer: dns.observer }, async (analysis, output) => {
    const limits = dns.finish();
    const { connections: c } = analysis.facts;
    const indexes = c.indexes();
    const order = new Uint32Array(c.count);
    c.ordered().forEach((id, i) => (order[id] = i));
    const findings = detectDns({
      exchanges: dns.pairing.exchanges,
      serverOf: ({ connection, side }) => socketText(c, connection, side === 0 ? 1 : 0),
      captureEnd: c.captureEnd.seconds,
    });
    const run: RunOfQueries = {
      exchanges: dns.pairing.exchanges.toSorted((a, b) => order[a.connection]! - order[b.connection]!),
      name: (id, transport) => `${transport}:${indexes[id]!}`,
      unreadable: dns.unreadable,
      limits,
      findings,
    };
    await write(analysis, run, output, options);
    return findings;
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
