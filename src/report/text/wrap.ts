/** Running text broken into lines: at spaces, and between Chinese characters (but never before closing punctuation). */
import { cells } from './width.ts';

/** What may not begin a line (GB/T 15834, JLREQ): closing marks of both scripts. */
const closing = /^[，。、；：？！）》」』”’…,.;:?!)\]}%]/u;
const opening = /[（《「『“‘([{]$/u;

/** Words with the space behind them; a wide character is a word of its own. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (const [piece] of text.matchAll(
    /[\u2e80-\u9fff\uff00-\uffef“”‘’…]|[^\s\u2e80-\u9fff\uff00-\uffef“”‘’…]+|\s+/gu,
  )) {
    const last = found.at(-1);
    if (last !== undefined && (closing.test(piece) || opening.test(last))) found[found.length - 1] = last + piece;
    else found.push(piece);
  }
  return found;
}

/** Lines of at most `width` cells, unless a word is longer; `first` and `rest` stand before them and count. */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = '';
  let room = width - cells(first);
  for (const piece of pieces(text.trim())) {
    if (line !== '' && cells(line) + cells(piece.trimEnd()) > room) {
      lines.push((lines.length === 0 ? first : rest) + line.trimEnd());
      line = '';
      room = width - cells(rest);
    }
    line += line === '' ? piece.trimStart() : piece;
  }
  lines.push((lines.length === 0 ? first : rest) + line.trimEnd());
  return lines;
}
