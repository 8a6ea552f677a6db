/** Limits of the stream room. Reaching one is reported, never silent. */

/** Bytes of one direction that wait behind a hole; with more of them the hole is given up. */
export const MAX_HELD_BYTES = 16 * 1024 * 1024;
/** Pieces that they may consist of. */
export const MAX_HELD_PIECES = 16_384;
/** What a piece counts for beside its bytes. */
export const PIECE_BYTES = 160;
/** Memory of all streams together: bytes behind holes, and delivered bytes kept for comparison. */
export const MAX_STREAM_BYTES = 256 * 1024 * 1024;
/** Delivered bytes of one direction that what is sent again is compared with. */
export const MAX_COMPARED_BYTES = 65_536;
/** Segments of which is known that they brought those. */
export const MAX_COMPARED_SEGMENTS = 256;
/** Conflicts of one direction that are kept; further ones are counted. */
export const MAX_CONFLICTS = 100;
/** Bytes of each version of a conflict that are kept. */
export const MAX_CONFLICT_BYTES = 32;
/** Bytes of a connection that `follow` keeps, each chunk counted with `PIECE_BYTES`. */
export const MAX_TRANSCRIPT_BYTES = 1024 * 1024 * 1024;
