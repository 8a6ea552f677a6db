/** The tables that the rules of a policy need, by collection. */
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
  #rowOf: Map<string, number> | null = null;

  constructor({ rules }: Policy) {
    const fields = new Map<string, Field[]>();
    const add = (collection: Collection, more: readonly Field[]): void => {
      const { name, connection, frame, tells } = collection;
      const paths = [connection, frame, ...tells, name === 'findings' ? 'fingerprint' : null];
      const own = paths.filter((path) => path !== null).map((path) => plainField(collection, path));
      fields.set(name, [...(fields.get(name) ?? own), ...more]);
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

  /** Row of `connections` by id. */
  rowOf(id: string): number {
    this.#rowOf ??= this.of('connections').rowsBy(plainField(connections, 'id'));
    return this.#rowOf.get(id) ?? -1;
  }
}

export const connections = collections.find(({ name }) => name === 'connections')!;
