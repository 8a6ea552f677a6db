/** `dns`: queries and their answers. */
import { detectDns } from '../detect/dns/dns-failure.ts';
import { socketText } from '../detect/groups.ts';
import { csvLines } from '../report/csv.ts';
import { type RunOfQueries, dnsDocument, queryRows } from '../report/dns/document.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import type { Analysis } from '../analyze.ts';
import { terminalWidth, writeAll } from './commands.ts';
import { DnsRun } from './dns-run.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';

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
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(doc, 'queries', queryRows(run)));
    case 'ndjson':
      for (const row of queryRows(run)) await output.write(ndjsonLine('query', row));
      return output.write(ndjsonLine('summary', doc));
    case 'csv':
      return writeAll(output, csvLines(columns, flat(run)));
    default: {
      const [{ dnsText }, { makeStyle }] = await Promise.all([
        import('../report/text/dns/table.ts'),
        import('../report/text/style.ts'),
      ]);
      const how = { style: makeStyle(options.colour), width: terminalWidth(options) ?? Infinity, utc: options.utc };
      return writeAll(output, dnsText(doc, queryRows(run), how));
    }
  }
}

/** Answers as words. */
function* flat(run: RunOfQueries): Generator<object> {
  for (const row of queryRows(run)) {
    yield { ...row, answers: row.answers.map(({ type, data }) => `${type} ${data}`).join('; ') };
  }
}
