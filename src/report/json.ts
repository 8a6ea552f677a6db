/** Documents as JSON: one top-level key a line, one row a line, so that both people and `diff` can read it. */

/** Pieces of the JSON text of `head`, with the key `rowsKey` and its rows behind it where given. */
export function* jsonPieces(head: object, rowsKey?: string, rows?: Iterable<object>): Generator<string> {
  let separator = '{\n';
  for (const [key, value] of Object.entries(head)) {
    if (value === undefined) continue;
    yield `${separator}  ${JSON.stringify(key)}: ${valueText(value)}`;
    separator = ',\n';
  }
  if (rowsKey !== undefined && rows !== undefined) {
    yield `${separator}  ${JSON.stringify(rowsKey)}: [`;
    let between = '\n    ';
    for (const row of rows) {
      yield between + JSON.stringify(row);
      between = ',\n    ';
    }
    yield between === '\n    ' ? ']' : '\n  ]';
  }
  yield '\n}\n';
}

function valueText(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0 || typeof value[0] !== 'object') return JSON.stringify(value);
  return `[\n${value.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`;
}

/** One NDJSON line. */
export const ndjsonLine = (type: string, row: object): string => `${JSON.stringify({ type, ...row })}\n`;
