/**
 * What a connection without a handshake of its own, or without anything but its handshake, may be a piece of. Told from
 * the record alone. Most are innocent: the capture began in their middle, or saw one direction. Numbers decide, elsewhere.
 */
import { Completeness } from '../../../flow/completeness.ts';
import { Life } from '../../../flow/milestones.ts';
import { Meta, type Records, WORDS, Word } from '../../../flow/records.ts';
import { ACK, FIN, RST, SYN } from '../../../wire/tcp.ts';

export const Unasked = {
  none: 0,
  /** ACKs, with or without payload, that nobody answered but with RST. */
  ack: 1,
  /** RSTs without ACK, and nothing else. */
  rst: 2,
  /** FINs, with or without ACK, that nobody answered but with RST. */
  fin: 3,
  /** A SYN-ACK or RST with ACK that answers nothing in the capture. */
  answer: 4,
  /** A whole handshake and not a byte after it. */
  idle: 5,
} as const;
export type Unasked = (typeof Unasked)[keyof typeof Unasked];

const { syn, synAck, ack, data, fin, rst } = Completeness;
const HANDSHAKE = syn | synAck | ack;
const FLAGS = SYN | ACK | FIN | RST;

/** Of a TCP connection. */
export function unaskedOf(records: Records, id: number): Unasked {
  const { w } = records;
  const at = id * WORDS;
  const seen = (w[at + Word.meta]! >>> Meta.completenessShift) & Meta.completenessMask;
  if ((seen & HANDSHAKE) === HANDSHAKE)
    return (seen & data) === 0 && w[at + Word.full] !== 0 ? Unasked.idle : Unasked.none;
  if ((seen & syn) !== 0) return Unasked.none;
  const life = w[at + Word.life]!;
  // A payload in the first segment: its flags are not in the record.
  if ((life & Life.bare) === 0)
    return (seen & ~rst) === data && isUnanswered(records, id, seen) ? Unasked.ack : Unasked.none;
  const first = life & FLAGS;
  if (first === (SYN | ACK)) return (seen & (data | fin | ack)) === 0 ? Unasked.answer : Unasked.none;
  if ((seen & (data | synAck)) !== 0 || !isUnanswered(records, id, seen)) return Unasked.none;
  return unaskedByFlags[first] ?? Unasked.none;
}

const unaskedByFlags: readonly Unasked[] = Array.from({ length: FLAGS + 1 }, (_, flags) => {
  if (flags === RST) return Unasked.rst;
  if (flags === (RST | ACK)) return Unasked.answer;
  if (flags === ACK) return Unasked.ack;
  return flags === FIN || flags === (FIN | ACK) ? Unasked.fin : Unasked.none;
});

/** The other end said nothing, or reset. */
const isUnanswered = (records: Records, id: number, seen: number): boolean =>
  (seen & rst) !== 0 || records.frames(id, 0) === 0 || records.frames(id, 1) === 0;

/** Side of the end that sent the first segment. A filter may have left out the other end, which gave the sides. */
export function senderOf(records: Records, id: number): number {
  const meta = records.w[id * WORDS + Word.meta]!;
  if (records.frames(id, 0) === 0 || (meta & (synAck << Meta.completenessShift)) !== 0) return 1;
  return records.frames(id, 1) !== 0 && (meta & Meta.flipped) !== 0 ? 1 : 0;
}
