/**
 * Attempts at one target as columns, in order of number: filled in one walk over the records, so that every later look at
 * an attempt is at a few bytes that lie together.
 */
import { WORDS, Word } from '../../flow/records.ts';
import { offersNothing, synSeen } from '../../wire/tcp-options.ts';
import { type Clock, synAcksSent } from './attempts.ts';

export interface Columns {
  /** Numbers of the connections. */
  readonly ids: Int32Array;
  /** See `Attempt`. */
  readonly kind: Uint8Array;
  /** See `Mark`; of completed attempts only `bare` and `unsent`. */
  readonly marks: Uint8Array;
  /** Least TTL of the source's packets; 0 when none was seen. */
  readonly ttl: Uint8Array;
  /** Of the other end. */
  readonly port: Uint16Array;
  /** Seconds from the capture's beginning. */
  readonly at: Float64Array;
  /** Table words of the sources' addresses: the originators, unless somebody asked for the responders. */
  readonly source: Int32Array;
}

/** What the record of an attempt says of its packets. */
export const Mark = {
  /** No SYN of the originator was seen. */
  unsent: 1,
  /** A SYN without any option. */
  bare: 2,
  /** The SYN was sent again, later than a network makes copies. */
  again: 4,
  /** The same with options and after a pause, as kernels do. */
  patient: 8,
  /** One packet of the responder. */
  answeredOnce: 16,
  /** More packets than the other marks tell: the record has their numbers. */
  many: 32,
} as const;

/** Sooner, it is the network that made a copy. */
const MIN_RESEND = 0.1;
/** A kernel waits a second before it sends a SYN again (RFC 6298 section 2). */
const KERNEL_RESEND_SECONDS = 0.9;

function marksOf(w: Int32Array, at: number, clock: Clock, start: number, failed: boolean): number {
  const sent = w[at + Word.framesA]!;
  const answers = w[at + Word.framesB]!;
  const options = w[at + Word.optionsA]!;
  const bare = offersNothing(options);
  const marks = synSeen(options) ? (bare ? Mark.bare : 0) : Mark.unsent;
  if (!failed) return marks;
  const counted = marks | (answers === 1 ? Mark.answeredOnce : 0);
  if (sent <= 1 && answers <= 1 && sent >= 0 && answers >= 0) return counted;
  const pause = clock.at(w[at + Word.endSeconds]! >>> 0, w[at + Word.endNanoseconds]!) - start;
  const again = sent > 1 && pause > MIN_RESEND ? Mark.again : 0;
  const once = answers > 1 && synAcksSent(answers, pause) === 1 ? Mark.answeredOnce : 0;
  return counted | once | again | Mark.many | (sent > 1 && !bare && pause >= KERNEL_RESEND_SECONDS ? Mark.patient : 0);
}

const SMALLEST = 64;

/** Columns that grow. Room for all rows, where their number is known, spares copies. */
export class ColumnsBuilder {
  #columns: Columns;
  #length = 0;

  constructor(room: number) {
    this.#columns = emptyColumns(Math.max(SMALLEST, room));
  }

  /** `side`: of the connection's end that is the source. */
  add(w: Int32Array, id: number, kind: number, failed: boolean, clock: Clock, side: number): void {
    const at = id * WORDS;
    const row = this.#length++;
    if (row === this.#columns.ids.length) this.#grow();
    const c = this.#columns;
    const start = clock.at(w[at + Word.startSeconds]! >>> 0, w[at + Word.startNanoseconds]!);
    c.ids[row] = id;
    c.kind[row] = kind;
    c.marks[row] = marksOf(w, at, clock, start, failed);
    c.ttl[row] = w[at + Word.hopsA + side]! & 255;
    c.port[row] = side === 0 ? w[at + Word.ports]! & 0xffff : w[at + Word.ports]! >>> 16;
    c.at[row] = start;
    c.source[row] = w[at + Word.addressA + side]!;
  }

  #grow(): void {
    const old = this.#columns;
    const more = emptyColumns(old.ids.length + (old.ids.length >>> 1));
    for (const name of columnNames) more[name].set(old[name]);
    this.#columns = more;
  }

  /** Valid until the next `add`. */
  get columns(): Columns {
    return mapColumns(this.#columns, <C extends Column>(column: C) => column.subarray(0, this.#length) as C);
  }
}

const columnNames = ['ids', 'kind', 'marks', 'ttl', 'port', 'at', 'source'] as const;
type Column = Int32Array | Uint8Array | Uint16Array | Float64Array;

function emptyColumns(room: number): Columns {
  return {
    ids: new Int32Array(room),
    kind: new Uint8Array(room),
    marks: new Uint8Array(room),
    ttl: new Uint8Array(room),
    port: new Uint16Array(room),
    at: new Float64Array(room),
    source: new Int32Array(room),
  };
}

function mapColumns(
  { ids, kind, marks, ttl, port, at, source }: Columns,
  part: <C extends Column>(c: C) => C,
): Columns {
  return {
    ids: part(ids),
    kind: part(kind),
    marks: part(marks),
    ttl: part(ttl),
    port: part(port),
    at: part(at),
    source: part(source),
  };
}

/** The rows whose port is wanted; the columns themselves when that is all of them. */
export function rowsOfPorts(columns: Columns, wanted: (port: number) => boolean): Columns {
  const { port } = columns;
  const isWanted = Uint8Array.from({ length: 65_536 }, (_, number) => (wanted(number) ? 1 : 0));
  let count = 0;
  for (let row = 0; row < port.length; row++) count += isWanted[port[row]!]!;
  if (count === port.length) return columns;
  return mapColumns(columns, <C extends Column>(column: C) => {
    const some = column.slice(0, count) as C;
    for (let row = 0, to = 0; row < port.length; row++) if (isWanted[port[row]!] === 1) some[to++] = column[row]!;
    return some;
  });
}
