/** The tables that the rules of a policy need, by collection. */
import { type Answers, room } from './answers.ts';
import { type Collection, collections } from './collections.ts';
import { type Field, fieldOf } from './fields.ts';
import type { Policy } from './policy.ts';
import { fieldsOf } from './rule.ts';
import { Table } from './table.ts';

const nowhere = { line: 0, column: 0 };
export const plainField = (collection: Collection, name: string): Field =>
  fieldOf(collection, name, nowhere, new Map());

export class Tables {
  readonly #tables = new Map<string, Table>();
  /** By row of `connections`: bit `i` is set when a frame of it matches filter `i` of the policy. */
  readonly filterMarks: number[] = [];
  readonly #filterAnswers: Answers[] = [];
  readonly #connectionRows = new Map<string, Int32Array>();
  #rows: Map<string, number> | null = null;

  constructor({ rules }: Policy) {
    const fields = new Map<string, Field[]>();
    const add = (collection: Collection, more: readonly Field[]): void => {
      const known = fields.get(collection.name);
      if (known === undefined) fields.set(collection.name, [...ownFields(collection), ...more]);
      else known.push(...more);
    };
    for (const rule of rules) {
      add(rule.over, fieldsOf(rule));
      if (rule.ofConnection.length > 0 || rule.filter !== null) {
        add(
          connections,
          rule.ofConnection.map(({ field }) => field),
        );
      }
    }
    for (const [name, wanted] of fields) this.#tables.set(name, new Table(wanted));
  }

  get names(): string[] {
    return [...this.#tables.keys()];
  }

  of(name: string): Table {
    return this.#tables.get(name)!;
  }

  /** By row: the row of `connections` that it is about; -1 where it is about none, or several. */
  connectionRows(over: Collection): Int32Array {
    let known = this.#connectionRows.get(over.name);
    if (known === undefined) {
      const table = this.of(over.name);
      const field = plainField(over, over.connection!);
      known = new Int32Array(table.rows);
      for (let row = 0; row < table.rows; row++) {
        const id = table.cell(row, field);
        known[row] = typeof id === 'string' ? this.#rowOf(id) : -1;
      }
      this.#connectionRows.set(over.name, known);
    }
    return known;
  }

  /** By row of `connections`. */
  filterAnswers(filter: number): Answers {
    const known = this.#filterAnswers[filter];
    if (known !== undefined) return known;
    const matched = room(this.filterMarks.length);
    this.filterMarks.forEach((marks, row) => (matched[row] = (marks >>> filter) & 1));
    return (this.#filterAnswers[filter] = matched);
  }

  #rowOf(id: string): number {
    this.#rows ??= this.of('connections').rowsBy(plainField(connections, 'id'));
    return this.#rows.get(id) ?? -1;
  }
}

export const connections = collections.find(({ name }) => name === 'connections')!;

/** Fields that are read of every row, whatever the rules ask. */
function ownFields(collection: Collection): Field[] {
  const { name, connection, frame, tells } = collection;
  const paths = [connection, frame, ...tells, name === 'findings' ? 'fingerprint' : null];
  return paths.filter((path) => path !== null).map((path) => plainField(collection, path));
}
