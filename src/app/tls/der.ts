/**
 * DER (ITU-T X.690) as certificates use it. node-forge reads the structure, behind a guard of ours: it goes over tags and
 * lengths first and refuses what is too deep, has too many elements or lengths that contradict each other, so that a
 * certificate costs no more than its limits and what is wrong with it has a name.
 */
import { createRequire } from 'node:module';

export const MAX_DER_DEPTH = 24;
export const MAX_DER_ELEMENTS = 20_000;

export interface Element {
  /** Class and form bits included: 0x30 is a SEQUENCE. */
  readonly tag: number;
  /** Contents; none where there are children. */
  readonly bytes: Uint8Array;
  readonly children: readonly Element[];
}

/** Why bytes are no DER that we read. */
export type DerFault = 'depth' | 'elements' | 'length' | 'structure';

export class DerError extends Error {
  readonly fault: DerFault;

  constructor(fault: DerFault) {
    super(fault);
    this.fault = fault;
  }
}

/** The one element at the start; `trailing` bytes follow it. Throws DerError. */
export function readDer(bytes: Uint8Array): { root: Element; trailing: number } {
  const end = guard(bytes, 0, bytes.length, 0, { elements: MAX_DER_ELEMENTS });
  return { root: elementOf(structureOf(bytes.subarray(0, end))), trailing: bytes.length - end };
}

/** What tells two elements apart: tags and contents, however their lengths are written. */
export function keyOf({ tag, bytes, children }: Element): string {
  const content = children.length === 0 ? Buffer.from(bytes).toString('hex') : children.map(keyOf).join();
  return `${tag.toString(16)}(${content})`;
}

/** Goes over an element at `from` and all within it. Returns where it ends. */
function guard(b: Uint8Array, from: number, limit: number, depth: number, budget: { elements: number }): number {
  if (depth >= MAX_DER_DEPTH) throw new DerError('depth');
  if (--budget.elements < 0) throw new DerError('elements');
  if (limit - from < 2) throw new DerError('length');
  const first = b[from + 1]!;
  // Lengths of more than four bytes are beyond any certificate.
  const size = first < 0x80 ? 0 : first & 0x7f;
  const start = from + 2 + size;
  if (size > 4 || first === 0x80 || start > limit) throw new DerError('length');
  let length = size === 0 ? first : 0;
  for (let i = 0; i < size; i++) length = length * 256 + b[from + 2 + i]!;
  const end = start + length;
  if (end > limit) throw new DerError('length');
  if ((b[from]! & CONSTRUCTED) !== 0) for (let at = start; at < end;) at = guard(b, at, end, depth + 1, budget);
  return end;
}

const CONSTRUCTED = 0x20;

/** What forge reads. Contents are Latin-1, a character each byte. */
interface Asn1 {
  readonly tagClass: number;
  readonly type: number;
  readonly constructed: boolean;
  readonly value: string | readonly Asn1[];
}
interface Forge {
  fromDer(bytes: string, options: object): Asn1;
  derToOid(bytes: string): string;
}

let loaded: Forge | undefined;
/** Loaded with the first certificate: most captures have none. */
const forge = (): Forge => (loaded ??= createRequire(import.meta.url)('node-forge/lib/asn1.js') as Forge);

/** What is in bit strings is read where it is known what should be there. */
const OPTIONS = { strict: true, parseAllBytes: true, decodeBitStrings: false, maxDepth: MAX_DER_DEPTH } as const;

function structureOf(bytes: Uint8Array): Asn1 {
  try {
    return forge().fromDer(latin1(bytes), { ...OPTIONS });
  } catch {
    throw new DerError('structure');
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

function elementOf({ tagClass, type, constructed, value }: Asn1): Element {
  const tag = tagClass | type | (constructed ? CONSTRUCTED : 0);
  return typeof value === 'string'
    ? { tag, bytes: Buffer.from(value, 'latin1'), children: [] }
    : { tag, bytes: new Uint8Array(0), children: value.map(elementOf) };
}

/** Longest object identifier that is read. */
const MAX_OID_BYTES = 64;

/** `1.2.840.113549.1.1.11`; empty for none. */
export const oidText = ({ bytes }: Element): string =>
  bytes.length === 0 ? '' : forge().derToOid(latin1(bytes.subarray(0, MAX_OID_BYTES)));

const UTF8 = 0x0c;
const BMP = 0x1e;
const UNIVERSAL = 0x1c;

/** A string of any of the types that names use. */
export function stringText({ tag, bytes }: Element): string {
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
export function timeSeconds(element: Element): number | null {
  const text = stringText(element);
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
