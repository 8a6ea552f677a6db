/** Rows of a protocol's command for people, as a table or each in full, and what is to be said of them. */
import type { Finding } from '../../detect/finding.ts';
import { findingLines } from './finding-lines.ts';
import type { Style } from './style.ts';
import { type Column, tableText } from './table.ts';

export interface RowsTextOptions {
  readonly style: Style;
  readonly width: number;
  readonly utc: boolean;
  /** Every row with its steps. */
  readonly full: boolean;
}

export interface RowsLook<Row> {
  readonly columns: readonly Column<Row>[];
  readonly fullText: (row: Row, style: Style) => Iterable<string>;
  /** Said where there are no rows. */
  readonly none: string;
  /** Lines between rows and findings. */
  readonly summary?: Iterable<string>;
}

export function* rowsText<Row>(
  rows: Iterable<Row>,
  findings: readonly Finding[],
  { columns, fullText, none, summary = [] }: RowsLook<Row>,
  { width, utc, full, style }: RowsTextOptions,
): Generator<string> {
  let count = 0;
  const counted = function* (): Generator<Row> {
    for (const row of rows) {
      count++;
      yield row;
    }
  };
  if (full) {
    for (const row of counted()) yield* fullText(row, style);
  } else yield* tableText(columns, counted(), width, utc);
  if (count === 0) yield `${none}\n`;
  yield* summary;
  yield* findingLines(findings, style);
}
