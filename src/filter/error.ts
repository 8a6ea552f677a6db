/**
 * What is wrong with a filter, where in its text, and what could have stood there.
 * `renderFilterError` draws the three lines a person sees; the command line puts its own name in front.
 */

/** More alternatives than this are cut to "...": a longer list is not read. */
const MAX_EXPECTED = 8;
/** Columns of the text shown around the caret, so that a long filter stays on one line. */
const SHOWN_COLUMNS = 100;

interface FilterProblem {
  /** The filter's text. */
  readonly text: string;
  /** 0-based column of what is wrong. */
  readonly position: number;
  /** Columns that the caret marks, at least 1. */
  readonly length: number;
  /** The words at that place; empty where the filter ends too early. */
  readonly found: string;
  /** What could have stood there, most likely first; may be empty. */
  readonly expected: readonly string[];
  /** One clause without the place: "unknown word 'prt'". */
  readonly problem: string;
  /** Why, or what to write instead. */
  readonly note?: string | undefined;
}

export class FilterError extends Error implements FilterProblem {
  readonly text: string;
  readonly position: number;
  readonly length: number;
  readonly found: string;
  readonly expected: readonly string[];
  readonly problem: string;
  readonly note: string | undefined;

  constructor(what: FilterProblem) {
    super(`filter: ${printable(what.problem)} at column ${what.position + 1}`);
    this.name = 'FilterError';
    this.text = what.text;
    this.position = what.position;
    this.length = what.length;
    this.found = what.found;
    this.expected = what.expected;
    this.problem = what.problem;
    this.note = what.note;
  }
}

/** The message with the filter's text and a caret below the wrong part; without a final newline. */
export function renderFilterError(error: FilterError): string {
  const from = windowStart(error);
  const shown = printable(error.text.slice(from, from + SHOWN_COLUMNS));
  const head = from > 0 ? '...' : '';
  const tail = from + SHOWN_COLUMNS < error.text.length ? '...' : '';
  const width = Math.max(1, Math.min(error.length, shown.length - (error.position - from)));
  const lines = [
    error.message,
    `  ${head}${shown}${tail}`,
    `  ${caret(head + shown, head.length + error.position - from, width)}`,
  ];
  if (error.expected.length > 0) lines.push(`  expected: ${listExpected(error.expected)}`);
  if (error.note !== undefined) lines.push(`  ${printable(error.note)}`);
  return lines.join('\n');
}

function listExpected(expected: readonly string[]): string {
  const listed = expected.slice(0, MAX_EXPECTED).join(', ');
  return expected.length > MAX_EXPECTED ? `${listed} ...` : listed;
}

function windowStart(error: FilterError): number {
  if (error.text.length <= SHOWN_COLUMNS) return 0;
  return Math.max(0, error.position - SHOWN_COLUMNS / 2);
}

/** Pads with the width of what stands above: wide (CJK) characters take two cells on a terminal. */
function caret(above: string, column: number, width: number): string {
  return (
    ' '.repeat(cells(above.slice(0, column))) +
    '^'.repeat(Math.max(1, cells(above.slice(column, column + width)) || width))
  );
}

function cells(text: string): number {
  let sum = 0;
  for (const character of text) sum += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return sum;
}

/** East Asian wide and fullwidth blocks and emoji, Unicode Standard Annex 11; close enough for a caret. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff)
  );
}

/** A filter may come from a file or a policy: nothing in it may move the terminal's cursor. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}
