/** Rows as CSV (RFC 4180, LF line ends). Nested objects become columns with dots: `endpoints.originator.frames`. */
import { forCsv } from './sanitize.ts';

/** Lines of a table with the given columns (dotted keys), header first. */
export function* csvLines(columns: readonly string[], rows: Iterable<object>): Generator<string> {
  yield csvHead(columns);
  const lineOf = csvLineOf(columns);
  for (const row of rows) yield lineOf(row);
}

/** What makes a line of one row. */
export function csvLineOf(columns: readonly string[]): (row: object) => string {
  const paths = columns.map((column) => column.split('.'));
  return (row) => {
    let line = '';
    for (let i = 0; i < paths.length; i++) line += i === 0 ? cell(row, paths[i]!) : `,${cell(row, paths[i]!)}`;
    return `${line}\n`;
  };
}

export const csvHead = (columns: readonly string[]): string => `${columns.join(',')}\n`;

function cell(row: object, path: readonly string[]): string {
  let value: unknown = row;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as Record<string, unknown>)[key];
  }
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return forCsv(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Every leaf of a document as `key,value` lines: what a document without rows of one kind looks like as CSV. */
export function* flatLines(document: object): Generator<string> {
  yield 'key,value\n';
  for (const [key, value] of leaves('', document))
    yield `${forCsv(key)},${typeof value === 'string' ? forCsv(value) : String(value)}\n`;
}

function* leaves(prefix: string, value: unknown): Generator<[string, unknown]> {
  if (value === null || value === undefined) yield [prefix, ''];
  else if (typeof value !== 'object') yield [prefix, value];
  else {
    for (const [key, inner] of Object.entries(value)) yield* leaves(prefix === '' ? key : `${prefix}.${key}`, inner);
  }
}
