/** What a ladder consists of. Field names of `SegmentRow` are the contract of docs/json.md. */
import type { LadderSegment } from '../../flow/ladder/segments.ts';
import type { Transition } from '../../flow/life/replay.ts';
import type { State } from '../../flow/life/states.ts';
import type { SynOffer } from '../../wire/tcp-options.ts';

/** What can be said beside a segment. To add one: its id here, its line in docs/json.md. */
export const factIds = [
  'ports-reused',
  'syn-resent',
  'syn-ack-resent',
  'final-ack-ignored',
  'unexpected-ack',
  'challenge-ack',
  'ack-refused',
  'simultaneous-open',
  'split-handshake',
  'data-on-syn',
  'data-refused',
  'silence',
  'header-broken',
  'gap',
  'gap-filled',
  'resent',
  'overtaken',
  'duplicate-frame',
  'third-duplicate-ack',
  'keep-alive',
  'window-probe',
  'ack-unseen',
  'zero-window',
  'window-opened',
  'window-full',
  'window-update',
  'duplicate-ack',
  'out-of-order',
  'fast-retransmission',
  'spurious-retransmission',
  'half-closed',
  'three-way-close',
  'simultaneous-close',
  'fin-resent',
  'reset',
  'reset-ignored',
  'tls-message',
  'ssh-message',
] as const;
export type FactId = (typeof factIds)[number];

export interface Fact {
  readonly id: FactId;
  /** For people, in English. */
  readonly text: string;
}

export const sideNames = ['originator', 'responder'] as const;
export type SideName = (typeof sideNames)[number];

/** What a SYN offers. */
export interface SynOptions {
  readonly mss: number | null;
  readonly windowShift: number | null;
  /** Other options, as in the connection's row. */
  readonly offers: readonly SynOffer[];
}

/** One segment, or datagram: keys that only TCP has are left out for UDP. */
export interface SegmentRow {
  readonly frame: number;
  /** Null before 1970 and after 2106. */
  readonly time: string | null;
  /** Since the connection's earliest frame. */
  readonly relativeSeconds: number | null;
  readonly side: SideName;
  readonly flags?: readonly string[];
  readonly relativeSequence?: number;
  /** Null without the ACK flag. */
  readonly relativeAcknowledgment?: number | null;
  readonly payloadBytes: number;
  readonly windowField?: number;
  /** Scaled; null where the scale is not known. */
  readonly window?: number | null;
  /** The segment that it acknowledges, and how long ago that was sent; as Wireshark's `tcp.analysis` tells them. */
  readonly acksFrame?: number;
  readonly rttSeconds?: number;
  /** Payload of its sender that is not acknowledged, and that was sent since the last push, this segment included. */
  readonly bytesInFlight?: number;
  readonly pushBytes?: number;
  /** A plain retransmission: the oldest segment that waits, and how long ago that was sent, as Wireshark tells them. */
  readonly rtoFrame?: number;
  readonly rtoSeconds?: number;
  /** What a timer sent again: the timeout that its sender had by RFC 6298, before backoff. */
  readonly rtoEstimateSeconds?: number;
  /** SYN and SYN-ACK only. */
  readonly options?: SynOptions;
  /** States that this segment led to, and on the first row those that both ends are in. */
  readonly states?: StatePair;
  readonly facts: readonly Fact[];
}

export interface StatePair {
  originator?: State;
  responder?: State;
}

/** A segment and what is to be said of it; `rowOf` makes its row, which most of a long connection never need. */
export interface SegmentRung {
  readonly kind: 'segment';
  readonly segment: LadderSegment;
  readonly states: StatePair | null;
  /** A state changed here. */
  readonly turns: boolean;
  readonly facts: readonly Fact[];
  /** Estimate of the timeout that ran out, in seconds; null where none did, or there is no estimate. */
  readonly rto: number | null;
}

export interface TimerRung {
  readonly kind: 'timer';
  readonly transition: Transition;
}

/** An ICMP error about a packet of the connection. */
export interface IcmpRung {
  readonly kind: 'icmp';
  readonly frame: number;
  readonly text: string;
}

/** What is drawn between the ends, from top to bottom. */
export type Rung = SegmentRung | TimerRung | IcmpRung | { readonly kind: 'left-out'; readonly segments: number };
