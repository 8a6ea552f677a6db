/** Limits of the TLS decoder. Reaching one is told in the document, never silent. */

/** RFC 8446 section 5.2 and RFC 5246 section 6.2.3: 2^14 + 2048 bytes of payload; what is longer is no record. */
export const MAX_RECORD_BYTES = 16_384 + 2048;
/** Longest handshake message; also the sum of all in one transcript. */
export const MAX_HANDSHAKE_BYTES = 262_144;
/** Bytes of either side in which a connection may speak something else before it starts TLS. */
export const MAX_PLAIN_BYTES = 65_536;
/** Messages that a handshake is told in. */
export const MAX_STEPS = 100;
export const MAX_ALERTS = 20;
/** Numbers kept of one list of a hello; fingerprints are made of all. */
export const MAX_LIST = 256;
/** Certificates of one message. */
export const MAX_CHAIN = 20;
/** Handshakes of a run that are kept; further ones are only counted. */
export const MAX_HANDSHAKES = 200_000;
