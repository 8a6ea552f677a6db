/** `http`: transactions of all connections, those that are wanted, in every format. */
import { resolve } from 'node:path';
import type { HttpSink } from '../app/http/conversation.ts';
import { Http2 } from '../app/http2/http2.ts';
import type { Analysis } from '../analysis.ts';
import { Observers } from '../flow/observers.ts';
import { httpDocument } from '../report/http/document.ts';
import { harPieces } from '../report/http/har.ts';
import type { GoAwayRow } from '../report/http/model.ts';
import { sideNames } from '../report/ladder/model.ts';
import { forTerminal } from '../report/sanitize.ts';
import type { Arrival, Side } from '../stream/segment.ts';
import { writeAll } from './commands.ts';
import { DnsRun } from './dns-run.ts';
import { UsageError } from './exit-codes.ts';
import { Extraction } from './extract.ts';
import { type HttpForm, formOf } from './http-forms.ts';
import { HttpGathering } from './http-gathering.ts';
import type { HttpOptions } from './http-options.ts';
import { HttpRun } from './http-run.ts';
import type { CommonOptions } from './options.ts';
import { openOutput } from './output.ts';
import { runOnCaptures } from './run.ts';

export { type RawHttpOptions, httpOptions } from './http-options.ts';

/** Rows and HAR have each a place of their own. */
function refuseOnePlace({ har, output }: CommonOptions & HttpOptions): void {
  if (har === null || resolve(har) !== resolve(output ?? '-')) return;
  throw new UsageError(
    `--har ${forTerminal(har)}: the rows go there too\n  expected: another file, or -o FILE for the rows`,
  );
}

export async function runHttp(options: CommonOptions & HttpOptions): Promise<number> {
  refuseOnePlace(options);
  const { choice, secrets, har, format, explains } = options;
  const form = await formOf(options);
  const gathering = new HttpGathering({
    choice,
    textOf: form.textOf,
    hosts: format === 'json' || format === 'ndjson' || (format === 'text' && explains),
    // CSV has rows only.
    findings: format !== 'csv' || options.failOn !== undefined,
    har: har === null ? null : { secrets },
  });
  try {
    return await read(options, form, gathering);
  } finally {
    gathering.close();
  }
}

function read(options: CommonOptions & HttpOptions, form: HttpForm, gathering: HttpGathering): Promise<number> {
  const extraction = options.extract === null ? null : new Extraction(options.extract);
  const goAways: GoAwayRow[] = [];
  let hasAllGoAways = true;
  const goAwaysFull = (): void => void (hasAllGoAways = false);
  const run = new HttpRun(options.keys, (id, name, tracker) => {
    const sink = gathering.sinkOf(id, name, tracker);
    sink.http2 = (client, upgraded, events) =>
      new Http2(client, { ...events, goAway: goAwayOf(name, goAways, goAwaysFull) }, upgraded);
    return extraction === null ? sink : extracting(sink, name, extraction, options);
  });
  const dns = options.names ? new DnsRun() : null;
  const observer = dns === null ? run.tap : new Observers(run.tap, dns.observer);
  return runOnCaptures({ ...options, observer, onOpen: run.onOpen }, async ({ facts }: Analysis, output) => {
    const { limits, connections } = facts;
    for (const limit of dns?.finish() ?? []) limits.add(limit);
    for (const limit of run.finish()) limits.add(limit);
    for (const limit of gathering.limits()) limits.add(limit);
    if (!hasAllGoAways) limits.add('goaways');
    const findings = gathering.findings(facts);
    const { counts, hosts, rows, entries } = gathering;
    const order = connections.ordered();
    const doc = httpDocument(facts, { counts, hosts, goAways, findings });
    await writeAll(output, form.pieces(doc, rows.texts(order), dns?.names() ?? null));
    if (options.har !== null) await writeHar(entries.texts(order), options.har);
    if (extraction !== null) tellExtraction(extraction);
    return findings;
  });
}

/** The same sink; bodies are written as well. */
const extracting = (sink: HttpSink, name: string, extraction: Extraction, { choice }: HttpOptions): HttpSink => ({
  ...sink,
  closed: (transaction) => {
    extraction.take(name, transaction, choice(transaction));
    sink.closed(transaction);
  },
  body: (...piece) => extraction.bodies.add(...piece),
});

function tellExtraction({ files, left, bodies }: Extraction): void {
  const rest = left + bodies.tooLarge;
  const lost = rest === 0 ? '' : `; ${rest} left out: not whole, damaged or too large`;
  process.stderr.write(`synoptic: ${files} ${files === 1 ? 'body' : 'bodies'} written${lost}\n`);
}

async function writeHar(entries: Iterable<string>, path: string): Promise<void> {
  const file = openOutput(path);
  try {
    await writeAll(file, harPieces(entries));
    await file.finish();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** GOAWAY frames that are kept. */
const MAX_GO_AWAYS = 10_000;

const goAwayOf =
  (connection: string, goAways: GoAwayRow[], full: () => void) =>
  (side: Side, error: string, { frame }: Arrival): void => {
    if (goAways.length < MAX_GO_AWAYS) goAways.push({ connection, side: sideNames[side], frame, error });
    else full();
  };
