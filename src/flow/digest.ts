/**
 * What documents and detectors ask of every record, from one walk over all of them: of ten million records each further
 * walk reads more than a gigabyte.
 */
import { connStates } from './conn-state.ts';
import type { Connections } from './connections.ts';
import { Double, Meta, type Records, WORDS, Word, rowOf } from './records.ts';
import { serviceOf } from './service.ts';

/** In `Digest.states`: a record that only holds a number. */
export const NOT_COUNTED = 255;
const SERVICES = 256;

export interface Digest {
  /** connStates of all records as indexes into `connStates`, `NOT_COUNTED` for those without a counted frame. */
  readonly states: Uint8Array;
  /** Application protocols of all records, as `Tracker.service` gives them. */
  readonly services: Uint8Array;
  /**
   * Records with more than one segment, or with payload, in order: all but the lone segments of a flood, so that who
   * looks for losses or waits goes over no millions of those.
   */
  readonly eventful: Int32Array;
  /** Counted TCP and UDP connections by state, and both by service. */
  readonly tcpByState: Float64Array;
  readonly udpByState: Float64Array;
  readonly byService: Float64Array;
  /** Frames of counted TCP connections, and their payload. */
  readonly tcpFrames: number;
  readonly tcpPayloadBytes: number;
}

export function digestOf(c: Connections): Digest {
  const { records } = c.tracker.table;
  const { w, count } = records;
  const states = new Uint8Array(count);
  const services = new Uint8Array(count);
  const byState = [new Float64Array(connStates.length), new Float64Array(connStates.length)] as const;
  const byService = new Float64Array(SERVICES);
  let eventful = new Int32Array(Math.min(count, FIRST_EVENTFUL));
  let used = 0;
  let tcpFrames = 0;
  let tcpPayloadBytes = 0;
  // Neighbours mostly went through the same: in a flood nearly all are like the one before.
  let lastMeta = -1;
  let lastHistory = 0;
  let lastState = NOT_COUNTED;
  for (let id = 0, at = 0; id < count; id++, at += WORDS) {
    const full = w[at + Word.full]!;
    if ((full | w[at + Word.analysis]!) !== 0) {
      if (used === eventful.length) eventful = grown(eventful, count);
      eventful[used++] = id;
    }
    const service = serviceOf(w[at + Word.seen]!);
    services[id] = service;
    if (w[at + Word.firstFrame] === 0) {
      states[id] = NOT_COUNTED;
      continue;
    }
    const meta = w[at + Word.meta]!;
    const udp = (meta & Meta.udp) !== 0;
    // Of an embryonic TCP connection the meta word and the history say all; with `Meta.udp` the counters have a say.
    const isPlain = full === 0 && !udp;
    const history = w[at + Word.history]!;
    const isAlike = isPlain && meta === lastMeta && history === lastHistory;
    const state = isAlike ? lastState : connStates.indexOf(c.connState(id));
    if (isPlain) {
      lastMeta = meta;
      lastHistory = history;
      lastState = state;
    }
    states[id] = state;
    byState[udp ? 1 : 0][state]! += 1;
    byService[service]! += 1;
    if (udp) continue;
    if (full === 0) tcpFrames += (w[at + Word.framesA]! >>> 0) + (w[at + Word.framesB]! >>> 0);
    else {
      tcpFrames += sumOf(records, full, Double.frames);
      tcpPayloadBytes += sumOf(records, full, Double.payload);
    }
  }
  const [tcpByState, udpByState] = byState;
  const rest = { tcpByState, udpByState, byService, tcpFrames, tcpPayloadBytes };
  return { states, services, eventful: eventful.subarray(0, used), ...rest };
}

const FIRST_EVENTFUL = 4096;

function grown(ids: Int32Array, most: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.min(most, 2 * ids.length));
  larger.set(ids);
  return larger;
}

/** Of both ends of a connection of the full tier. */
const sumOf = ({ f }: Records, full: number, field: number): number =>
  f[rowOf(full, 0) + field]! + f[rowOf(full, 1) + field]!;
