/** How `http` writes a transaction, once it is over, and all of them, once the capture is. */
import type { HttpDocument, TransactionRow } from '../report/http/model.ts';
import type { Telling } from '../report/http/rows.ts';
import { csvHead, csvLineOf } from '../report/csv.ts';
import { jsonAround, jsonText, ndjsonLine } from '../report/json.ts';
import { type NameOf, namedFindings, withNames } from '../report/naming.ts';
import { terminalWidth } from './commands.ts';
import type { HttpOptions } from './http-options.ts';
import type { CommonOptions } from './options.ts';

export interface HttpForm {
  readonly telling: Omit<Telling, 'secrets'>;
  readonly textOf: (row: TransactionRow) => string;
  /** All that is printed; `rows` as `textOf` made them, in their order. */
  readonly pieces: (doc: HttpDocument, rows: Iterable<string>, nameOf: NameOf | null) => Iterable<string>;
}

/** What draws text is loaded only for text. */
export async function formOf(options: CommonOptions & HttpOptions): Promise<HttpForm> {
  switch (options.format) {
    case 'json':
      return json;
    case 'ndjson':
      return ndjson;
    case 'csv':
      return csv;
    default:
      return textForm(options);
  }
}

const whole = { headers: true, explains: true };
const plain = { headers: false, explains: false };

const json: HttpForm = {
  telling: whole,
  textOf: jsonText,
  pieces: (doc, rows) => jsonAround(doc, 'transactions', rows),
};

const ndjson: HttpForm = {
  telling: whole,
  textOf: (row) => ndjsonLine('transaction', row),
  *pieces(doc, rows) {
    yield* rows;
    yield ndjsonLine('summary', doc);
  },
};

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

const csvLine = csvLineOf(columns);

const csv: HttpForm = {
  telling: plain,
  // Lists as words.
  textOf: (row) => csvLine({ ...row, anomalies: row.anomalies.join(' ') }),
  *pieces(_, rows) {
    yield csvHead(columns);
    yield* rows;
  },
};

async function textForm(options: CommonOptions & HttpOptions): Promise<HttpForm> {
  const [{ makeStyle }, { cellsText, explainedRows, httpText, tableOf }] = await Promise.all([
    import('../report/text/style.ts'),
    import('../report/text/http/table.ts'),
  ]);
  const { explains } = options;
  const style = makeStyle(options.colour);
  const width = terminalWidth(options) ?? Infinity;
  return {
    telling: { headers: false, explains },
    textOf: explains ? (row) => JSON.stringify(row) : cellsText,
    pieces: (doc, rows, nameOf) => {
      const shown = explains ? explainedRows(readRows(rows, nameOf), style) : tableOf(rows, nameOf, width);
      return httpText(nameOf === null ? doc : namedHttp(doc, nameOf), shown, { style, explains });
    },
  };
}

function* readRows(texts: Iterable<string>, nameOf: NameOf | null): Generator<TransactionRow> {
  for (const text of texts) {
    const row = JSON.parse(text) as TransactionRow;
    yield nameOf === null || row.host === null ? row : { ...row, host: withNames(row.host, nameOf) };
  }
}

const namedHttp = (doc: HttpDocument, nameOf: NameOf): HttpDocument => ({
  ...doc,
  hosts: doc.hosts.map((row) => ({ ...row, host: withNames(row.host, nameOf) })),
  findings: namedFindings(doc.findings, nameOf),
});
