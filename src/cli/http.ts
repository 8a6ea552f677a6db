/** `http`: transactions of all connections, those that are wanted, in every format. */
import { resolve } from 'node:path';
import type { Bodies } from '../app/http/bodies.ts';
import { GatheredTransactions, type HttpConnection } from '../app/http/gathered.ts';
import { type Transaction, statusOf } from '../app/http/message.ts';
import { Http2 } from '../app/http2/http2.ts';
import { totalSeconds } from '../app/http/timing.ts';
import type { Keys } from '../app/tls/decryptor.ts';
import type { Finding } from '../detect/finding.ts';
import { detectHttp } from '../detect/http/index.ts';
import { Observers } from '../flow/observers.ts';
import { inOrder, sitesOf } from '../detect/sites.ts';
import type { GoAwayRow, HttpDocument, TransactionRow } from '../report/http/model.ts';
import { type NameOf, namedFindings, withNames } from '../report/naming.ts';
import { globMatches } from '../check/glob.ts';
import { sideNames } from '../report/ladder/model.ts';
import type { Arrival, Side } from '../stream/segment.ts';
import { csvLines } from '../report/csv.ts';
import { httpDocument } from '../report/http/document.ts';
import { type EndsOf, harPieces } from '../report/http/har.ts';
import { type Choice, placeOf, transactionRows } from '../report/http/rows.ts';
import { forTerminal } from '../report/sanitize.ts';
import type { Analysis } from '../analyze.ts';
import { writeAll } from './commands.ts';
import { DnsRun } from './dns-run.ts';
import { UsageError } from './exit-codes.ts';
import { Extraction } from './extract.ts';
import { HttpRun } from './http-run.ts';
import type { CommonOptions } from './options.ts';
import { type Output, openOutput } from './output.ts';
import { runOnCaptures } from './run.ts';
import { type RawKeyOptions, readKeys } from './tls-keys.ts';
import { type Layout, writeRows } from './write-rows.ts';

export interface RawHttpOptions extends RawKeyOptions {
  names?: true;
  slow?: string;
  status?: string;
  host?: string;
  showSecrets?: true;
  explain?: true;
  har?: string;
  extract?: string;
}

interface OwnOptions {
  readonly choice: Choice;
  /** Text says what each row means. */
  readonly explains: boolean;
  readonly secrets: boolean;
  readonly keys: Keys;
  /** Text has the names that DNS answers in the capture gave to addresses. */
  readonly names: boolean;
  /** File and folder to write to; null for none. */
  readonly har: string | null;
  readonly extract: string | null;
}

/** Throws UsageError for a word that cannot be used. */
export function httpOptions(raw: RawHttpOptions): OwnOptions {
  const choices: Choice[] = [];
  if (raw.slow !== undefined) {
    const least = readSeconds('--slow', raw.slow);
    choices.push((transaction) => (totalSeconds(transaction) ?? 0) >= least);
  }
  if (raw.status !== undefined) choices.push(statusChoice(raw.status));
  if (raw.host !== undefined) {
    const glob = raw.host.toLowerCase();
    choices.push((transaction) => globMatches(glob, hostName(placeOf(transaction).host ?? '')));
  }
  return {
    choice: (transaction) => choices.every((choice) => choice(transaction)),
    explains: raw.explain === true,
    secrets: raw.showSecrets === true,
    keys: readKeys(raw),
    names: raw.names === true,
    har: raw.har ?? null,
    extract: raw.extract ?? null,
  };
}

/** Without the port. */
const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, '');

/** `5xx`, `404`, `4xx,503`, `none`. */
function statusChoice(text: string): Choice {
  const words = text.toLowerCase().split(',');
  for (const word of words) {
    if (/^(?:[1-9](?:xx|\d\d)|none)$/.test(word)) continue;
    throw new UsageError(`--status ${forTerminal(text)}: expected codes or classes, as in 5xx or 404,503, or none`);
  }
  const wanted = new Set(words);
  return (transaction: Transaction) => {
    const status = statusOf(transaction);
    if (status === null) return wanted.has('none');
    return wanted.has(String(status)) || wanted.has(`${Math.floor(status / 100)}xx`);
  };
}

/** `500ms`, `1.5s`. */
function readSeconds(option: string, text: string): number {
  const [, value, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s)$/.exec(text) ?? [];
  if (value === undefined) throw new UsageError(`${option} ${forTerminal(text)}: expected a time, as in 500ms or 1.5s`);
  return unit === 'ms' ? Number(value) / 1000 : Number(value);
}

/** Rows and HAR have each a place of their own. */
function refuseOnePlace({ har, output }: CommonOptions & OwnOptions): void {
  if (har === null || resolve(har) !== resolve(output ?? '-')) return;
  throw new UsageError(
    `--har ${forTerminal(har)}: the rows go there too\n  expected: another file, or -o FILE for the rows`,
  );
}

export function runHttp(options: CommonOptions & OwnOptions): Promise<number> {
  refuseOnePlace(options);
  const gathered = new GatheredTransactions();
  const extraction = options.extract === null ? null : new Extraction(options.extract);
  const goAways: GoAwayRow[] = [];
  let hasAllGoAways = true;
  const goAwaysFull = (): void => void (hasAllGoAways = false);
  const run = new HttpRun(options.keys, (id, name) => {
    const closed = (transaction: Transaction): void => {
      extraction?.take(name, transaction, options.choice(transaction));
      gathered.add(id, transaction);
    };
    const bodies =
      extraction === null ? {} : { body: (...piece: Parameters<Bodies['add']>) => extraction.bodies.add(...piece) };
    return {
      closed,
      ...bodies,
      ended: (side, at) => gathered.end(id, side, at),
      http2: (client, upgraded, events) => {
        return new Http2(client, { ...events, goAway: goAwayOf(name, goAways, goAwaysFull) }, upgraded);
      },
    };
  });
  const dns = options.names ? new DnsRun() : null;
  const observer = dns === null ? run.tap : new Observers(run.tap, dns.observer);
  return runOnCaptures({ ...options, observer, onOpen: run.onOpen }, async (analysis, output) => {
    const { limits, connections } = analysis.facts;
    for (const limit of dns?.finish() ?? []) limits.add(limit);
    for (const limit of run.finish()) limits.add(limit);
    if (gathered.limitReached) limits.add('transactions');
    if (!hasAllGoAways) limits.add('goaways');
    const found = inOrder(connections, gathered.connections());
    // CSV has rows only.
    const isRead = options.format !== 'csv' || options.failOn !== undefined;
    const findings = isRead ? detectHttp(sitesOf(connections, found), limits) : [];
    await writeHttp(analysis, { found, goAways, findings, nameOf: dns?.names() ?? null }, output, options);
    if (options.har !== null) await writeHar(analysis, found, options.har, options);
    if (extraction !== null) tellExtraction(extraction);
    return findings;
  });
}

function tellExtraction({ files, left, bodies }: Extraction): void {
  const rest = left + bodies.tooLarge;
  const lost = rest === 0 ? '' : `; ${rest} left out: not whole, damaged or too large`;
  process.stderr.write(`synoptic: ${files} bodies written${lost}\n`);
}

async function writeHar(
  { facts }: Analysis,
  found: readonly HttpConnection[],
  path: string,
  own: OwnOptions,
): Promise<void> {
  const { connections: c } = facts;
  const indexes = c.indexes();
  const ids = new Map(found.map(({ id }) => [`tcp:${indexes[id]!}`, id]));
  const telling = { headers: true, explains: false, secrets: own.secrets };
  const rows = transactionRows(found, (id) => `tcp:${indexes[id]!}`, own.choice, telling);
  const file = openOutput(path);
  try {
    const endsOf = (name: string): ReturnType<EndsOf> => {
      const id = ids.get(name)!;
      return { address: c.address(id, 1), port: c.port(id, 1), clientPort: c.port(id, 0) };
    };
    await writeAll(file, harPieces(rows, endsOf));
    await file.finish();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

const columns = [
  'connection',
  'index',
  'protocol',
  'stream',
  'secure',
  'frames.request',
  'frames.response',
  'startTime',
  'method',
  'host',
  'path',
  'version',
  'status',
  'contentType',
  'requestBytes',
  'responseBytes',
  'requestBodyBytes',
  'responseBodyBytes',
  'timing.queuedSeconds',
  'timing.requestSeconds',
  'timing.serverSeconds',
  'timing.downloadSeconds',
  'timing.tcpRecoverySeconds',
  'timing.stalledSeconds',
  'resetCode',
  'totalSeconds',
  'reuse',
  'pipelineDepth',
  'incomplete.request',
  'incomplete.response',
  'anomalies',
];

/** GOAWAY frames that are kept. */
const MAX_GO_AWAYS = 10_000;

const goAwayOf =
  (connection: string, goAways: GoAwayRow[], full: () => void) =>
  (side: Side, error: string, { frame }: Arrival): void => {
    if (goAways.length < MAX_GO_AWAYS) goAways.push({ connection, side: sideNames[side], frame, error });
    else full();
  };

interface Told {
  readonly found: readonly HttpConnection[];
  readonly goAways: readonly GoAwayRow[];
  readonly findings: readonly Finding[];
  readonly nameOf: NameOf | null;
}

async function writeHttp(
  { facts }: Analysis,
  { found, goAways, findings, nameOf }: Told,
  output: Output,
  { choice, secrets, explains, ...options }: CommonOptions & OwnOptions,
): Promise<void> {
  const indexes = facts.connections.indexes();
  const headers = options.format === 'json' || options.format === 'ndjson';
  const telling = { headers, explains: headers || explains, secrets };
  const rows = transactionRows(found, (id) => `tcp:${indexes[id]!}`, choice, telling);
  if (options.format === 'csv') return writeAll(output, csvLines(columns, flat(rows)));
  const doc = httpDocument(facts, found, choice, goAways, findings);
  const text = async (layout: Layout): Promise<Iterable<string>> => {
    const { httpText } = await import('../report/text/http/table.ts');
    const how = { ...layout, explains };
    return nameOf === null ? httpText(doc, rows, how) : httpText(namedHttp(doc, nameOf), namedRows(rows, nameOf), how);
  };
  await writeRows({ doc, key: 'transactions', type: 'transaction', rows, columns, text }, output, options);
}

const named = (host: string | null, nameOf: NameOf): string | null => (host === null ? null : withNames(host, nameOf));

const namedHttp = (doc: HttpDocument, nameOf: NameOf): HttpDocument => ({
  ...doc,
  hosts: doc.hosts.map((row) => ({ ...row, host: withNames(row.host, nameOf) })),
  findings: namedFindings(doc.findings, nameOf),
});

function* namedRows(rows: Iterable<TransactionRow>, nameOf: NameOf): Generator<TransactionRow> {
  for (const row of rows) yield { ...row, host: named(row.host, nameOf) };
}

/** Lists as words. */
function* flat(rows: Iterable<{ readonly anomalies: readonly string[] }>): Generator<object> {
  for (const row of rows) yield { ...row, anomalies: row.anomalies.join(' ') };
}
