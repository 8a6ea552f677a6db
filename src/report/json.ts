/** Documents as JSON: one top-level key a line, one row a line, so that both people and `diff` can read it. */
import { forJson } from './sanitize.ts';

/** Pieces of the JSON text of `head`, with the key `rowsKey` and its rows behind it where given. */
export function* jsonPieces(head: object, rowsKey?: string, rows?: Iterable<object>): Generator<string> {
  yield* jsonAround(head, rowsKey, rows === undefined ? undefined : textsOf(rows));
}

/** The same with rows that are text already, see `jsonText`. */
export function* jsonAround(head: object, rowsKey?: string, rows?: Iterable<string>): Generator<string> {
  let separator = '{\n';
  for (const [key, value] of Object.entries(head)) {
    if (value === undefined) continue;
    yield `${separator}  ${json(key)}: ${valueText(value)}`;
    separator = ',\n';
  }
  if (rowsKey !== undefined && rows !== undefined) {
    yield `${separator}  ${json(rowsKey)}: [`;
    let between = '\n    ';
    for (const row of rows) {
      yield between + row;
      between = ',\n    ';
    }
    yield between === '\n    ' ? ']' : '\n  ]';
  }
  yield '\n}\n';
}

function* textsOf(rows: Iterable<object>): Generator<string> {
  for (const row of rows) yield jsonText(row);
}

const json = (value: unknown): string => forJson(JSON.stringify(value));

/** One row. */
export const jsonText = (row: object): string => json(row);

function valueText(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0 || typeof value[0] !== 'object') return json(value);
  return `[\n${value.map((row) => `    ${json(row)}`).join(',\n')}\n  ]`;
}

/** One NDJSON line. */
export const ndjsonLine = (type: string, row: object): string => `${json({ type, ...row })}\n`;
