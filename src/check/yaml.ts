/** YAML text -> a tree of values that know their places. The only file that knows the YAML package. */
import { type Node, type ParsedNode, LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { type Place, PolicyError } from './policy-error.ts';

type Scalar = string | number | boolean | null;

export type Value =
  | { readonly kind: 'scalar'; readonly value: Scalar; readonly place: Place }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly place: Place }
  | { readonly kind: 'map'; readonly entries: readonly Entry[]; readonly place: Place };

export interface Entry {
  readonly key: string;
  readonly place: Place;
  readonly value: Value;
}

/** Bytes of a policy; a thousand rules take about 150 kB. */
export const MAX_POLICY_BYTES = 8 << 20;
/** Lists and maps within each other; aliases may make a circle. */
const MAX_DEPTH = 12;
/** Values in all, aliases resolved: a few bytes can stand for billions. */
const MAX_VALUES = 1_000_000;

/** Throws PolicyError for text that is not YAML. */
export function readYaml(text: string): Value {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [error] = document.errors;
  if (error !== undefined) throw new PolicyError(placeAt(error.pos[0]), lowerFirst(error.message), 'YAML');
  let left = MAX_VALUES;

  const valueOf = (given: Node | null, depth: number, near: Place): Value => {
    const node = isAlias(given) ? (given.resolve(document) ?? null) : given;
    const place = given?.range ? placeAt(given.range[0]) : near;
    if (depth > MAX_DEPTH || --left < 0) {
      throw new PolicyError(place, depth > MAX_DEPTH ? 'nested too deeply' : 'too many values', 'a policy');
    }
    if (node === null) return { kind: 'scalar', value: null, place };
    if (isSeq(node)) {
      return { kind: 'list', items: node.items.map((item) => valueOf(item as ParsedNode, depth + 1, place)), place };
    }
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }) => {
        const keyPlace = (key as Node).range ? placeAt((key as Node).range![0]) : place;
        if (!isScalar(key)) throw new PolicyError(keyPlace, 'a key that is not a word', 'a word before the colon');
        return { key: String(key.value), place: keyPlace, value: valueOf(value as Node | null, depth + 1, keyPlace) };
      });
      return { kind: 'map', entries, place };
    }
    const value: unknown = isScalar(node) ? node.value : null;
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (value !== null && !isPlain) throw new PolicyError(place, 'a value of an unknown kind', 'text or a number');
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new PolicyError(place, 'a number that is not finite', 'a finite number');
    }
    return { kind: 'scalar', value: value as Scalar, place };
  };
  return valueOf(document.contents, 0, { line: 1, column: 1 });
}

const lowerFirst = (text: string): string => (text === '' ? text : text[0]!.toLowerCase() + text.slice(1));
