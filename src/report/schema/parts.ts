/** Words to write JSON Schema (draft 2020-12) with: every object is closed, and what may be missing is named. */

export interface Schema {
  readonly [keyword: string]: unknown;
}

type Properties = Readonly<Record<string, Schema>>;

/** An object with these keys and no others; those in `optional` may be missing. */
export function object(properties: Properties, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: 'object', properties, required, additionalProperties: false };
}

export const arrayOf = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
export const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
export const oneOf = (values: readonly string[]): Schema => ({ type: 'string', enum: [...values] });
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
export const whole = (minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): Schema => ({
  type: 'integer',
  minimum,
  maximum,
});

/** How many of each kind; kinds that did not occur are left out. */
export const countsBy = (kinds: readonly string[]): Schema => ({
  type: 'object',
  propertyNames: oneOf(kinds),
  additionalProperties: whole(1),
});

/** How many of each kind, where the kinds come from the capture. */
export const countsOfAny: Schema = { type: 'object', additionalProperties: whole(1) };

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const count = whole(0);
export const frameNumber = whole(1);
export const port = whole(0, 65_535);
export const seconds: Schema = { type: 'number' };

/** Keys of a record that the compiler holds to be the members of a union, all of them. */
export const membersOf = <Union extends string>(members: Readonly<Record<Union, true>>): Union[] =>
  Object.keys(members) as Union[];
