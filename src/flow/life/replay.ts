/**
 * The states that both ends went through (RFC 9293 sections 3.3.2, 3.5, 3.6 and 3.10.7), replayed from the segments that
 * were kept. An end moves when it sends; it also moves when a segment reaches it, and whether one did is read from what
 * came later: an end that sends its SYN-ACK or FIN again had not received the answer to it.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { ACK } from '../../wire/tcp.ts';
import type { Milestone } from '../milestones.ts';
import { type Moment, elapsed } from './moment.ts';
import { finAnswer, fits, isAhead } from './numbers.ts';
import type { State } from './states.ts';
import { type Side, type Story, acknowledges, isFin, isPlainAck, isReset, isSyn, isSynAck } from './story.ts';

export interface Transition extends Moment {
  readonly side: Side;
  readonly from: State;
  readonly to: State;
  /** Null for a timer. */
  readonly frame: number | null;
  readonly by: 'sent' | 'received' | 'timer' | 'reuse';
  /** The capture does not prove it. */
  readonly inferred: boolean;
}

/** Segments of a peer this long after a RST were not merely on their way: it did not believe the RST. */
const IN_FLIGHT_SECONDS = 1;

const other = (side: Side): Side => (side === 0 ? 1 : 0);

export interface Replay {
  /** What the ends were before the first segment. */
  readonly initial: readonly [State, State];
  /** In order. */
  readonly transitions: readonly Transition[];
}

export function replay(story: Story): Replay {
  const ends = new Ends(story);
  const initial = ends.meet();
  story.segments.forEach((segment, index) => ends.see(segment, index));
  return { initial, transitions: ends.transitions };
}

class Ends {
  readonly transitions: Transition[] = [];
  readonly #story: Story;
  readonly #state: [State, State] = ['UNKNOWN', 'UNKNOWN'];
  /** A FIN is on its way to the end while the end sends its own. */
  readonly #crossed: [boolean, boolean] = [false, false];

  /** Index of each end's last segment that is no RST. */
  readonly #lastLive: readonly [number, number];

  constructor(story: Story) {
    this.#story = story;
    const last = (side: Side): number => story.segments.findLastIndex((s) => s.side === side && !isReset(s));
    this.#lastLive = [last(0), last(1)];
  }

  #move(side: Side, to: State, s: Milestone, by: Transition['by'], inferred = false): void {
    const from = this.#state[side];
    if (from === to) return;
    this.#state[side] = to;
    const { frame, seconds, nanoseconds } = s;
    this.transitions.push({ side, from, to, frame, seconds, nanoseconds, by, inferred: inferred || this.#story.cut });
  }

  /** Returns what the ends were before the first segment. */
  meet(): [State, State] {
    const { segments } = this.#story;
    const first = segments[0];
    if (first === undefined) return [...this.#state];
    const answer = segments.find((s) => s.side !== first.side);
    if (isSyn(first)) {
      this.#state[first.side] = 'CLOSED';
      if (answer !== undefined) this.#state[other(first.side)] = isReset(answer) ? 'CLOSED' : 'LISTEN';
    } else if (isSynAck(first)) {
      // Its SYN was not captured.
      this.#state[first.side] = 'LISTEN';
      this.#state[other(first.side)] = 'SYN-SENT';
    } else if (!isReset(first)) {
      // Joined in the middle: an ACK proves that both ends had been through the handshake.
      this.#state.fill('ESTABLISHED');
    }
    return [...this.#state];
  }

  see(s: Milestone, index: number): void {
    if (isReset(s)) return this.#reset(s, index);
    if (isSyn(s)) return this.#syn(s);
    if (isSynAck(s)) return this.#synAck(s, index);
    if (isPlainAck(s)) this.#acknowledge(s, index);
    if (isFin(s)) this.#fin(s, index);
  }

  #syn(s: Milestone): void {
    const state = this.#state[s.side];
    if (state === 'CLOSED' || state === 'LISTEN' || state === 'UNKNOWN') this.#move(s.side, 'SYN-SENT', s, 'sent');
  }

  #synAck(s: Milestone, index: number): void {
    const state = this.#state[s.side];
    const peer = other(s.side);
    if (state === 'LISTEN' || state === 'CLOSED' || state === 'UNKNOWN' || state === 'SYN-SENT') {
      this.#move(s.side, 'SYN-RECEIVED', s, 'sent');
    }
    // Simultaneous open: each end's SYN-ACK acknowledges the other's SYN.
    if (this.#state[peer] === 'SYN-RECEIVED' && this.#opens(s, index)) this.#move(peer, 'ESTABLISHED', s, 'received');
  }

  /** The segment acknowledges its receiver's SYN, and the receiver did not send that SYN again afterwards. */
  #opens(s: Milestone, index: number): boolean {
    const { iss, lastSynAck } = this.#story;
    const peer = other(s.side);
    const start = iss[peer];
    return start !== null && acknowledges(s, (start + 1) | 0) && index > lastSynAck[peer];
  }

  #acknowledge(s: Milestone, index: number): void {
    const peer = other(s.side);
    const { iss } = this.#story;
    const start = iss[peer];
    if (this.#state[s.side] === 'SYN-SENT' && (start === null || acknowledges(s, (start + 1) | 0))) {
      // Without the peer's SYN in the capture the ACK is the only proof that there was one.
      this.#move(s.side, 'ESTABLISHED', s, 'sent', start === null);
      if (start === null && this.#goesAlong(s.side)) this.#move(peer, 'ESTABLISHED', s, 'received', true);
    }
    if (this.#state[s.side] === 'SYN-RECEIVED' && this.#answeredSyn(s)) {
      this.#move(s.side, 'ESTABLISHED', s, 'sent', true);
      if (this.#state[peer] === 'SYN-SENT') this.#move(peer, 'ESTABLISHED', s, 'received', true);
    }
    if (this.#state[peer] === 'SYN-RECEIVED' && this.#opens(s, index)) {
      this.#move(peer, 'ESTABLISHED', s, 'received', this.#ignoresAcks(peer));
    }
    if (this.#endsFin(s, index)) this.#finAcknowledged(s, peer);
  }

  /**
   * The end sent its SYN-ACK again although it had been acknowledged, and never sent anything else but RST: its accept
   * queue may have been full to the last.
   */
  #ignoresAcks(side: Side): boolean {
    const { segments, iss, lastSynAck, frames } = this.#story;
    const start = iss[side]!;
    const before = segments.slice(0, lastSynAck[side]).filter((s) => s.side !== side && isPlainAck(s));
    const ownKept = segments.filter((s) => s.side === side && (isSynAck(s) || isReset(s))).length;
    return before.some((s) => acknowledges(s, (start + 1) | 0)) && frames[side] === ownKept;
  }

  /** Neither SYN nor SYN-ACK of the peer was seen, and whatever else was acknowledges the SYN of `side`. */
  #goesAlong(side: Side): boolean {
    const { segments, iss } = this.#story;
    return segments.every((s) => s.side === side || acknowledges(s, (iss[side]! + 1) | 0));
  }

  /** One-sided capture: nothing of this end was seen. */
  #isMute(side: Side): boolean {
    return this.#story.frames[side] === 0;
  }

  /** An end in SYN-RECEIVED that sends anything but its SYN-ACK has received the ACK of it, seen or not. */
  #answeredSyn(s: Milestone): boolean {
    const start = this.#story.iss[s.side];
    return start !== null && seqDiff(s.sequence, start) > 0 && this.#isMute(other(s.side));
  }

  /** The segment acknowledges its receiver's FIN, and the receiver did not send that FIN again afterwards. */
  #endsFin(s: Milestone, index: number): boolean {
    const { finEnd, lastFin } = this.#story;
    const end = finEnd[other(s.side)];
    return end !== null && acknowledges(s, end) && index > lastFin[other(s.side)];
  }

  #finAcknowledged(s: Milestone, closer: Side): void {
    switch (this.#state[closer]) {
      case 'FIN-WAIT-1':
        // With a FIN in the same segment the state is TIME-WAIT at once (RFC 9293 section 3.3.2, note 2).
        if (!(isFin(s) && this.#isReceived(s))) this.#move(closer, 'FIN-WAIT-2', s, 'received', this.#hidesFin(s));
        return;
      case 'CLOSING':
        return this.#move(closer, 'TIME-WAIT', s, 'received');
      case 'LAST-ACK':
        return this.#move(closer, 'CLOSED', s, 'received');
      default:
    }
  }

  #fin(s: Milestone, index: number): void {
    const state = this.#state[s.side];
    if (state === 'CLOSE-WAIT') this.#move(s.side, 'LAST-ACK', s, 'sent');
    else if (state === 'ESTABLISHED' || state === 'SYN-RECEIVED' || state === 'SYN-SENT') {
      this.#move(s.side, 'FIN-WAIT-1', s, 'sent');
      // The peer's FIN came by before, and reached this end after.
      if (this.#crossed[s.side]) this.#move(s.side, 'CLOSING', s, 'received', true);
    }
    if (this.#isReceived(s)) this.#finReceived(s, other(s.side), index);
  }

  #answerTo(closer: Side): Milestone | undefined {
    const end = this.#story.finEnd[closer];
    return end === null ? undefined : this.#story.segments[finAnswer(this.#story, closer, end)];
  }

  /** The segment stands beyond what the capture has of its sender, and what is missing may be a FIN. */
  #hidesFin(s: Milestone | undefined): boolean {
    if (s === undefined || this.#story.finEnd[s.side] !== null) return false;
    return s.sndNxt === null || seqDiff(s.sequence, s.sndNxt) > 0;
  }

  /** This is the FIN that reached the peer: the last one before the peer acknowledged it. */
  #isReceived(s: Milestone): boolean {
    const { segments, finEnd } = this.#story;
    const end = finEnd[s.side];
    if (end === null) return false;
    const answer = finAnswer(this.#story, s.side, end);
    return answer >= 0 && segments.findLast((t, i) => i < answer && t.side === s.side && isFin(t)) === s;
  }

  #finReceived(s: Milestone, receiver: Side, index: number): void {
    switch (this.#state[receiver]) {
      case 'SYN-RECEIVED':
      case 'ESTABLISHED':
        if (this.#crosses(s, receiver, index)) this.#crossed[receiver] = true;
        else this.#move(receiver, 'CLOSE-WAIT', s, 'received', this.#hidesFin(this.#answerTo(s.side)));
        return;
      case 'FIN-WAIT-1':
        return this.#move(receiver, this.#endsFin(s, index) ? 'TIME-WAIT' : 'CLOSING', s, 'received');
      case 'FIN-WAIT-2':
        return this.#move(receiver, 'TIME-WAIT', s, 'received');
      default:
    }
  }

  /** The receiver of this FIN sends its own one later in the capture, and had not received this one when it did. */
  #crosses(s: Milestone, receiver: Side, index: number): boolean {
    const { segments, finEnd } = this.#story;
    const own = segments.findIndex((t) => t.side === receiver && isFin(t));
    return own > index && !acknowledges(segments[own]!, finEnd[s.side]!);
  }

  #reset(s: Milestone, index: number): void {
    const peer = other(s.side);
    // An end that resets has no socket any more, unless it only refuses a segment and goes on.
    if (!this.#goesOn(s.side, index)) this.#move(s.side, 'CLOSED', s, 'sent');
    if (this.#state[peer] === 'UNKNOWN' && this.#isMute(peer)) return;
    const to = this.#state[peer] === 'SYN-RECEIVED' ? 'LISTEN' : 'CLOSED';
    if (this.#takes(s, peer, index)) this.#move(peer, to, s, 'received', !fits(s));
  }

  /** After this segment the end still sends SYN, data or FIN: it kept its socket. */
  #goesOn(side: Side, index: number): boolean {
    return this.#lastLive[side] > index;
  }

  /** The same for the end that a RST was sent to: what was on its way when the RST arrived does not count. */
  #survives(s: Milestone, peer: Side, index: number): boolean {
    if (!this.#goesOn(peer, index)) return false;
    if (this.#goesOn(s.side, index)) return true;
    const last = this.#story.segments.findLast((t) => t.side === peer && !isReset(t))!;
    return elapsed(s, last) > IN_FLIGHT_SECONDS;
  }

  /** The peer believes the RST (RFC 9293 section 3.10.7, RFC 5961 section 3.2): its number is the one that is due. */
  #takes(s: Milestone, peer: Side, index: number): boolean {
    if (this.#state[peer] === 'SYN-SENT') {
      const start = this.#story.iss[peer];
      return start === null || ((s.flags & ACK) !== 0 && acknowledges(s, (start + 1) | 0));
    }
    return !this.#survives(s, peer, index) && (fits(s) || (isAhead(s) && !this.#goesOn(peer, index)));
  }
}
