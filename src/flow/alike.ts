/**
 * Bulk data: rows of a batch that say the same as the one before them, but for the sequence number, the IP
 * identification, the header checksum and the time. Once one of them was found to be routine (`lane.ts`), the next ones
 * are for what those four say, and are counted by their number alone.
 */
import type { Batch } from '../capture/batch.ts';
import * as glance from '../wire/glance.ts';
import type { TimedSegments } from './measure/timed.ts';
import { MAX_RUN_GAP_NS } from './waits/run.ts';

/**
 * Words of such a frame that do not change, read as they stand in memory: type, version, type of service; fragment, time
 * to live, protocol; addresses, ports and acknowledgment; header length, flags and window.
 */
const Same = { first: 12, fragment: 20, source: 26, destination: 30, ports: 34, ack: 42, flags: 46 } as const;
/** Total length and identification; checksum; sequence number. */
const LENGTH_AT = 16;
const CHECKSUM_AT = 24;
const SEQUENCE_AT = 38;
/** Bindings of other modules are read and checked at each use, also in loops: those of this one are not. */
const MAX_GAP_NS = MAX_RUN_GAP_NS;
const NETWORK_AT = glance.NETWORK_AT;
const segmentSumsUp = glance.segmentSumsUp;

export class Alike {
  /** Where the numbers of the sender stand, and the time of its last segment, before and behind the rows. */
  next = 0;
  nanoseconds = 0;

  /**
   * How many rows behind row `first` are alike. That one was counted, has `payload` bytes of it, and was timed as a segment
   * of row `own` of `timed`. `fullAt`: no segment may end there; `addresses`: the sum of the words of both addresses.
   */
  count(
    batch: Batch,
    first: number,
    payload: number,
    fullAt: number,
    addresses: number,
    timed: TimedSegments,
    own: number,
  ): number {
    const { view, start, capturedLength, originalLength, seconds, nanoseconds, interfaceIndex, count } = batch;
    // Many runs have one row: their connections take turns. A shorter frame may end where the view does.
    if (first + 1 >= count || capturedLength[first + 1] !== capturedLength[first]) return 0;
    if (view.getInt32((start[first + 1]! | 0) + SEQUENCE_AT) !== this.next) return 0;
    const room = timed.room(own);
    const limit = Math.min(count, first + 1 + room);
    const at0 = start[first]! | 0;
    const captured = capturedLength[first]!;
    const original = originalLength[first]!;
    const face = interfaceIndex[first]!;
    const second = seconds[first]!;
    const wholeSecond = second | 0;
    const first0 = view.getInt32(at0 + Same.first, true);
    const length0 = view.getInt32(at0 + LENGTH_AT, true);
    const fragment0 = view.getInt32(at0 + Same.fragment, true);
    const source0 = view.getInt32(at0 + Same.source, true);
    const destination0 = view.getInt32(at0 + Same.destination, true);
    const ports0 = view.getInt32(at0 + Same.ports, true);
    const ack0 = view.getInt32(at0 + Same.ack, true);
    const flags0 = view.getInt32(at0 + Same.flags, true);
    const packet = glance.packetLength(view.getInt32(at0 + NETWORK_AT));
    const isWhole = packet + NETWORK_AT <= captured;
    const sum = (length0 >>> 16) + view.getUint16(at0 + CHECKSUM_AT, true);
    const ring = timed.words;
    let slot = timed.slot(own);
    let next = this.next;
    let before = this.nanoseconds;
    let i = first + 1;
    for (; i < limit; i++) {
      const at = start[i]! | 0;
      if (capturedLength[i] !== captured || originalLength[i] !== original || interfaceIndex[i] !== face) break;
      if (view.getInt32(at + SEQUENCE_AT) !== next || view.getInt32(at + Same.ports, true) !== ports0) break;
      if (view.getInt32(at + Same.first, true) !== first0 || view.getInt32(at + Same.fragment, true) !== fragment0)
        break;
      if (view.getInt32(at + Same.source, true) !== source0) break;
      if (view.getInt32(at + Same.destination, true) !== destination0) break;
      if (view.getInt32(at + Same.ack, true) !== ack0 || view.getInt32(at + Same.flags, true) !== flags0) break;
      const length = view.getInt32(at + LENGTH_AT, true);
      // Equal sums of these two leave the sum of the header as it was, apart from its carry (RFC 1071).
      const change = (length >>> 16) + view.getUint16(at + CHECKSUM_AT, true) - sum;
      if (((length ^ length0) & 0xffff) !== 0 || (change !== 0 && change !== 0xffff && change !== -0xffff)) break;
      const nanosecond = nanoseconds[i]!;
      if (seconds[i] !== second || (nanosecond - before) >>> 0 > MAX_GAP_NS) break;
      const end = (next + payload) | 0;
      if (end === fullAt) break;
      if (isWhole && !segmentSumsUp(view, at + NETWORK_AT, packet, addresses)) break;
      ring[slot] = end;
      ring[slot + 1] = payload;
      ring[slot + 2] = wholeSecond;
      ring[slot + 3] = nanosecond;
      slot += 4;
      next = end;
      before = nanosecond;
    }
    this.next = next;
    this.nanoseconds = before;
    const rows = i - first - 1;
    timed.took(own, rows);
    return rows;
  }
}
