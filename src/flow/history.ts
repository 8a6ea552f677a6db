/**
 * Zeek's history of a connection (base/protocols/conn: `history`): one letter for each kind of packet, when it is first
 * seen from an end; upper case for the originator. Letters are 5-bit codes in the connection's record.
 */
import { ACK, FIN, RST, SYN } from '../wire/tcp.ts';
import { MAX_HISTORY } from './limits.ts';
import { type Records, WORDS, Word } from './records.ts';

const letters = [
  '',
  'S',
  's',
  'H',
  'h',
  'A',
  'a',
  'D',
  'd',
  'F',
  'f',
  'R',
  'r',
  'Q',
  'q',
  'I',
  'i',
  '^',
  'T',
  't',
  'G',
  'g',
  'W',
  'w',
];
const PER_WORD = 6;
const BITS = 5;

/** Kinds of packet: bit in the `seen` word, and half the code of the originator's letter. */
export const Kind = { syn: 0, synAck: 1, ack: 2, data: 3, fin: 4, rst: 5, several: 6, finRst: 7 } as const;
const FLIP_CODE = 17;
/** Kinds that get another letter at 10, 100, 1000 ... times: the code of the originator's letter. */
export const Scaled = { retransmitted: 18, gap: 20, zeroWindow: 22 } as const;

/** The kind of a segment, -1 for one without flags or payload. */
export function kindOf(flags: number, payloadLength: number): number {
  switch (flags & (SYN | FIN | RST)) {
    case 0:
      return payloadLength > 0 ? Kind.data : (flags & ACK) !== 0 ? Kind.ack : -1;
    case SYN:
      return (flags & ACK) !== 0 ? Kind.synAck : Kind.syn;
    case FIN:
      return Kind.fin;
    case RST:
      return Kind.rst;
    default:
      return (flags & (FIN | RST)) === (FIN | RST) ? Kind.finRst : Kind.several;
  }
}

/** Counts `kind` from `side` in; false when that was seen before. `at` is the record's offset. */
export function addHistory(records: Records, at: number, side: number, kind: number): boolean {
  const bit = 1 << (kind + 8 * side);
  if ((records.w[at + Word.seen]! & bit) !== 0) return false;
  records.w[at + Word.seen]! |= bit;
  repeatHistory(records, at, side, kind);
  return true;
}

/** Writes the letter of `kind` once more. */
export function repeatHistory(records: Records, at: number, side: number, kind: number): void {
  append(records, at, 2 * kind + 1 + side);
}

/** Writes one of the `Scaled` letters when `times`, which counts it in, is 1, 10, 100 ... */
export function addScaled(records: Records, at: number, side: number, code: number, times: number): void {
  let power = 1;
  while (power < times) power *= 10;
  if (power === times) append(records, at, code + side);
}

/** The roles were swapped: Zeek writes `^`. */
export function addFlip(records: Records, at: number): void {
  append(records, at, FLIP_CODE);
}

function append(records: Records, at: number, code: number): void {
  const word = records.w[at + Word.history]!;
  const shift = room(word);
  if (shift >= 0) {
    records.w[at + Word.history] = word | (code << shift);
    return;
  }
  const id = at / WORDS;
  if (records.historyWords(id) === null && !records.promote(id)) return;
  const more = records.historyWords(id)!;
  for (let i = 0; i < more.length; i++) {
    const free = room(more[i]!);
    if (free < 0) continue;
    more[i]! |= code << free;
    return;
  }
}

/** Shift of the first free letter of a word, or -1. */
function room(word: number): number {
  for (let i = 0; i < PER_WORD; i++) if (((word >>> (i * BITS)) & 31) === 0) return i * BITS;
  return -1;
}

/** The history as Zeek prints it, at most `MAX_HISTORY` letters. */
export function historyText(records: Records, id: number): string {
  const words = [records.w[id * WORDS + Word.history]!, ...(records.historyWords(id) ?? [])];
  let text = '';
  for (const word of words) {
    for (let i = 0; i < PER_WORD; i++) text += letters[(word >>> (i * BITS)) & 31] ?? '';
  }
  return text.slice(0, MAX_HISTORY);
}
