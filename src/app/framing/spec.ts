/** Framings as people write them: `line`, `delimiter:\r\n\r\n`, `fixed:12`, `length:size=4,offset=0`, `varint32`, `json`. */
import { DEFAULT_MAX_MESSAGE_BYTES, MAX_DELIMITERS, MAX_DELIMITER_BYTES } from '../limits.ts';
import { fixed } from './counted.ts';
import { delimited, line } from './delimited.ts';
import { FramingError } from './error.ts';
import type { StreamDecoder } from '../decoder.ts';
import type { FramerFactory } from './framer.ts';
import { http, websocket } from './http.ts';
import { json } from './json.ts';
import { type LengthFraming, lengthField, varint32 } from './length.ts';
import { type NumberKey, readKeys } from './keys.ts';

export interface Framing {
  /** As it was written. */
  readonly spec: string;
  /** Of each direction by itself, or of both together. */
  readonly open: FramerFactory | StreamDecoder;
}

const MAX_LENGTH = 0x7fff_ffff;
const max: NumberKey = { least: 1, most: MAX_LENGTH, otherwise: DEFAULT_MAX_MESSAGE_BYTES };
const lengthKeys: Readonly<Record<'size' | 'offset' | 'adjust' | 'strip' | 'max', NumberKey>> = {
  size: { least: 1, most: 8, among: [1, 2, 3, 4, 8] },
  offset: { least: 0, most: 65_535, otherwise: 0 },
  adjust: { least: -MAX_LENGTH, most: MAX_LENGTH, otherwise: 0 },
  strip: { least: 0, most: 65_535, otherwise: 0 },
  max,
};

/** By name: reads what stands from `at` on, behind the colon. */
const readers: Readonly<Record<string, (spec: string, at: number) => Framing['open']>> = {
  line: (spec, at) => line(readKeys(spec, at, { max }).numbers.max),
  delimiter: (spec, at) => delimited(readDelimiters(spec, at), DEFAULT_MAX_MESSAGE_BYTES),
  fixed: (spec, at) => fixed(readLength(spec, at)),
  length: (spec, at) => lengthField(readLengthField(spec, at)),
  varint32: (spec, at) => {
    refuseKeys(spec, at, 'varint32');
    return varint32;
  },
  json: (spec, at) => json(readKeys(spec, at, { max }).numbers.max),
  tls: (spec, at) => {
    refuseKeys(spec, at, 'tls');
    return lengthField({ size: 2, offset: 3, adjust: 0, strip: 0, max: MAX_TLS_RECORD, endian: 'big' });
  },
  http: (spec, at) => {
    refuseKeys(spec, at, 'http');
    return http;
  },
  websocket: (spec, at) => {
    refuseKeys(spec, at, 'websocket');
    return websocket;
  },
  'dns-tcp': (spec, at) => {
    refuseKeys(spec, at, 'dns-tcp');
    return lengthField({ size: 2, offset: 0, adjust: 0, strip: 0, max: MAX_LENGTH, endian: 'big' });
  },
};

export const framingNames: readonly string[] = Object.keys(readers);

/** RFC 8446 section 5.2 and RFC 5246 section 6.2.3: 2^14 + 2048 bytes behind a header of five. */
const MAX_TLS_RECORD = 16_384 + 2048 + 5;

/** Throws FramingError. */
export function readFraming(spec: string): Framing {
  const colon = spec.indexOf(':');
  const name = colon < 0 ? spec : spec.slice(0, colon);
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (read === undefined) {
    throw new FramingError(spec, 0, name.length, `unknown framing '${name}'`, framingNames.join(', '));
  }
  return { spec, open: read(spec, colon < 0 ? spec.length : colon + 1) };
}

function readLengthField(spec: string, at: number): LengthFraming {
  const { numbers, words } = readKeys(spec, at, lengthKeys, { endian: ['big', 'little'] });
  return { ...numbers, endian: words.endian === 'little' ? 'little' : 'big' };
}

function readLength(spec: string, at: number): number {
  const text = spec.slice(at);
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MAX_LENGTH) return value;
  throw new FramingError(spec, at, text.length, 'no length', `a number of bytes from 1 to ${MAX_LENGTH}`);
}

function refuseKeys(spec: string, at: number, name: string): void {
  if (at < spec.length || spec.endsWith(':')) {
    throw new FramingError(spec, name.length, spec.length - name.length, `${name} takes nothing more`, 'the end');
  }
}

const letters: Readonly<Record<string, number>> = { r: 13, n: 10, t: 9, '0': 0, '\\': 0x5c, '|': 0x7c };

/** Delimiters between `|`, with the escapes `\r \n \t \0 \\ \|` and `\xNN`. */
function readDelimiters(spec: string, from: number): Uint8Array[] {
  const delimiters: Uint8Array[] = [];
  let bytes: number[] = [];
  const close = (at: number): void => {
    if (bytes.length === 0) throw new FramingError(spec, at, 1, 'an empty delimiter', String.raw`bytes, as in \r\n`);
    if (bytes.length > MAX_DELIMITER_BYTES || delimiters.length === MAX_DELIMITERS) {
      const most = `at most ${MAX_DELIMITERS} delimiters of ${MAX_DELIMITER_BYTES} bytes`;
      throw new FramingError(spec, from, spec.length - from, 'too many or too long', most);
    }
    delimiters.push(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let at = from; at < spec.length;) {
    const [, escape, hex, plain] = /^(?:\\(?:([rnt0\\|])|x([\da-fA-F]{2}))|([^\\]))/u.exec(spec.slice(at)) ?? [];
    if (escape !== undefined) bytes.push(letters[escape]!);
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (plain === undefined) {
      throw new FramingError(spec, at, 2, 'unknown escape', String.raw`\r, \n, \t, \0, \\, \| or \xNN`);
    } else if (plain === '|') close(at);
    else bytes.push(...new TextEncoder().encode(plain));
    at += escape !== undefined ? 2 : hex !== undefined ? 4 : (plain?.length ?? 1);
  }
  close(spec.length);
  return delimiters;
}
