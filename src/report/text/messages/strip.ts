/** Segments of one side, one a row, over the messages that they carry: `|#17 whole|`, `|#18 split ...`. */
import type { MessageRow } from '../../messages/document.ts';

/** Rows and messages of a row where not all are asked for. */
const MAX_ROWS = 24;
const MAX_IN_ROW = 6;

export function stripLines(side: string, messages: readonly MessageRow[], full: boolean): string[] {
  const rows = [...byFrame(messages)];
  const shown = full ? rows : rows.slice(0, MAX_ROWS);
  const width = Math.max(5, ...shown.map(([frame]) => String(frame).length));
  const lines = shown.map(([frame, pieces]) => `${String(frame).padStart(width)}   ${pieceText(pieces, full)}`);
  const hidden = rows.length - shown.length;
  const note = hidden > 0 ? [`${' '.repeat(width)}   ${hidden} more segments; --full draws all`] : [];
  return [`${'frame'.padStart(width)}   ${side}`, ...lines, ...note];
}

interface Piece {
  readonly message: MessageRow;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Frames in the order of the stream. */
function byFrame(messages: readonly MessageRow[]): Map<number, Piece[]> {
  const rows = new Map<number, Piece[]>();
  for (const message of messages) {
    message.frames.forEach((frame, i) => {
      const pieces = rows.get(frame) ?? [];
      if (pieces.length === 0) rows.set(frame, pieces);
      pieces.push({ message, isFirst: i === 0, isLast: i === message.frames.length - 1 });
    });
  }
  return rows;
}

/** A message is named where it starts; where it goes on there is `...`. */
function pieceText(pieces: readonly Piece[], full: boolean): string {
  const shown = full ? pieces : pieces.slice(0, MAX_IN_ROW);
  const texts = shown.map(({ message, isFirst, isLast }) => {
    const name = isFirst
      ? `|#${message.index} ${message.class} ${message.end - message.start} B`
      : `... #${message.index}`;
    return isLast ? `${name}|` : `${name} ...`;
  });
  const hidden = pieces.length - shown.length;
  return texts.join('') + (hidden > 0 ? ` and ${hidden} more` : '');
}
