/** Limits and thresholds of what is said about waiting. */

/** Connections whose time is divided (344 bytes each). */
export const MAX_WAIT_ROWS = 13_000_000;
/** Silences kept in all (32 bytes each), and of one connection: the longest. The rest is counted. */
export const MAX_STALLS = 20_000_000;
export const MAX_STALLS_EACH = 16;

/**
 * Nobody waits longer than a week: the clock of whoever captured was set in between, or two captures were put together.
 */
export const MAX_SILENCE_NS = 7 * 86_400e9;
/**
 * No silence shorter than this is a stall, whatever the round trip: below the 40 ms for which Linux delays an ACK, and
 * above what a busy host takes to send two segments.
 */
export const STALL_FLOOR_NS = 30e6;
/** Used in place of the RTO where no round trip is known: the least RTO of Linux (`TCP_RTO_MIN`). */
export const UNKNOWN_RTO_NS = 200e6;
/** RFC 6298 section 2.2: after the first measurement R the RTO is R + 4 * R / 2. */
export const RTO_ROUND_TRIPS = 3;
/** ACKs are delayed by less than half a second (RFC 9293 section 3.8.6.3). */
export const MAX_DELAYED_ACK_NS = 500e6;
/** What a sender lets go upon an ACK follows so soon after it, beside the way to the sender and back. */
export const PROMPT_NS = 10e6;
/** The answer to a window probe comes within so many times the least way to its sender and back, and a little (`PROMPT_NS`). */
export const ANSWER_PART = 1.5;
/**
 * A sender that goes on with more than a millisecond, or a quarter of the round trip, between an ACK and its data did not
 * wait for the ACK. Within two round trips of its last data it sends at a pace of its own; later, it had nothing to say.
 */
export const PACE_FLOOR_NS = 1e6;
export const PACE_PART = 4;
export const PACED_ROUND_TRIPS = 2;
/** The most that is kept of the time since an end's last data: what a signed word holds. */
export const MAX_PENDING_NS = 2e9;
/** What a tail loss probe takes beyond two round trips: the longest delay of an ACK (RFC 8985 section 7.2), and a tick. */
export const PROBE_SLACK_NS = 250e6;
/** No retransmission timer of a common system runs out sooner (Linux 200 ms, Windows 300 ms). */
export const LEAST_RTO_NS = 200e6;
/** Ends closer together than this share a machine or a switch: spaces between segments are the sender's. */
export const NEAR_NS = 1e6;
/** The capture stands at the sender when its round trip to the receiver is this many times that to the sender. */
export const NEARER = 4;
/** A closed window is probed no later than this (Linux `TCP_RTO_MAX`). */
export const MAX_PROBE_NS = 120e9;
/** Taken where a SYN does not say it: what Ethernet carries. */
export const USUAL_MSS = 1460;
