/** Limits of the app room. Reaching one is reported, never silent. */

/** Longest message where the specification names no other: also what the ready-made constructors show. */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_576;
/** Longest delimiter, and how many there may be. */
export const MAX_DELIMITER_BYTES = 64;
export const MAX_DELIMITERS = 16;
/** Segments of a message in the making of which each is known; of more, those in the middle are only counted. */
export const MAX_MESSAGE_SEGMENTS = 4096;
/** Frame numbers kept of one message. */
export const MAX_MESSAGE_FRAMES = 100;
/** Messages of a run that are kept one by one; further ones are only counted. */
export const MAX_MESSAGES = 1_000_000;
/** Simulated reads of one connection. */
export const MAX_READS = 1_000_000;
/** What `--infer` looks at: bytes of each direction, connections of a port, bytes of the run. */
export const MAX_SAMPLE_BYTES = 16_384;
export const MAX_SAMPLES_PER_PORT = 16;
export const MAX_SAMPLED_BYTES = 8 * 1024 * 1024;
/** What is searched for secrets at a time where a line does not end, and secrets of a side that are remembered. */
export const MAX_SECRET_LINE = 8192;
export const MAX_SECRETS = 100_000;
