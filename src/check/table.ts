/**
 * Rows of a collection as columns of the fields that rules ask for. Each column keeps its different values once, so a
 * condition is tried on a value and not on every row that has it.
 */
import type { Among, Condition } from './conditions.ts';
import { type Cell, type Field, valueAt } from './fields.ts';
import { type Answers, answerNumbers, room } from './answers.ts';
import { Items, keyOf } from './items.ts';

/** Rows of one collection that are kept; more are a limit reached. */
const MAX_ROWS = 2_000_000;
/** Bytes of answers that are kept for other rules with the same condition. */
const MAX_ANSWERS = 64 << 20;

interface Column {
  readonly field: Field;
  /** By row: index into `values`. */
  readonly codes: number[];
  readonly values: Cell[];
  /** By row; NaN for what is no number. Made when asked for, as what follows. */
  numbers: Float64Array | null;
  readonly codeOf: Map<string, number>;
  hasLists: boolean;
  items: Items | null;
  /** Rows with a number, the least first. */
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
  readonly #answers = new Map<string, Answers>();
  #answerBytes = 0;

  constructor(fields: Iterable<Field>) {
    for (const field of fields) {
      if (this.#columns.has(field.name)) continue;
      const made = {
        codes: [],
        values: [],
        codeOf: new Map(),
        numbers: null,
        hasLists: false,
        items: null,
        order: null,
      };
      this.#columns.set(field.name, { field, ...made });
    }
  }

  /** Of the fields that are asked for. */
  get names(): string[] {
    return [...this.#columns.keys()];
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
        column.hasLists ||= typeof value === 'object' && value !== null;
      }
      column.codes.push(code);
    }
    return true;
  }

  cell(row: number, field: Field): Cell {
    const column = this.#column(field);
    return column.values[column.codes[row]!];
  }

  /** The first row that has each value. */
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
  answers(condition: Condition): Answers {
    const known = this.#answers.get(condition.text);
    if (known !== undefined) return known;
    const column = this.#column(condition.field);
    const answers = this.#answersOf(condition, column);
    this.work.rowsVisited += this.rows;
    if (this.#answerBytes + answers.length <= MAX_ANSWERS) {
      this.#answerBytes += answers.length;
      this.#answers.set(condition.text, answers);
    }
    return answers;
  }

  /** The fast ways give what `passes` would say. */
  #answersOf({ passes, among, order }: Condition, column: Column): Answers {
    const { codes, values, hasLists } = column;
    if (order !== undefined && !hasLists) return answerNumbers(this.#rowNumbers(column), order);
    const verdicts = new Uint8Array(values.length);
    if (among !== undefined) this.#findAmong(among, column, verdicts);
    else for (let code = 0; code < values.length; code++) verdicts[code] = passes(values[code]) ? 1 : 0;
    this.work.valuesTried += among === undefined ? values.length : 0;
    const answers = room(codes.length);
    for (let row = 0; row < codes.length; row++) answers[row] = verdicts[codes[row]!]!;
    return answers;
  }

  /** Values by look-up; globs among those that begin as they do. */
  #findAmong({ values, globs, negated }: Among, column: Column, verdicts: Uint8Array): void {
    column.items ??= new Items(column.values);
    if (negated) verdicts.fill(1);
    const yes = negated ? 0 : 1;
    for (const value of values) for (const code of column.items.codesOf(value)) verdicts[code] = yes;
    for (const glob of globs) this.work.valuesTried += column.items.match(glob, (code) => (verdicts[code] = yes));
  }

  /** Rows whose field is a number, the least first. */
  inOrder(field: Field): Uint32Array {
    const column = this.#column(field);
    if (column.order === null) {
      const numbers = this.#rowNumbers(column);
      const rows = Uint32Array.from(numbers.keys()).filter((row) => !Number.isNaN(numbers[row]));
      column.order = rows.toSorted((a, b) => numbers[a]! - numbers[b]! || a - b);
    }
    return column.order;
  }

  /** NaN where the field is no number. */
  number(row: number, field: Field): number {
    return this.#rowNumbers(this.#column(field))[row]!;
  }

  #rowNumbers(column: Column): Float64Array {
    const { codes, values } = column;
    column.numbers ??= Float64Array.from(codes, (code) => {
      const value = values[code];
      return typeof value === 'number' ? value : NaN;
    });
    return column.numbers;
  }

  #column(field: Field): Column {
    const column = this.#columns.get(field.name);
    if (column === undefined) throw new Error(`no column ${field.name}`);
    return column;
  }
}
