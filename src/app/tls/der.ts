/**
 * DER (ITU-T X.690) as certificates use it: a tree of elements that costs no more than its limits, whatever the bytes say.
 * node-forge's reader recurses as deep as the input wishes, so it is not given hostile bytes; on honest certificates a test holds
 * this one to the same tree.
 */

export const MAX_DER_DEPTH = 24;
export const MAX_DER_ELEMENTS = 20_000;

export interface Element {
  /** Class and form bits included: 0x30 is a SEQUENCE. */
  readonly tag: number;
  /** Contents are `bytes[start, end)`; the element begins at `from`. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Element[];
}

/** Why bytes are no DER that we read. */
export type DerFault = 'depth' | 'elements' | 'length' | 'trailing';

export class DerError extends Error {
  readonly fault: DerFault;

  constructor(fault: DerFault) {
    super(fault);
    this.fault = fault;
  }
}

/** The one element at the start; `trailing` is what follows it. Throws DerError. */
export function readDer(bytes: Uint8Array): { root: Element; trailing: number } {
  const budget = { elements: MAX_DER_ELEMENTS };
  const root = readElement(bytes, 0, bytes.length, 0, budget);
  return { root, trailing: bytes.length - root.end };
}

/** The elements of a part of the bytes that is known to hold some, such as an OCTET STRING. Throws DerError. */
export function readInner(bytes: Uint8Array, start: number, end: number): Element {
  return readElement(bytes, start, end, 0, { elements: MAX_DER_ELEMENTS });
}

function readElement(b: Uint8Array, from: number, limit: number, depth: number, budget: { elements: number }): Element {
  if (depth >= MAX_DER_DEPTH) throw new DerError('depth');
  if (--budget.elements < 0) throw new DerError('elements');
  if (limit - from < 2) throw new DerError('length');
  const tag = b[from]!;
  const first = b[from + 1]!;
  // Lengths of more than four bytes are beyond any certificate.
  const size = first < 0x80 ? 0 : first & 0x7f;
  const start = from + 2 + size;
  if (size > 4 || first === 0x80 || start > limit) throw new DerError('length');
  let length = size === 0 ? first : 0;
  for (let i = 0; i < size; i++) length = length * 256 + b[from + 2 + i]!;
  const end = start + length;
  if (end > limit) throw new DerError('length');
  const children: Element[] = [];
  const inner = (tag & 0x20) === 0 ? start : end;
  for (let at = start; at < inner;) {
    const child = readElement(b, at, end, depth + 1, budget);
    children.push(child);
    at = child.end;
  }
  return { tag, from, start, end, children };
}

/** `1.2.840.113549.1.1.11`. */
export function oidText(b: Uint8Array, { start, end }: Element): string {
  const arcs: number[] = [];
  let value = 0;
  for (let i = start; i < end && arcs.length < 32; i++) {
    value = value * 128 + (b[i]! & 0x7f);
    if ((b[i]! & 0x80) !== 0) continue;
    if (arcs.length === 0)
      arcs.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else arcs.push(value);
    value = 0;
  }
  return arcs.join('.');
}

const UTF8 = 0x0c;
const BMP = 0x1e;
const UNIVERSAL = 0x1c;

/** A string of any of the types that names use. */
export function stringText(b: Uint8Array, { tag, start, end }: Element): string {
  const bytes = b.subarray(start, end);
  if (tag === UTF8) return new TextDecoder().decode(bytes);
  const width = tag === BMP ? 2 : tag === UNIVERSAL ? 4 : 1;
  let text = '';
  for (let i = 0; i + width <= bytes.length; i += width) {
    let code = 0;
    for (let k = 0; k < width; k++) code = code * 256 + bytes[i + k]!;
    text += code > 0x10_ffff ? '\ufffd' : String.fromCodePoint(code);
  }
  return text;
}

const UTC_TIME = 0x17;

/** UTCTime and GeneralizedTime (RFC 5280 section 4.1.2.5) as seconds since 1970; null for anything else. */
export function timeSeconds(b: Uint8Array, element: Element): number | null {
  const text = stringText(b, element);
  const pattern =
    element.tag === UTC_TIME
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?Z$/;
  const [, year, month, day, hour, minute, second] = pattern.exec(text) ?? [];
  if (year === undefined) return null;
  // Two digits stand for 1950 to 2049.
  const full = element.tag !== UTC_TIME ? year : Number(year) < 50 ? `20${year}` : `19${year}`;
  const milliseconds = Date.parse(`${full}-${month}-${day}T${hour}:${minute}:${second ?? '00'}Z`);
  return Number.isFinite(milliseconds) ? milliseconds / 1000 : null;
}
