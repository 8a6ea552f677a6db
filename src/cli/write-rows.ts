/** A document with rows in the format that was asked for: what the commands of protocols share. */
import type { Style } from '../report/text/style.ts';
import { csvLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { terminalWidth, writeAll } from './commands.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';

export interface Layout {
  readonly style: Style;
  /** Infinity where nothing is cut. */
  readonly width: number;
  readonly utc: boolean;
}

export interface RowsToWrite<Row extends object> {
  /** All but the rows. */
  readonly doc: object;
  /** The rows' key in the document, and the `type` of one in NDJSON. */
  readonly key: string;
  readonly type: string;
  /** Made one at a time, once. */
  readonly rows: Iterable<Row>;
  readonly columns: readonly string[];
  /** Loads its renderer only when asked. */
  readonly text: (layout: Layout) => Promise<Iterable<string>>;
}

export async function writeRows<Row extends object>(
  { doc, key, type, rows, columns, text }: RowsToWrite<Row>,
  output: Output,
  options: CommonOptions,
): Promise<void> {
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(doc, key, rows));
    case 'ndjson':
      for (const row of rows) await output.write(ndjsonLine(type, row));
      return output.write(ndjsonLine('summary', doc));
    case 'csv':
      return writeAll(output, csvLines(columns, rows));
    default: {
      const { makeStyle } = await import('../report/text/style.ts');
      const width = terminalWidth(options) ?? Infinity;
      return writeAll(output, await text({ style: makeStyle(options.colour), width, utc: options.utc }));
    }
  }
}
