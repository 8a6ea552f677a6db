/**
 * Rows as text, which are made in any order and wanted in that of connections: kept by connection in a spool. In memory
 * stays where the rows of each connection are.
 */
import { Spool } from './spool.ts';

export interface StoredRow {
  /** Its place among the rows of the connection. */
  readonly index: number;
  readonly text: string;
}

/** Before each row: its index and the bytes of its text. */
const HEADER = 8;
/** Bytes of UTF-8 that one UTF-16 unit may become. */
const MOST_BYTES = 3;
/** Of a piece: its bytes, the index of its first row, number + 1 of the piece before it of the same connection. */
const WORDS = 3;

/** Rows that were added together, in order of their indexes. */
interface Piece {
  readonly start: number;
  readonly bytes: number;
  readonly first: number;
}

export class RowStore {
  readonly #spool = new Spool();
  /** Columns of pieces, grown by doubling. */
  #starts = new Float64Array(1024);
  #words = new Uint32Array(WORDS * 1024);
  #count = 0;
  /** By record: number + 1 of the last piece. */
  #last = new Uint32Array(1024);
  #scratch: Buffer = Buffer.allocUnsafe(65_536);

  get limitReached(): boolean {
    return this.#spool.limitReached;
  }

  /** `rows` of the connection with that record, in order of their indexes. */
  add(id: number, rows: readonly StoredRow[]): void {
    if (rows.length === 0) return;
    let at = 0;
    for (const { index, text } of rows) {
      this.#ensure(at, HEADER + MOST_BYTES * text.length);
      const bytes = this.#scratch.write(text, at + HEADER);
      this.#scratch.writeUInt32LE(index, at);
      this.#scratch.writeUInt32LE(bytes, at + 4);
      at += HEADER + bytes;
    }
    const start = this.#spool.append(this.#scratch, at);
    if (start >= 0) this.#addPiece(id, start, at, rows[0]!.index);
  }

  /** The texts of the rows of these connections. */
  *texts(ids: Iterable<number>): Generator<string> {
    for (const id of ids) {
      const pieces = this.#piecesOf(id);
      if (pieces.length > 0) yield* this.#merged(pieces);
    }
  }

  close(): void {
    this.#spool.close();
  }

  #ensure(at: number, more: number): void {
    if (at + more <= this.#scratch.length) return;
    const grown = Buffer.allocUnsafe(2 * (at + more));
    this.#scratch.copy(grown, 0, 0, at);
    this.#scratch = grown;
  }

  #addPiece(id: number, start: number, bytes: number, first: number): void {
    if (this.#count === this.#starts.length) {
      this.#starts = grownTo(this.#starts, new Float64Array(2 * this.#count));
      this.#words = grownTo(this.#words, new Uint32Array(2 * WORDS * this.#count));
    }
    if (id >= this.#last.length) this.#last = grownTo(this.#last, new Uint32Array(2 * (id + 1)));
    const piece = this.#count++;
    this.#starts[piece] = start;
    this.#words.set([bytes, first, this.#last[id]!], WORDS * piece);
    this.#last[id] = piece + 1;
  }

  /** In order of their first rows. */
  #piecesOf(id: number): Piece[] {
    const pieces: Piece[] = [];
    let piece = (this.#last[id] ?? 0) - 1;
    while (piece >= 0) {
      const at = WORDS * piece;
      pieces.push({ start: this.#starts[piece]!, bytes: this.#words[at]!, first: this.#words[at + 1]! });
      piece = this.#words[at + 2]! - 1;
    }
    return pieces.length < 2 ? pieces : pieces.toReversed().toSorted((a, b) => a.first - b.first);
  }

  /** Rows of pieces by their indexes. Pieces mostly follow each other; only those that overlap are open together. */
  *#merged(pieces: readonly Piece[]): Generator<string> {
    const open: { rows: StoredRow[]; at: number }[] = [];
    let next = 0;
    for (;;) {
      const least = leastOf(open);
      const index = least === null ? Infinity : least.rows[least.at]!.index;
      if (next < pieces.length && pieces[next]!.first <= index) {
        open.push({ rows: this.#rowsOf(pieces[next++]!), at: 0 });
        continue;
      }
      if (least === null) return;
      yield least.rows[least.at++]!.text;
      if (least.at === least.rows.length) open.splice(open.indexOf(least), 1);
    }
  }

  #rowsOf({ start, bytes }: Piece): StoredRow[] {
    this.#ensure(0, bytes);
    const scratch = this.#scratch;
    this.#spool.read(start, bytes, scratch);
    const rows: StoredRow[] = [];
    for (let at = 0; at < bytes;) {
      const end = at + HEADER + scratch.readUInt32LE(at + 4);
      rows.push({ index: scratch.readUInt32LE(at), text: scratch.toString('utf8', at + HEADER, end) });
      at = end;
    }
    return rows;
  }
}

function leastOf<Each extends { rows: StoredRow[]; at: number }>(open: readonly Each[]): Each | null {
  let least: Each | null = null;
  for (const each of open) {
    if (least === null || each.rows[each.at]!.index < least.rows[least.at]!.index) least = each;
  }
  return least;
}

function grownTo<Column extends Float64Array | Uint32Array>(column: Column, larger: Column): Column {
  larger.set(column);
  return larger;
}
