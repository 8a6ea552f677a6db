/** What makes a flood, by name. Every number can be changed by the caller; docs/synflood.md says what each is for. */

export interface Thresholds {
  /** Failed handshakes, beyond what is usual there, from which on somebody is asked about. */
  readonly handshakes: number;
  /** Failed handshakes a second that are never alarming. */
  readonly ratePerSecond: number;
  /** Seconds without any excess that end an attack. */
  readonly quietSeconds: number;
  /** Share of failed attempts whose SYN was sent again from which on they are people, not a tool. */
  readonly resentShare: number;
  /** Sources up to which many ports or hosts are a scan. */
  readonly scanSources: number;
  /** Attempts at each port or host up to which they are a scan. */
  readonly scanRepeats: number;
  /** Score from which on sources count as made up. */
  readonly spoofedScore: number;
  /** Answers that nobody asked for are backscatter from so many packets, seconds, and packets in the fullest minute on. */
  readonly backscatterPackets: number;
  readonly backscatterSeconds: number;
  readonly backscatterPerMinute: number;
  /** Seconds that a connection is open without a byte before it counts as idle. */
  readonly idleSeconds: number;
  /** One frame in so many was captured; 1 for all of them. */
  readonly sampling: number;
}

export const defaults: Thresholds = {
  handshakes: 100,
  ratePerSecond: 1,
  quietSeconds: 10,
  resentShare: 0.5,
  scanSources: 8,
  scanRepeats: 3,
  spoofedScore: 0.5,
  backscatterPackets: 25,
  backscatterSeconds: 60,
  backscatterPerMinute: 30,
  idleSeconds: 5,
  sampling: 1,
};

/** Fewer frames of a sample say nothing. */
const LEAST_SAMPLES = 30;

/** Attempts from which on somebody is asked about, among those that a sample has. */
export const leastOf = ({ handshakes, sampling }: Thresholds): number =>
  sampling === 1 ? Math.max(1, handshakes) : Math.max(LEAST_SAMPLES, handshakes / sampling);

/** A client that is there sends its SYN again, or a kernel its SYN-ACK, after a second (RFC 6298 section 2), give or take. */
export const RESEND_SECONDS = 1.3;
