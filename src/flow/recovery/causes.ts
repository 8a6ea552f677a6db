/** Why a segment came that does not go on where its sender was. */

/** The last two were not sent again. */
export const causes = [
  'fast-retransmit',
  'sack-recovery',
  'partial-ack',
  'timeout',
  'after-timeout',
  'tail-loss-probe',
  'path-mtu',
  'unexplained',
  'reordered',
  'duplicate-frame',
] as const;
export type CauseName = (typeof causes)[number];

/** Numbers of causes, from 1; 0 is none. */
export const Cause = {
  none: 0,
  /** The third duplicate ACK (RFC 5681 section 3.2). */
  fast: 1,
  /** Further holes that the receiver reported (RFC 6675), or one that it reported with fewer ACKs (RFC 8985). */
  sack: 2,
  /** The next hole after an ACK that covered only some of what was lost (RFC 6582). */
  partial: 3,
  /** The retransmission timer ran out (RFC 6298). */
  timeout: 4,
  /** What was sent before the timer ran out, and is sent again after it. */
  afterTimeout: 5,
  /** The last segment, sent again soon to get an ACK (RFC 8985 section 7). */
  probe: 6,
  /** A router said that it was too large (RFC 1191, RFC 8201). */
  pathMtu: 7,
  /** Nothing in the capture says why. */
  unexplained: 8,
  /** Not sent again: overtaken by segments that were sent after it. */
  reordered: 9,
  /** Not sent again: the same packet is in the capture twice. */
  duplicate: 10,
} as const;

export const causeName = (cause: number): CauseName => causes[cause - 1]!;

/** What showed that a segment was sent again for nothing. */
export const proofs = ['acknowledged', 'dsack', 'timestamps', 'original', 'early-ack'] as const;
export type ProofName = (typeof proofs)[number];

export const Proof = {
  none: 0,
  /** Its receiver had acknowledged it before it came by. */
  acknowledged: 1,
  /** Its receiver reported it as a duplicate (RFC 2883). */
  dsack: 2,
  /** The first ACK of it answers an earlier transmission (RFC 3522). */
  timestamps: 3,
  /** The transmission before it came by later: it had only been overtaken. */
  original: 4,
  /** Its ACK came sooner than any answer to it could have. */
  earlyAck: 5,
} as const;

export const proofName = (proof: number): ProofName | null => (proof === 0 ? null : proofs[proof - 1]!);
