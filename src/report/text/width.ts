/** Text in cells of a terminal: wide (CJK) characters take two. */

const combining = /\p{M}/u;
const emoji = /\p{Emoji_Presentation}/u;

/** East Asian wide and fullwidth ranges (Unicode Standard Annex 11), emoji included. */
function isWide(code: number, character: string): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x231a && code <= 0x2b55 && emoji.test(character)) ||
    (code >= 0x2329 && code <= 0x232a) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe10 && code <= 0xfe19) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x16fe0 && code <= 0x1b2ff) ||
    (code >= 0x1f000 && code <= 0x1f1e5 && emoji.test(character)) ||
    (code >= 0x1f200 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

const ascii = /^[\u0020-\u007e]*$/;

export function cells(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (combining.test(character)) continue;
    width += isWide(character.codePointAt(0)!, character) ? 2 : 1;
  }
  return width;
}

/** Cut to `width` cells, the last one an ellipsis where something was cut. */
export function cut(text: string, width: number): string {
  if (cells(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const wide = cells(character);
    if (used + wide > width - 1) break;
    kept += character;
    used += wide;
  }
  return `${kept}…`;
}

// oxlint-disable-next-line no-control-regex
const styling = /(\u001b\[[0-9;]*m)/;

/** `cut` for text with colours, which take no room and end as they would have ended. */
export function cutStyled(text: string, width: number): string {
  const pieces = text.split(styling);
  let left = width;
  if (pieces.reduce((sum, piece, i) => sum + (i % 2 === 0 ? cells(piece) : 0), 0) <= width) return text;
  return pieces
    .map((piece, i) => {
      if (i % 2 === 1 || left === 0) return i % 2 === 1 ? piece : '';
      // Something comes after this piece: room for the ellipsis is left.
      const kept = cells(piece) >= left ? cut(`${piece} `, left) : piece;
      left -= cells(kept);
      return kept;
    })
    .join('');
}

/** Up to a line of a terminal; longer ones are made. */
const blanks = Array.from({ length: 81 }, (_, n) => ' '.repeat(n));
const blank = (width: number): string => blanks[width] ?? ' '.repeat(Math.max(0, width));

export const padEnd = (text: string, width: number): string => text + blank(width - cells(text));
export const padStart = (text: string, width: number): string => blank(width - cells(text)) + text;
