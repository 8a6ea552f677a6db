/**
 * Rows of a collection as columns of the fields that rules ask for. Each column keeps its different values once, so a
 * condition is tried on a value and not on every row that has it.
 */
import type { Condition } from './conditions.ts';
import { type Cell, type Field, valueAt } from './fields.ts';

/** Rows of one collection that are kept; more are a limit reached. */
export const MAX_ROWS = 2_000_000;
/** Bytes of answers that are kept for other rules with the same condition. */
const MAX_ANSWERS = 64 << 20;

interface Column {
  readonly field: Field;
  /** By row: index into `values`. */
  readonly codes: number[];
  readonly values: Cell[];
  readonly codeOf: Map<string, number>;
  /** Rows with a number, the least first; made when a percentile is asked for. */
  order: Uint32Array | null;
}

/** What evaluation cost, for tests: values tried and rows visited. */
export interface Work {
  rowsRead: number;
  valuesTried: number;
  rowsVisited: number;
}

export class Table {
  readonly work: Work = { rowsRead: 0, valuesTried: 0, rowsVisited: 0 };
  rows = 0;
  limitReached = false;
  readonly #columns = new Map<string, Column>();
  readonly #answers = new Map<string, Uint8Array>();
  #answerBytes = 0;

  constructor(fields: Iterable<Field>) {
    for (const field of fields) {
      if (this.#columns.has(field.name)) continue;
      this.#columns.set(field.name, { field, codes: [], values: [], codeOf: new Map(), order: null });
    }
  }

  /** False when there is no more room. */
  add(row: object): boolean {
    if (this.rows >= MAX_ROWS) {
      this.limitReached = true;
      return false;
    }
    this.rows++;
    this.work.rowsRead++;
    for (const column of this.#columns.values()) {
      const value = valueAt(row, column.field);
      const key = keyOf(value);
      let code = column.codeOf.get(key);
      if (code === undefined) {
        code = column.values.length;
        column.values.push(value);
        column.codeOf.set(key, code);
      }
      column.codes.push(code);
    }
    return true;
  }

  cell(row: number, field: Field): Cell {
    const column = this.#column(field);
    return column.values[column.codes[row]!];
  }

  /** The row that has this value alone, or first; -1 for none. */
  rowsBy(field: Field): Map<string, number> {
    const { codes, values } = this.#column(field);
    const first = new Map<string, number>();
    for (let row = 0; row < codes.length; row++) {
      const key = String(values[codes[row]!]);
      if (!first.has(key)) first.set(key, row);
    }
    return first;
  }

  /** By row: 1 where the condition holds. */
  answers({ field, passes, text }: Condition): Uint8Array {
    const known = this.#answers.get(text);
    if (known !== undefined) return known;
    const { codes, values } = this.#column(field);
    const verdicts = new Uint8Array(values.length);
    for (let code = 0; code < values.length; code++) verdicts[code] = passes(values[code]) ? 1 : 0;
    const answers = new Uint8Array(codes.length);
    for (let row = 0; row < codes.length; row++) answers[row] = verdicts[codes[row]!]!;
    this.work.valuesTried += values.length;
    this.work.rowsVisited += codes.length;
    if (this.#answerBytes + answers.length <= MAX_ANSWERS) {
      this.#answerBytes += answers.length;
      this.#answers.set(text, answers);
    }
    return answers;
  }

  /** Rows whose field is a number, the least first. */
  inOrder(field: Field): Uint32Array {
    const column = this.#column(field);
    if (column.order === null) {
      const rows = Uint32Array.from(column.codes.keys()).filter((row) => Number.isFinite(this.number(row, field)));
      column.order = rows.toSorted((a, b) => this.number(a, field) - this.number(b, field) || a - b);
    }
    return column.order;
  }

  /** NaN where the field is no number. */
  number(row: number, field: Field): number {
    const value = this.cell(row, field);
    return typeof value === 'number' ? value : NaN;
  }

  #column(field: Field): Column {
    const column = this.#columns.get(field.name);
    if (column === undefined) throw new Error(`no column ${field.name}`);
    return column;
  }
}

function keyOf(value: Cell): string {
  if (typeof value === 'string') return `s${value}`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
