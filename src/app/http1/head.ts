/** The head of an HTTP/1 message: its lines, and what of them tells how the message goes on. */
import type { Anomaly } from './anomalies.ts';
import { type StartLine, readRequestLine, readStatusLine } from './start-line.ts';

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Values of fields that framing and tables need; a repeated field is joined with a comma (RFC 9110 section 5.3). */
export interface Known {
  host: string | null;
  connection: string | null;
  upgrade: string | null;
  expect: string | null;
  contentType: string | null;
  contentLength: string | null;
  transferEncoding: string | null;
  contentEncoding: string | null;
}

export interface Head {
  readonly line: StartLine;
  readonly known: Known;
  readonly anomalies: Anomaly[];
}

const knownFields: Readonly<Record<keyof Known, string>> = {
  host: 'host',
  connection: 'connection',
  upgrade: 'upgrade',
  expect: 'expect',
  contentType: 'content-type',
  contentLength: 'content-length',
  transferEncoding: 'transfer-encoding',
  contentEncoding: 'content-encoding',
};
/** By length of the name, which is all that most fields are looked at for: no two are equally long. */
const byLength: readonly (readonly [keyof Known, string] | undefined)[] = Object.entries(knownFields).reduce<
  (readonly [keyof Known, string] | undefined)[]
>(
  (names, [key, name]) => names.with(name.length, [key as keyof Known, name]),
  Array.from({ length: 18 }, () => undefined),
);

export const newKnown = (): Known => ({
  host: null,
  connection: null,
  upgrade: null,
  expect: null,
  contentType: null,
  contentLength: null,
  transferEncoding: null,
  contentEncoding: null,
});

/**
 * `text`: from the first byte of the first line to the end of the empty line. Null where the first line is none. `known`:
 * that line, where it was read already.
 */
export function readHead(text: string, kind: StartLine['kind'], knownLine: StartLine | null = null): Head | null {
  const firstEnd = text.indexOf('\n');
  const line = knownLine ?? readLine(trimCr(text.slice(0, firstEnd < 0 ? text.length : firstEnd)), kind);
  if (line === null) return null;
  const known = newKnown();
  const anomalies = readPlainFields(text, firstEnd, known) ? [] : readOddFields(text, firstEnd, known);
  if (line.kind === 'request' && line.spaced) anomalies.unshift('start-line-spaces');
  if (line.kind === 'request' && line.version === 'HTTP/1.1' && known.host === null) anomalies.push('host-missing');
  return { line, known, anomalies };
}

const readLine = (text: string, kind: StartLine['kind']): StartLine | null =>
  kind === 'request' ? readRequestLine(text) : readStatusLine(text);

/** Fields of a head in which nothing is odd; false where something is, and `known` is then empty again. */
function readPlainFields(text: string, firstEnd: number, known: Known): boolean {
  if (firstEnd < 1 || text.indexOf('\r') !== firstEnd - 1 || text.includes('\u0000')) return false;
  let at = firstEnd + 1;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const stop = end - 1;
    // One CR, before the LF.
    if (end < 0 || text.indexOf('\r', at) !== stop) return forget(known);
    if (stop === at) return true;
    let colon = at;
    for (let code = text.charCodeAt(at); code < 128 && isTchar[code] === 1; code = text.charCodeAt(++colon));
    if (colon === at || text.charCodeAt(colon) !== COLON) return forget(known);
    const wanted = byLength[colon - at];
    if (wanted !== undefined && startsIgnoringCase(text, at, wanted[1])) {
      if (known[wanted[0]] !== null) return forget(known);
      known[wanted[0]] = text.slice(colon + 1, stop).trim();
    }
    at = end + 1;
  }
  return true;
}

const COLON = 0x3a;

function forget(known: Known): false {
  Object.assign(known, newKnown());
  return false;
}

/** `name` is in lower case, of letters and hyphens, whose codes `| 32` leaves or makes so. */
function startsIgnoringCase(text: string, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) if ((text.charCodeAt(at + i) | 32) !== name.charCodeAt(i)) return false;
  return true;
}

function readOddFields(text: string, firstEnd: number, known: Known): Anomaly[] {
  const anomalies = new Set<Anomaly>();
  judgeBytes(text, anomalies);
  for (const { name, value, oddity } of fieldLines(text, firstEnd + 1)) {
    if (oddity !== null) anomalies.add(oddity);
    const wanted = byLength[name.length];
    if (wanted === undefined || name.toLowerCase() !== wanted[1]) continue;
    const [key] = wanted;
    if (key === 'host' && known.host !== null) anomalies.add('host-repeated');
    known[key] = known[key] === null ? value : `${known[key]}, ${value}`;
  }
  return [...anomalies];
}

/** All fields of a head in their order. */
export function fieldsOf(text: string): Field[] {
  const fields: Field[] = [];
  for (const { name, value } of fieldLines(text, text.indexOf('\n') + 1)) fields.push({ name, value });
  return fields;
}

/** Names of fields, in lower case, by their length: numbers are places in the list. */
export class FieldNames {
  /** What a head without any of them has. */
  readonly missing: readonly (string | null)[];
  readonly #byLength: (readonly (readonly [name: string, place: number])[] | undefined)[] = [];

  constructor(names: readonly string[]) {
    this.missing = names.map(() => null);
    names.forEach((name, place) => {
      this.#byLength[name.length] = [...(this.#byLength[name.length] ?? []), [name, place]];
    });
  }

  /** The place of the name that stands in `text` from `at` to `end`; -1 for none of them. */
  find(text: string, at: number, end: number): number {
    for (const [name, place] of this.#byLength[end - at] ?? NO_NAMES)
      if (startsIgnoringCase(text, at, name)) return place;
    return -1;
  }
}

const NO_NAMES: readonly (readonly [string, number])[] = [];

/** Values of these fields, null for those that are missing; for a head in which nothing is odd. Repeated ones are joined. */
export function plainValues(text: string, names: FieldNames): (string | null)[] {
  const values = names.missing.slice();
  for (let at = text.indexOf('\n') + 1; at > 0;) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\n', at);
    if (colon < 0 || end < 0) break;
    const place = colon < end ? names.find(text, at, colon) : -1;
    if (place >= 0) {
      const value = text.slice(colon + 1, end).trim();
      const before = values[place]!;
      values[place] = before === null ? value : `${before}, ${value}`;
    }
    at = end + 1;
  }
  return values;
}

const trimCr = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** Line ends and bytes that no head should have. */
function judgeBytes(text: string, anomalies: Set<Anomaly>): void {
  if (text.includes('\u0000')) anomalies.add('nul-byte');
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (text.charCodeAt(at - 1) === CR) continue;
    anomalies.add('bare-lf');
    break;
  }
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) === LF) continue;
    anomalies.add('bare-cr');
    break;
  }
}

const LF = 10;
const CR = 13;

interface FieldLine extends Field {
  readonly oddity: Anomaly | null;
}

/** Lines from `from` up to the empty one. A line that starts with white space continues the one before. */
function fieldLines(text: string, from: number): FieldLine[] {
  const lines: FieldLine[] = [];
  let at = from;
  while (at > 0 && at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const stop = end > at && text.charCodeAt(end - 1) === CR ? end - 1 : end;
    if (stop === at) break;
    const previous = lines.at(-1);
    if (isBlank(text.charCodeAt(at))) {
      const value = text.slice(at, stop).trim();
      if (previous === undefined) lines.push({ name: '', value, oddity: 'line-folding' });
      else
        lines[lines.length - 1] = {
          ...previous,
          value: previous.value === '' ? value : `${previous.value} ${value}`,
          oddity: 'line-folding',
        };
    } else lines.push(fieldLine(text, at, stop));
    at = end + 1;
  }
  return lines;
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

function fieldLine(text: string, start: number, stop: number): FieldLine {
  const colon = text.indexOf(':', start);
  if (colon < 0 || colon >= stop) return { name: '', value: text.slice(start, stop).trim(), oddity: 'name-invalid' };
  let nameEnd = colon;
  while (nameEnd > start && isBlank(text.charCodeAt(nameEnd - 1))) nameEnd--;
  const name = text.slice(start, nameEnd);
  const oddity = nameEnd < colon ? 'space-before-colon' : isToken(name) ? null : 'name-invalid';
  return { name, value: text.slice(colon + 1, stop).trim(), oddity };
}

/** RFC 9110 section 5.6.2. */
function isToken(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code >= 128 || isTchar[code] === 0) return false;
  }
  return name.length > 0;
}

const isTchar = new Uint8Array(128);
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  isTchar[character.charCodeAt(0)] = 1;
}
