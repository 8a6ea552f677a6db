/**
 * The only way out for text that came from a capture, a path or a command line: control characters, bidirectional
 * overrides and lone surrogates are written as escapes, so that no byte of a packet can steer a terminal.
 */

/* C0 and C1 controls, DEL, line and paragraph separators, bidirectional controls, zero-width characters, tags. */
const unsafe =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const plain = /^[\u0020-\u007e]*$/;

/** `text` with every unsafe character as `\xNN` or `\u{N}`. */
export function forTerminal(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0)!;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** JSON text whose unsafe characters, which JSON allows in strings, are written as `\uNNNN`: the same value. */
export function forJson(json: string): string {
  if (plain.test(json)) return json;
  return json.replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, i) => escapeUnit(character.charCodeAt(i))).join(''),
  );
}

const escapeUnit = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

/** Begins with a letter, digit or slash, and goes on without anything that is escaped or quoted. */
const harmless = /^[A-Za-z\d/][\u0020\u0021\u0023-\u002b\u002d-\u007e]*$/;

/** A field of a CSV file (RFC 4180): quoted where needed, and never something a spreadsheet would run as a formula. */
export function forCsv(value: string): string {
  if (harmless.test(value)) return value;
  const text = forTerminal(value);
  const inert = /^[=+\-@＝＋－＠]/.test(text) && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
