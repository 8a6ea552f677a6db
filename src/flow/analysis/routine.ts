/**
 * Runs of routine segments: those that can bear no mark, and only move numbers on. A run is of one connection and one
 * direction, so nothing of the receiver changes meanwhile. Whoever counts runs asks `begin` once; then each segment
 *
 * - has ACK and none of SYN, FIN and RST, starts where the last one ended, and leaves a window open;
 * - acknowledges no less than the one before it, and more when it carries no payload (else it is a duplicate ACK, a window
 *   update or an answer to a keep-alive);
 * - acknowledges nothing beyond `ackLimit` (acknowledged, not captured);
 * - does not end at `fullAt` with payload (window full).
 *
 * `end` and `endSegment` then take the last numbers. Segments that break a rule are analysed one by one (`analyse.ts`): the result is the
 * same.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { SegmentOptions } from '../../wire/segment-options.ts';
import { countsOn } from './advance.ts';
import { windowEdge } from './checks.ts';
import { type AnalysisRows, Bit, Field, endAt } from './rows.ts';

const KNOWN = Bit.numbered | Bit.acked;

export class Run {
  /** The highest number that may be acknowledged. */
  ackLimit = 0;
  /** No segment with payload may end here. */
  fullAt = 0;
  #own = -1;
  readonly #options = new SegmentOptions();

  /**
   * True when routine segments of `side` can be counted without a look at each: from `next` on, the last one having
   * acknowledged `lastAck`. `row` is the connection's row (`Word.analysis`), `highest` the limit that others set.
   */
  begin(rows: AnalysisRows, row: number, side: number, next: number, lastAck: number, highest: number): boolean {
    this.ackLimit = highest;
    this.fullAt = (next - 1) | 0;
    this.#own = -1;
    // Without a row, for want of room, nothing is analysed.
    if (row <= 0) return true;
    const { words } = rows;
    const own = endAt(row, side);
    const peer = endAt(row, side ^ 1);
    if ((words[own + Field.bits]! & (KNOWN | Bit.opening | Bit.awaited)) !== KNOWN) return false;
    if (words[own + Field.next] !== next || words[own + Field.lastAck] !== lastAck) return false;
    if (words[peer + Field.window] === 0 || (words[endAt(row, 0) + Field.bits]! & Bit.timing) !== 0) return false;
    this.#own = own;
    return this.#seePeer(words, peer, next);
  }

  /** What the receiver sent so far sets the limits. */
  #seePeer(words: Int32Array, peer: number, next: number): boolean {
    const bits = words[peer + Field.bits]!;
    if ((bits & Bit.numbered) !== 0 && seqDiff(words[peer + Field.unbroken]!, this.ackLimit) < 0) {
      this.ackLimit = words[peer + Field.unbroken]!;
    }
    if ((bits & Bit.acked) === 0) return true;
    if ((bits & (Bit.scaled | Bit.unscaled)) !== 0) this.fullAt = windowEdge(words, peer);
    // Everything up to there was acknowledged: what comes before it is a spurious retransmission.
    return seqDiff(words[peer + Field.lastAck]!, next) <= 0;
  }

  /** Takes over the numbers of the run's last segment. */
  end(rows: AnalysisRows, next: number, ack: number, window: number, seconds: number, nanoseconds: number): void {
    const own = this.#own;
    if (own < 0) return;
    const { words } = rows;
    if (words[own + Field.unbroken] === words[own + Field.next]) words[own + Field.unbroken] = next;
    if (words[own + Field.lastAck] !== ack) words[own + Field.duplicates] = 0;
    words[own + Field.next] = next;
    words[own + Field.lastAck] = ack;
    words[own + Field.window] = window;
    words[own + Field.ackSeconds] = seconds;
    words[own + Field.ackNanoseconds] = nanoseconds;
  }

  /** The last segment: its IP identification (0 for IPv6), and where its TCP header is and its captured bytes end. */
  endSegment(
    rows: AnalysisRows,
    identification: number,
    view: DataView,
    bytes: Uint8Array,
    at: number,
    end: number,
  ): void {
    if (this.#own < 0) return;
    const { words } = rows;
    words[this.#own + Field.bits] = countsOn(
      words[this.#own + Field.bits]!,
      words[this.#own + Field.lastMarks]!,
      identification,
    );
    words[this.#own + Field.lastMarks] = identification << 16;
    this.#options.read(view, bytes, at, end);
    if (!this.#options.stamped) return;
    words[this.#own + Field.stamp] = this.#options.stamp;
    words[this.#own + Field.bits]! |= Bit.stamped;
  }

  /** When the last segment with payload came, where there was one. */
  endPayload(rows: AnalysisRows, seconds: number, nanoseconds: number): void {
    if (this.#own < 0) return;
    rows.words[this.#own + Field.nextSeconds] = seconds;
    rows.words[this.#own + Field.nextNanoseconds] = nanoseconds;
  }
}
