/** Every bound of this room, with its source. Reaching one is reported as damage, never silent. */

/** Largest packet a record may hold: libpcap's MAXIMUM_SNAPLEN and Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD. */
export const MAX_CAPTURED_BYTES = 262_144;

/** Largest pcapng block: libpcap's and Wireshark's bound for a block with a frame and its options. */
export const MAX_PCAPNG_BLOCK_BYTES = 16 * 1024 * 1024;
/** Blocks that are held back until a time is known: pcapng may begin with frames that have none. */
export const MAX_UNTIMED_BYTES = 4 * 1024 * 1024;

/** Bytes read from a file at once. Measured on 1.2 GB: 1 and 2 MiB alike, 16 MiB half as fast. */
export const BLOCK_BYTES = 1024 * 1024;

/** The same for a pipe, which gives 64 KiB at a time. */
export const PIPE_BLOCK_BYTES = 256 * 1024;

/** From here on a block is worth memory in which checksums are cheap. */
export const MIN_SUMMED_BYTES = 256 * 1024;

/** The smallest block: a small file gets one of its own size, a tiny one of this size. */
export const MIN_BLOCK_BYTES = 4096;

/** Bytes of a pipe that wait to be analysed before the writer is made to wait. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

/** Interface Description Blocks in one file; each costs an object that outlives the file. */
export const MAX_INTERFACES = 65_536;

/** Bytes of Decryption Secrets Blocks kept for one file; blocks beyond it count as skipped. */
export const MAX_SECRET_BYTES = 16 * 1024 * 1024;

/** Different types of skipped pcapng blocks that are counted by name; the others count as `other`. */
export const MAX_SKIPPED_BLOCK_TYPES = 256;

/** Bytes of an interface name that are kept. */
export const MAX_INTERFACE_NAME_BYTES = 1024;

/** Compressed bytes given to a decompressor at once; also what is gone through byte by byte after an error. */
export const COMPRESSED_CHUNK_BYTES = 32 * 1024;

/** Decompressed bytes that zlib hands out at once. */
export const INFLATED_CHUNK_BYTES = 64 * 1024;

/** Decompressed bytes that wait to be analysed before the decompressor is made to wait. */
export const MAX_INFLATED_BYTES = 512 * 1024;

/** Largest zstd window: what `zstd -d` itself accepts without `--long`, 2^27. */
export const MAX_ZSTD_WINDOW_BYTES = 128 * 1024 * 1024;

/** Skippable frames before the first zstd or LZ4 frame are looked past up to this size. */
export const MAX_SKIPPABLE_PREFIX_BYTES = 64 * 1024;

/** All blocks of a merge together; each input has its share, from the bound below to BLOCK_BYTES. */
export const MERGE_BYTES = 64 * 1024 * 1024;
export const MIN_MERGE_BLOCK_BYTES = 64 * 1024;

/** Bytes read of a file to learn the time of its first frame. */
export const PEEK_BYTES = 16 * 1024;

/** Files of a merge that stay open while they are read; beyond it a file is opened anew for every block. */
export const MAX_HELD_DESCRIPTORS = 128;
