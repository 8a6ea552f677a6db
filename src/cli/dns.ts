/** `dns`: queries and their answers. */
import { type DnsDocument, type QueryRow, dnsDocument } from '../report/dns/document.ts';
import { writeAll } from './commands.ts';
import { DnsGathering } from './dns-gathering.ts';
import type { CommonOptions } from './options.ts';
import { type RowKind, rowForm } from './row-forms.ts';
import { runOnCaptures } from './run.ts';

export async function runDns(options: CommonOptions): Promise<number> {
  const { textOf, pieces } = await rowForm(kind, options);
  const dns = new DnsGathering(textOf);
  try {
    return await runOnCaptures({ ...options, observer: dns.run.observer }, async ({ facts }, output) => {
      const run = dns.finish(facts);
      await writeAll(output, pieces(dnsDocument(facts, run), dns.rows.texts(facts.connections.ordered())));
      return run.findings;
    });
  } finally {
    dns.close();
  }
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

const kind: RowKind<QueryRow, DnsDocument> = {
  key: 'queries',
  type: 'query',
  columns,
  // Answers as words.
  flat: (row) => ({ ...row, answers: row.answers.map(({ type, data }) => `${type} ${data}`).join('; ') }),
  text: async () => {
    const { dnsText, queryCells } = await import('../report/text/dns/table.ts');
    return { textOf: queryCells, draw: dnsText };
  },
};
