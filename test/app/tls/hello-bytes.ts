/** Messages of TLS written byte by byte. */

const u16 = (value: number): number[] => [value >>> 8, value & 0xff];
const u24 = (value: number): number[] => [value >>> 16, (value >>> 8) & 0xff, value & 0xff];
const text = (words: string): number[] => [...Buffer.from(words, 'latin1')];
const vector8 = (body: readonly number[]): number[] => [body.length, ...body];
const vector16 = (body: readonly number[]): number[] => [...u16(body.length), ...body];
const vector24 = (body: readonly number[]): number[] => [...u24(body.length), ...body];
const numbers = (values: readonly number[]): number[] => values.flatMap(u16);

const extension = (type: number, body: readonly number[] = []): number[] => [...u16(type), ...vector16(body)];

interface HelloParts {
  readonly version?: number;
  readonly random?: readonly number[];
  readonly sessionId?: readonly number[];
  readonly suites?: readonly number[];
  readonly compressions?: readonly number[];
  /** Null for a hello that ends before them. */
  readonly extensions?: readonly (readonly number[])[] | null;
}

const RANDOM = Array.from({ length: 32 }, (_, i) => i);

const extensionsOf = ({ extensions = null }: HelloParts): number[] =>
  extensions === null ? [] : vector16(extensions.flat());

/** The body of a ClientHello. */
export function clientHello(parts: HelloParts = {}): number[] {
  const { version = 0x0303, random = RANDOM, sessionId = [], suites = [0xc02f], compressions = [0] } = parts;
  const lists = [...vector8(sessionId), ...vector16(numbers(suites)), ...vector8(compressions)];
  return [...u16(version), ...random, ...lists, ...extensionsOf(parts)];
}

/** The body of a ServerHello: the first suite and the first compression. */
export function serverHello(parts: HelloParts = {}): number[] {
  const { version = 0x0303, random = RANDOM, sessionId = [], suites = [0xc02f], compressions = [0] } = parts;
  return [
    ...u16(version),
    ...random,
    ...vector8(sessionId),
    ...u16(suites[0]!),
    compressions[0]!,
    ...extensionsOf(parts),
  ];
}

export const message = (type: number, body: readonly number[]): number[] => [type, ...vector24(body)];
export const record = (type: number, body: readonly number[], version = 0x0303): number[] => [
  type,
  ...u16(version),
  ...vector16(body),
];

/** An extension with what JA3 and JA4 look into; others are empty. */
export function usualExtension(
  type: number,
  { versions, signatures, alpn }: { versions: readonly number[]; signatures: readonly number[]; alpn: string },
): number[] {
  switch (type) {
    case 0:
      return extension(0, vector16([0, ...vector16(text('www.example.test'))]));
    case 10:
      return extension(10, vector16(numbers([0x2a2a, 29, 23])));
    case 11:
      return extension(11, vector8([0]));
    case 13:
      return extension(13, vector16(numbers(signatures)));
    case 16:
      return extension(16, vector16(vector8(text(alpn))));
    case 43:
      return extension(43, vector8(numbers(versions)));
    case 51:
      return extension(51, vector16([...u16(29), ...vector16(RANDOM)]));
    default:
      return extension(type);
  }
}
