/** How rows are kept as text while a capture is read, and how a document is made around them, once it is. */
import { csvHead, csvLineOf } from '../report/csv.ts';
import { jsonAround, jsonText, ndjsonLine } from '../report/json.ts';
import { terminalWidth } from './commands.ts';
import type { CommonOptions } from './options.ts';
import type { Layout } from './write-rows.ts';

export interface RowForm<Row extends object, Doc extends object> {
  readonly textOf: (row: Row) => string;
  /** All that is printed; `rows` as `textOf` made them, in their order. */
  readonly pieces: (doc: Doc, rows: Iterable<string>) => Iterable<string>;
}

/** What draws rows as a table. */
interface RowText<Row, Doc> {
  readonly textOf: (row: Row) => string;
  readonly draw: (doc: Doc, rows: Iterable<string>, layout: Layout) => Iterable<string>;
}

export interface RowKind<Row extends object, Doc extends object> {
  /** The rows' key in the document, and the `type` of one in NDJSON. */
  readonly key: string;
  readonly type: string;
  readonly columns: readonly string[];
  /** What CSV has in place of the row, where lists are words there. */
  readonly flat: (row: Row) => object;
  /** Loaded only for text. */
  readonly text: () => Promise<RowText<Row, Doc>>;
}

export async function rowForm<Row extends object, Doc extends object>(
  { key, type, columns, flat, text }: RowKind<Row, Doc>,
  options: CommonOptions,
): Promise<RowForm<Row, Doc>> {
  switch (options.format) {
    case 'json':
      return { textOf: jsonText, pieces: (doc, rows) => jsonAround(doc, key, rows) };
    case 'ndjson':
      return {
        textOf: (row) => ndjsonLine(type, row),
        pieces: (doc, rows) => followed(rows, ndjsonLine('summary', doc)),
      };
    case 'csv': {
      const lineOf = csvLineOf(columns);
      return { textOf: (row) => lineOf(flat(row)), pieces: (_, rows) => led(csvHead(columns), rows) };
    }
    default: {
      const [{ makeStyle }, { textOf, draw }] = await Promise.all([import('../report/text/style.ts'), text()]);
      const width = terminalWidth(options) ?? Infinity;
      const layout = { style: makeStyle(options.colour), width, utc: options.utc };
      return { textOf, pieces: (doc, rows) => draw(doc, rows, layout) };
    }
  }
}

function* followed(rows: Iterable<string>, last: string): Generator<string> {
  yield* rows;
  yield last;
}

function* led(first: string, rows: Iterable<string>): Generator<string> {
  yield first;
  yield* rows;
}
