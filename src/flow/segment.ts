/**
 * What a TCP segment does to its connection: which one it belongs to (Wireshark's rules for tcp.stream), where
 * sequence numbers start, completeness, Zeek's states and history, and when the full record is due.
 */
import { type Frame, Stop } from '../wire/frame.ts';
import { synOptions } from '../wire/tcp-options.ts';
import * as tcp from '../wire/tcp.ts';
import { analyse } from './analysis/analyse.ts';
import { rowOf } from './analysis/begin.ts';
import { Completeness, completenessOf } from './completeness.ts';
import { End, advance, stateOf } from './conn-state.ts';
import { begin, follow, keep } from './keep.ts';
import { Kind, addFlip, addHistory, kindOf as letterOf, repeatHistory } from './history.ts';
import { isAnother, watchAcknowledgment, watchNumbers, watchWindow } from './irregular.ts';
import { measure } from './measure/measure.ts';
import { DUE, Life } from './milestones.ts';
import { segmentFromResponder } from './originator.ts';
import { Meta, NO_TIME, type Records, Seen, WORDS, Word } from './records.ts';
import type { ConnectionTable } from './table.ts';
import { beginWaits } from './waits/begin.ts';
import { beginClocks } from './waits/held.ts';

/** Both ends' first sequence numbers are known. */
const BASES = Meta.baseA | Meta.baseB;

/** Connection of the segment in key row `i`, where `find` gave `found`; opens one where that is due. -1: no room. */
export function connectionOf(table: ConnectionTable, i: number, f: Frame, found: number, counted: boolean): number {
  const flags = tcp.flagsOf(f.bytes, f.transport);
  const judged = counted && f.stop === Stop.none;
  const id =
    found < 0
      ? openFirst(table, i, flags, judged ? f.payloadLength : -1)
      : reopen(table, i, found, flags, tcp.sequence(f.view, f.transport), judged ? f.payloadLength : -1);
  if (id >= 0 && f.stop !== Stop.tooShort) setBases(table, id, i, f, flags);
  return id;
}

/** The first segment of a tuple. `payloadLength` is -1 for one that is not judged. */
export function openFirst(table: ConnectionTable, i: number, flags: number, payloadLength: number): number {
  const id = table.open(i, segmentFromResponder(table.keys, i, flags));
  if (id >= 0 && payloadLength >= 0) complete(table.records, id, completenessOf(flags, payloadLength, true));
  return id;
}

/** A segment on a known tuple: the same connection, unless a SYN brings another initial sequence number. */
export function reopen(
  table: ConnectionTable,
  i: number,
  found: number,
  flags: number,
  seq: number,
  payloadLength: number,
): number {
  const w = table.records.w;
  const at = found * WORDS;
  const side = table.sideOf(found, i);
  const meta = w[at + Word.meta]!;
  const differs = (flags & tcp.SYN) !== 0 && (meta & (Meta.baseA << side)) !== 0 && w[at + Word.isnA + side] !== seq;
  if (differs && tcp.isSyn(flags)) {
    const id = table.open(i, false);
    if (id < 0) return -1;
    // Data on such a SYN do not count here, as in Wireshark.
    complete(table.records, id, completenessOf(flags, 0, true));
    table.records.w[id * WORDS + Word.meta]! |= Meta.reusedPorts;
    table.records.w[id * WORDS + Word.previous] = found + 1;
    return id;
  }
  if (differs) {
    // What is remembered of a lone first segment is about to be overwritten.
    if (w[at + Word.life] !== 0) rowOf(table.records, at);
    w[at + Word.isnA + side] = seq;
    if (payloadLength >= 0) w[at + Word.meta]! |= Meta.synAckJump;
  }
  if (payloadLength >= 0) complete(table.records, found, completenessOf(flags, payloadLength, false));
  return found;
}

function complete(records: Records, id: number, bits: number): void {
  records.w[id * WORDS + Word.meta]! |= bits << Meta.completenessShift;
}

/** The first segment of each direction tells where its numbers start: Wireshark's base_seq. */
function setBases(table: ConnectionTable, id: number, i: number, f: Frame, flags: number): void {
  const w = table.records.w;
  const at = id * WORDS;
  if ((w[at + Word.meta]! & BASES) === BASES) return;
  const side = table.sideOf(id, i);
  if ((w[at + Word.meta]! & (Meta.baseA << side)) === 0) {
    const seq = tcp.sequence(f.view, f.transport);
    w[at + Word.isnA + side] = (flags & tcp.SYN) !== 0 ? seq : (seq - 1) | 0;
    w[at + Word.meta]! |= Meta.baseA << side;
  }
  if ((flags & tcp.ACK) !== 0 && (w[at + Word.meta]! & (Meta.baseA << (side ^ 1))) === 0) {
    w[at + Word.isnA + (side ^ 1)] = (tcp.acknowledgment(f.view, f.transport) - 1) | 0;
    w[at + Word.meta]! |= Meta.baseA << (side ^ 1);
  }
}

/** History of a counted datagram. */
export function judgeDatagram(records: Records, id: number, side: number): void {
  const at = id * WORDS;
  if ((records.w[at + Word.meta]! & Meta.flipped) !== 0 && records.w[at + Word.history] === 0) addFlip(records, at);
  addHistory(records, at, side, Kind.data);
}

/** Flags, states and history of a counted segment; gives the connection its full record when it earns one. */
export function judge(records: Records, f: Frame, id: number, side: number): void {
  if (f.stop !== Stop.none) return;
  const w = records.w;
  const at = id * WORDS;
  const flags = tcp.flagsOf(f.bytes, f.transport);
  const isFirst = w[at + Word.life] === 0;
  const options = (flags & tcp.SYN) !== 0 ? synOptions(f.view, f.bytes, f.transport, f.end) : 0;
  analyse(records, f, at, side, flags, options);
  keep(records, f, at, side, flags);
  if (options !== 0 && w[at + Word.optionsA + side] === 0) w[at + Word.optionsA + side] = options;
  if ((w[at + Word.meta]! & Meta.flipped) !== 0 && w[at + Word.history] === 0) addFlip(records, at);
  const kind = letterOf(flags, f.payloadLength);
  if (kind >= 0 && !addHistory(records, at, side, kind) && isAnother(records, f, at, side, flags, kind)) {
    repeatHistory(records, at, side, kind);
  }
  const meta = w[at + Word.meta]!;
  watchWindow(records, f, at, side, flags, meta);
  if ((kind !== Kind.data && kind !== Kind.ack) || stateOf(meta, side) === End.inactive) {
    w[at + Word.meta] = advance(meta, side, flags, f.payloadLength);
  }
  if (w[at + Word.full] === 0) {
    const finished = kind === Kind.ack && bothEstablished(w[at + Word.meta]!);
    const closes = (flags & tcp.FIN) !== 0 && !isFirst;
    if (f.payloadLength === 0 && !finished && !closes) return;
    if (!records.promote(id)) return;
    beginTimes(records, f, at, side, flags);
  }
  begin(records, at);
  watchNumbers(records, f, at, side, flags, meta);
  if ((flags & tcp.ACK) !== 0) watchAcknowledgment(records, f, at, side);
  measure(records, f, at, side, flags);
  follow(records, f, at, side, flags);
}

function beginTimes(records: Records, f: Frame, at: number, side: number, flags: number): void {
  const seconds = f.seconds >= 0 && f.seconds < NO_TIME ? f.seconds | 0 : NO_TIME | 0;
  const seq = tcp.sequence(f.view, f.transport);
  const window = tcp.windowField(f.view, f.transport);
  beginWaits(records, at, side, flags, f.payloadLength, seq, window, seconds, f.nanoseconds, f.number);
  beginClocks(records, at);
}

const bothEstablished = (meta: number): boolean =>
  stateOf(meta, 0) === End.established && stateOf(meta, 1) === End.established;

/** Bits of `routineOf`. */
const Routine = { data: 1, ack: 2 } as const;

/**
 * Which segments of an end can change nothing but counters: plain data (bit 0) or plain ACKs (bit 1), once this end has
 * sent one, where sequence numbers start is known, and completeness already says so. `probing`: data is still shown to
 * whoever identifies the service.
 */
export function routineOf(w: Int32Array, at: number, side: number, probing: boolean): number {
  const life = w[at + Word.life]! >>> side;
  if ((life & DUE) !== 0 || (life & NUMBERED) !== NUMBERED) return 0;
  const meta = w[at + Word.meta]!;
  if ((w[at + Word.seen]! & MISSING) !== 0) return 0;
  const seen = w[at + Word.seen]! >>> (8 * side);
  let routine = 0;
  if (!probing && (meta & DATA_KNOWN) === DATA_KNOWN && (seen & (1 << Kind.data)) !== 0) routine |= Routine.data;
  if ((meta & ACK_KNOWN) === ACK_KNOWN && (seen & (1 << Kind.ack)) !== 0) routine |= Routine.ack;
  return routine;
}

const MISSING = Seen.missingA | (Seen.missingA << 1);
const NUMBERED = Life.followedA | Life.ackedA;
const DATA_KNOWN = BASES | (Completeness.data << Meta.completenessShift);
const ACK_KNOWN = BASES | (Completeness.ack << Meta.completenessShift);

/** The one kind of routine segments that has payload, or that has none. */
export const kindOf = (hasPayload: boolean): number => (hasPayload ? Routine.data : Routine.ack);

/** True for a segment that `routine` covers. */
export function isRoutine(routine: number, flags: number, payloadLength: number): boolean {
  if ((flags & (tcp.SYN | tcp.FIN | tcp.RST | tcp.ACK)) !== tcp.ACK) return false;
  return (routine & kindOf(payloadLength > 0)) !== 0;
}
