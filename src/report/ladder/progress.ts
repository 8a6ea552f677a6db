/** What the numbers of each segment say beside what both ends had sent before (RFC 9293 section 3.4). */
import { seqDiff } from '../../bytes/sequence.ts';
import type { LadderSegment } from '../../flow/ladder/segments.ts';
import { type Moment, elapsed } from '../../flow/life/moment.ts';
import { segmentLength } from '../../flow/milestones.ts';
import { NO_TIME } from '../../flow/records.ts';
import { ACK, FIN, RST, SYN } from '../../wire/tcp.ts';
import { count, duration } from '../text/format.ts';
import { Holes } from './holes.ts';
import { type Fact, sideNames } from './model.ts';

/** An ACK may be delayed for half a second (RFC 9293 section 3.8.6.3): a shorter silence is nothing. */
const SILENCE_SECONDS = 0.5;
/** A silence lasts several round trips, */
const SILENCE_ROUND_TRIPS = 3;
/** and is a twentieth of the connection, so that there are never more than twenty. */
const SILENCE_SHARE = 0.05;

/** How long nothing must be sent for it to be told. */
export const silenceLimit = (durationSeconds: number, rttSeconds: number | null): number =>
  Math.max(SILENCE_SECONDS, SILENCE_ROUND_TRIPS * (rttSeconds ?? 0), SILENCE_SHARE * durationSeconds);

/** Waits of a sender that are told: retransmission timeouts of Linux start here. */
const TOLD_WAIT_SECONDS = 0.2;

interface End {
  /** Number behind the highest that it sent; null until it sends. */
  next: number | null;
  holes: Holes;
  /** Since when its window is shut. */
  shut: Moment | null;
  /** When it sent something that takes up sequence numbers. */
  sent: Moment | null;
  fins: number;
  finEnd: number | null;
}

const newEnd = (): End => ({ next: null, holes: new Holes(), shut: null, sent: null, fins: 0, finEnd: null });

export class Progress {
  readonly #ends: readonly [End, End] = [newEnd(), newEnd()];
  readonly #limit: number;
  #previous: Moment | null = null;
  #halfClosed = false;

  /** `limit`: seconds of silence that are told. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Segments were left out: what comes cannot be held against what was. */
  forget(): void {
    for (const end of this.#ends) {
      end.next = null;
      end.holes = new Holes();
    }
    this.#previous = null;
  }

  /** A silence before the segment. */
  pause(s: LadderSegment): Fact[] {
    // A time that 32 bits do not hold is no time.
    const seconds = this.#previous === null || s.seconds === NO_TIME ? 0 : elapsed(this.#previous, s);
    this.#previous = s.seconds === NO_TIME ? null : s;
    if (seconds < this.#limit) return [];
    const shut = this.#ends.findIndex((end) => end.shut !== null);
    const why = shut < 0 ? '' : `, ${sideNames[shut]!}'s window shut`;
    return [{ id: 'silence', text: `${duration(seconds)} of silence${why}` }];
  }

  see(s: LadderSegment): Fact[] {
    if (s.broken) return [{ id: 'header-broken', text: 'its header contradicts itself: not judged' }];
    const facts: Fact[] = [];
    const end = this.#ends[s.side];
    const peer = this.#ends[s.side ^ 1]!;
    if ((s.flags & RST) === 0) {
      facts.push(...this.#place(s, end, peer), ...acknowledgement(s, peer), ...this.#late(s, peer));
      if ((s.flags & FIN) !== 0) facts.push(...fin(s, end));
      if ((s.flags & (SYN | FIN)) === 0) facts.push(...window(s, end));
      if (segmentLength(s.flags, s.payloadLength) > 0) end.sent = s;
    }
    return facts;
  }

  /** Where the segment stands in what its sender sent. */
  #place(s: LadderSegment, end: End, peer: End): Fact[] {
    const length = segmentLength(s.flags, s.payloadLength);
    const behind = (s.sequence + length) | 0;
    const { next } = end;
    if (next !== null && (s.flags & (SYN | FIN)) === 0 && s.payloadLength <= 1) {
      const ahead = seqDiff(s.sequence, next);
      // Linux probes with an old number and no payload, others with one byte of the data that is due.
      const isProbe = peer.shut !== null && (ahead === -1 || (ahead === 0 && s.payloadLength === 1));
      if (isProbe) return [{ id: 'window-probe', text: 'asks whether the window is still shut' }];
      if (ahead === -1) return [{ id: 'keep-alive', text: 'keep-alive: is the other end still there?' }];
    }
    if (next === null || seqDiff(behind, next) > 0) end.next = behind;
    // SYNs that are sent again are told with their times.
    if (next === null || length === 0 || (s.flags & SYN) !== 0) return [];
    const ahead = seqDiff(s.sequence, next);
    if (ahead > 0) return [gap(end, next, s.sequence)];
    return ahead < 0 && s.payloadLength > 0 ? [old(s, end, behind, next)] : [];
  }

  /** Data of an end that knows that its peer is done. */
  #late(s: LadderSegment, peer: End): Fact[] {
    const { finEnd } = peer;
    if (this.#halfClosed || finEnd === null || s.payloadLength === 0) return [];
    if ((s.flags & ACK) === 0 || seqDiff(s.acknowledgment, finEnd) < 0) return [];
    this.#halfClosed = true;
    return [{ id: 'half-closed', text: `half-closed: the ${sideNames[s.side]} still sends` }];
  }
}

function gap(end: End, from: number, to: number): Fact {
  end.holes.add(from, to);
  return { id: 'gap', text: `${count(seqDiff(to, from))} B before it: lost here, or still to come` };
}

/** Data with numbers that were passed before. */
function old(s: LadderSegment, end: End, behind: number, next: number): Fact {
  const { holes } = end;
  if (holes.fill(s.sequence, behind)) return { id: 'gap-filled', text: 'fills a gap: overtaken, or sent again' };
  const fresh = seqDiff(behind, next);
  const part = fresh > 0 ? `, but for ${count(fresh)} B` : '';
  return { id: 'resent', text: `sent again${part}${waited(s, end)}${holes.forgot ? ', or fills a gap' : ''}` };
}

/** How long the sender had sent nothing else. */
function waited(s: LadderSegment, { sent }: End): string {
  const seconds = sent === null ? 0 : elapsed(sent, s);
  return seconds < TOLD_WAIT_SECONDS ? '' : ` after ${duration(seconds)}`;
}

/** ACK of what the peer was not seen to send. */
function acknowledgement(s: LadderSegment, peer: End): Fact[] {
  if ((s.flags & ACK) === 0 || (s.flags & SYN) !== 0 || peer.next === null) return [];
  const unseen = seqDiff(s.acknowledgment, peer.next);
  if (unseen <= 0) return [];
  peer.holes.add(peer.next, s.acknowledgment);
  peer.next = s.acknowledgment;
  return [{ id: 'ack-unseen', text: `acknowledges ${count(unseen)} B that the capture lacks` }];
}

function fin(s: LadderSegment, end: End): Fact[] {
  end.finEnd = (s.sequence + segmentLength(s.flags, s.payloadLength)) | 0;
  end.fins++;
  return end.fins > 1 ? [{ id: 'fin-resent', text: `FIN again: ${ordinal(end.fins)}${waited(s, end)}` }] : [];
}

function window(s: LadderSegment, end: End): Fact[] {
  if (s.windowField === 0) {
    if (end.shut !== null) return [];
    end.shut = s;
    return [{ id: 'zero-window', text: `zero window: the ${sideNames[s.side]} takes no more` }];
  }
  const { shut } = end;
  end.shut = null;
  if (shut === null) return [];
  return [{ id: 'window-opened', text: `window open again after ${duration(elapsed(shut, s))}` }];
}

/** 1 -> `1st`. */
export function ordinal(n: number): string {
  const last = n % 10;
  const teens = n % 100 > 10 && n % 100 < 14;
  return `${n}${teens || last < 1 || last > 3 ? 'th' : ['st', 'nd', 'rd'][last - 1]!}`;
}
