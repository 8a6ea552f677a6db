/** Limits of the wire room. Reaching one is counted on the frame or as an anomaly. */

/** IP headers, or Ethernet frames inside tunnels, decoded in one frame; more is Stop.tooDeep. */
export const MAX_DEPTH = 8;
/** Layers of any kind in one frame (tags and labels included); more is Stop.tooDeep. */
export const MAX_LAYERS = 32;
/** Distinct protocol paths kept apart; later ones are counted under "other". */
export const MAX_PATHS = 1024;
/** IP datagrams being reassembled at one time; the oldest is dropped for a new one. */
export const MAX_DATAGRAMS = 4096;
/** Bytes held in unfinished datagrams. */
export const MAX_FRAGMENT_BYTES = 32 * 1024 * 1024;
/** Fragments of one datagram: the largest needs 119 over the smallest MTU that IPv4 hosts must take (576). */
export const MAX_FRAGMENTS_PER_DATAGRAM = 512;
/** Seconds after which an unfinished datagram is given up (RFC 8200 section 4.5; Linux uses 30 for IPv4). */
export const DATAGRAM_TIMEOUT_S = 60;
