/** What stands in a column, item by item: where a value is, and which begin as a glob does. */
import type { Cell, Single } from './fields.ts';
import { globMatches } from './glob.ts';

const NO_CODES: readonly number[] = [];

export class Items {
  /** Codes of the cells that are the item, or have it in their list. */
  readonly #codes = new Map<string, number[]>();
  /** Texts in order; made when a glob is asked for. */
  #texts: string[] | null = null;

  /** `cells`: different ones, by code. */
  constructor(cells: readonly Cell[]) {
    for (const [code, cell] of cells.entries()) {
      if (cell === undefined) continue;
      const items = typeof cell === 'object' && cell !== null ? new Set(cell) : [cell];
      for (const item of items) this.#add(keyOf(item), code);
    }
  }

  #add(key: string, code: number): void {
    const codes = this.#codes.get(key);
    if (codes === undefined) this.#codes.set(key, [code]);
    else codes.push(code);
  }

  codesOf(value: Single): readonly number[] {
    return this.#codes.get(keyOf(value)) ?? NO_CODES;
  }

  /** Returns how many texts were tried. */
  match(glob: string, found: (code: number) => void): number {
    const texts = (this.#texts ??= [...this.#codes.keys()].filter((key) => key.startsWith(TEXT)).toSorted(byUnits));
    const prefix = TEXT + /^[^*?]*/.exec(glob)![0];
    let i = firstFrom(texts, prefix);
    const start = i;
    for (; i < texts.length && texts[i]!.startsWith(prefix); i++) {
      if (!globMatches(glob, texts[i]!.slice(TEXT.length))) continue;
      for (const code of this.#codes.get(texts[i]!)!) found(code);
    }
    return i - start;
  }
}

const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The first of the sorted texts that is not before `wanted`. */
function firstFrom(texts: readonly string[], wanted: string): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (texts[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Before texts, so that the number 1 and the text 1 are two. */
const TEXT = 's';

/** The same for equal cells only. */
export function keyOf(cell: Cell): string {
  if (typeof cell === 'string') return TEXT + cell;
  return typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : String(cell);
}
