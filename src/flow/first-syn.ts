/**
 * The first SYN of a connection, which a flood is made of: its record is written in one go. It leaves what `segment.ts`
 * and the tracker would leave step by step, which a property test holds it to.
 */
import { type Frame, Stop } from '../wire/frame.ts';
import { synOptions } from '../wire/tcp-options.ts';
import { ACK, FIN, RST, SYN, flagsOf, isSyn, sequence, windowField } from '../wire/tcp.ts';
import { Completeness } from './completeness.ts';
import { advance } from './conn-state.ts';
import { Kind, addHistory } from './history.ts';
import { Life } from './milestones.ts';
import { Meta, NO_TIME, type Records, WORDS, Word } from './records.ts';
import type { ConnectionTable } from './table.ts';

/** What a SYN without anything else makes of a connection's meta word. */
const OPENED = advance(Meta.baseA | (Completeness.syn << Meta.completenessShift), 0, SYN, 0);
/** A frame of any length that a link carries; a claim beyond that is for the general way. */
export const MAX_SYN_WIRE = 0xffff;

/** True for a SYN alone, without payload and with an open window, in a frame about which nothing is odd. */
export function isFirstSyn(f: Frame): boolean {
  if (f.stop !== Stop.none || f.payloadLength !== 0 || f.ipVersion === 0) return false;
  if ((flagsOf(f.bytes, f.transport) & (SYN | ACK | FIN | RST)) !== SYN || windowField(f.view, f.transport) === 0)
    return false;
  return f.originalLength <= MAX_SYN_WIRE && f.seconds >= 0 && f.seconds < NO_TIME;
}

/** Opens a connection for key row `i`, for which `find` found none, with its first SYN. -1 when there is no room. */
export function openWithSyn(table: ConnectionTable, i: number, f: Frame, hops: number): number {
  const id = table.open(i, false);
  if (id < 0) return -1;
  const w = table.records.w;
  const at = id * WORDS;
  const seconds = f.seconds | 0;
  w[at + Word.meta]! |= OPENED;
  w[at + Word.isnA] = sequence(f.view, f.transport);
  w[at + Word.firstFrame] = f.number;
  w[at + Word.lastFrame] = f.number;
  w[at + Word.startSeconds] = seconds;
  w[at + Word.startNanoseconds] = f.nanoseconds;
  w[at + Word.endSeconds] = seconds;
  w[at + Word.endNanoseconds] = f.nanoseconds;
  w[at + Word.framesA] = 1;
  w[at + Word.wireA] = f.originalLength;
  w[at + Word.hopsA] = hops;
  w[at + Word.optionsA] = synOptions(f.view, f.bytes, f.transport, f.end);
  w[at + Word.path] = f.path;
  w[at + Word.milestone] = ~windowField(f.view, f.transport);
  w[at + Word.life] = Life.bare | flagsOf(f.bytes, f.transport);
  addHistory(table.records, at, 0, Kind.syn);
  table.records.synSamples.see(id, f);
  return id;
}

/** The same for a SYN that goes the general way, before it is counted: a payload, say, or a closed window. */
export function sampleFirstSyn(records: Records, f: Frame, id: number): void {
  if (records.w[id * WORDS + Word.firstFrame] !== 0 || f.stop !== Stop.none) return;
  if (isSyn(flagsOf(f.bytes, f.transport))) records.synSamples.see(id, f);
}
