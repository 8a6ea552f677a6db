/** Limits of the flow room. Reaching one is reported, never silent. */

/** Connections kept; frames of further ones are counted as untracked. 32 million take about 3.6 GB. */
export const MAX_CONNECTIONS = 32_000_000;
/** Full records (two endpoints of 64 bytes each). */
export const MAX_FULL_CONNECTIONS = 30_000_000;
/** Distinct IPv6 addresses kept; frames of further ones are untracked. */
export const MAX_IPV6_ADDRESSES = 64_000_000;
/** ICMP errors kept as evidence, one entry a connection and reporter. */
export const MAX_ICMP_REPORTS = 10_000;
/** Frame numbers kept as evidence of one kind. */
export const MAX_EVIDENCE_FRAMES = 100;
/** Longer frames (on the wire) take the general way: sums over a batch of them would leave 32 bits. */
export const MAX_LANE_LENGTH = 0x3ffff;
/** Letters of a connection's history that are kept. */
export const MAX_HISTORY = 30;
/** Ends with an entry of 64 bytes for retransmissions, gaps and closed windows: both ends of every full record. */
export const MAX_IRREGULAR_ENDS = 2 * MAX_FULL_CONNECTIONS;
/** Ranges of payload remembered beyond a hole; with more of them, the last two count as one. */
export const MAX_RANGES_BEYOND_A_HOLE = 5;
/** Connections with a row (128 bytes) for the analysis of their segments: all but those of one quiet segment. */
export const MAX_ANALYSED_CONNECTIONS = 30_000_000;
/** Ends with marks (64 bytes each), and the marked frames that are kept: of each end and mark, and in all (12 bytes). */
export const MAX_MARKED_ENDS = 2 * MAX_ANALYSED_CONNECTIONS;
export const MAX_MARKED_FRAMES_EACH = 1000;
export const MAX_MARKED_FRAMES = 50_000_000;
/** Ends that sent payload, with a row (80 bytes) for round trips and bytes in flight: both ends of every full record. */
export const MAX_MEASURED_ENDS = 2 * MAX_FULL_CONNECTIONS;
/**
 * Segments of an end that wait to be acknowledged and are timed meanwhile (16 bytes each; further ones are counted as
 * untimed), the same where the capture has no answer at all, and the memory for those of all ends.
 */
export const MAX_TIMED_SEGMENTS = 8192;
export const MAX_UNANSWERED_SEGMENTS = 64;
export const MAX_TIMED_BYTES = 1 << 30;
/** Segments of an end of the connection that is shown, until they are acknowledged. */
export const MAX_UNACKNOWLEDGED = 2000;
/** Gaps that are remembered of an end until they are filled, and the ends that may have some (260 bytes each). */
export const MAX_GAPS_OF_AN_END = 32;
export const MAX_GAPPED_ENDS = 10_000_000;
/** Ends whose losses are followed (one kilobyte each). */
export const MAX_RECOVERING_ENDS = 1_000_000;
/** Events of recovery that are kept, the most costly of each end: 48 bytes each, and in all. */
export const MAX_EVENTS_EACH = 16;
export const MAX_EVENTS = 4_000_000;
/** Of each end where one connection is asked for. */
export const MAX_EVENTS_WHOLE = 100_000;
/** Segments kept one by one for the lives of connections (48 bytes each), in all and for one connection. */
export const MAX_MILESTONES = 20_000_000;
export const MAX_MILESTONES_EACH = 250;
/** Of these the last ones are for FINs and what acknowledges them: a storm of RSTs does not hide how it ended. */
export const MILESTONES_FOR_CLOSE = 16;
/** First SYNs whose header fields are kept, 16 bytes each. */
export const MAX_SYN_SAMPLES = 8192;
/** Segments of one connection that are kept for its ladder (40 bytes each), and how many of them are its last ones. */
export const MAX_LADDER_SEGMENTS = 1_000_000;
export const MAX_LADDER_TAIL = 10_000;
/** Listening ports that the socket table of `flow/sockets/` knows. */
export const MAX_LISTENERS = 1_000_000;
/** Steps of a series of socket counts. */
export const MAX_STEPS = 100_000;
