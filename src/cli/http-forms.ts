/** How `http` writes a transaction, once it is over, and all of them, once the capture is. */
import type { HttpDocument, TransactionRow } from '../report/http/model.ts';
import type { Transaction } from '../app/http/message.ts';
import { csvColumns, csvRow } from '../report/http/csv-row.ts';
import { type Telling, transactionRow } from '../report/http/rows.ts';
import { csvHead } from '../report/csv.ts';
import { jsonAround, jsonText, ndjsonLine } from '../report/json.ts';
import { type NameOf, namedFindings, withNames } from '../report/naming.ts';
import { terminalWidth } from './commands.ts';
import type { HttpOptions } from './http-options.ts';
import type { CommonOptions } from './options.ts';

export interface HttpForm {
  /** Of one of the connection with that name. */
  readonly textOf: (connection: string, transaction: Transaction) => string;
  /** All that is printed; `rows` as `textOf` made them, in their order. */
  readonly pieces: (doc: HttpDocument, rows: Iterable<string>, nameOf: NameOf | null) => Iterable<string>;
}

/** What draws text is loaded only for text. */
export async function formOf(options: CommonOptions & HttpOptions): Promise<HttpForm> {
  switch (options.format) {
    case 'json':
      return json(options.secrets);
    case 'ndjson':
      return ndjson(options.secrets);
    case 'csv':
      return csv;
    default:
      return textForm(options);
  }
}

const whole = (secrets: boolean): Telling => ({ headers: true, explains: true, secrets });

const json = (secrets: boolean): HttpForm => ({
  textOf: (name, each) => jsonText(transactionRow(name, each, whole(secrets))),
  pieces: (doc, rows) => jsonAround(doc, 'transactions', rows),
});

const ndjson = (secrets: boolean): HttpForm => ({
  textOf: (name, each) => ndjsonLine('transaction', transactionRow(name, each, whole(secrets))),
  *pieces(doc, rows) {
    yield* rows;
    yield ndjsonLine('summary', doc);
  },
});

const csv: HttpForm = {
  textOf: csvRow,
  *pieces(_, rows) {
    yield csvHead(csvColumns);
    yield* rows;
  },
};

async function textForm(options: CommonOptions & HttpOptions): Promise<HttpForm> {
  const [{ makeStyle }, { explainedRows, httpText, tableOf, transactionCells }] = await Promise.all([
    import('../report/text/style.ts'),
    import('../report/text/http/table.ts'),
  ]);
  const { explains, secrets } = options;
  const telling = { headers: false, explains, secrets };
  const style = makeStyle(options.colour);
  const width = terminalWidth(options) ?? Infinity;
  return {
    textOf: (name, each) => {
      const row = transactionRow(name, each, telling);
      return explains ? JSON.stringify(row) : transactionCells(row);
    },
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
