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
export const MAX_SAMPLED_BYTES = 4 * 1024 * 1024;
/** What is searched for secrets at a time where a line does not end, and secrets of a side that are remembered. */
export const MAX_SECRET_LINE = 8192;
export const MAX_SECRETS = 100_000;
/** First bytes of a side in which HTTP/2 may begin, where secrets are searched for. */
export const MAX_SEARCHED_FOR_HTTP2 = 16_384;
/** Bytes of each direction that are kept to show what reads would have returned, and connections of which they are. */
export const MAX_FIRST_BYTES = 16_384;
export const MAX_HEADS = 64;

/** Head of one HTTP message; servers mostly take 8 to 64 KiB. */
export const MAX_HEAD_BYTES = 262_144;
/** First line of an HTTP message. */
export const MAX_START_LINE_BYTES = 65_536;
/** Line that announces a chunk, with its extensions. */
export const MAX_CHUNK_LINE_BYTES = 16_384;
/** Bytes behind a gap, or at the start of a connection joined in the middle, in which the next message is looked for. */
export const MAX_SEARCHED_BYTES = 64 * 1024 * 1024;
/** Requests of one connection that wait for their responses. */
export const MAX_OUTSTANDING = 1024;
/** Bytes that the client sent before the answer to its CONNECT or Upgrade came. */
export const MAX_EARLY_BYTES = 65_536;
/** Interim (1xx) responses kept of one request. */
export const MAX_INTERIM = 16;
/** Bytes of a connection after which nobody looks for HTTP in it any more. */
export const MAX_UNKNOWN_BYTES = 262_144;
/** Messages of a side of a connection to which bytes that come again may belong. */
export const MAX_RECENT_MESSAGES = 64;
/** HTTP transactions that are over and may still change, and the characters of their heads; of more the oldest are fixed. */
export const MAX_UNSETTLED = 16_384;
export const MAX_UNSETTLED_BYTES = 32 * 1024 * 1024;
/** HTTP transactions of a run that are kept one by one, and the bytes of their heads; further ones are only counted. */
export const MAX_TRANSACTIONS = 1_000_000;
export const MAX_KEPT_HEAD_BYTES = 512 * 1024 * 1024;
/** What `analyze` keeps of HTTP: transactions that findings may be about, times of answers, connections whose last transaction is known. */
export const MAX_NOTABLE = 50_000;
export const MAX_ANSWERS = 4_000_000;
export const MAX_OPEN_HTTP = 50_000;
/** Payload kept of one WebSocket message (for text, close reasons, and to be inflated), and of all that are not whole, with windows. */
export const MAX_WEBSOCKET_KEPT = 1_048_576;
export const MAX_WEBSOCKET_BYTES = 128 * 1024 * 1024;
/** Bytes that one message or body may become when it is decompressed, how many times its size, and codings inside each other. */
export const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
export const MAX_INFLATION = 2000;
export const MAX_CODINGS = 4;
/** Characters of a text message that a row has. */
export const MAX_TEXT_SHOWN = 200;
/** Pings of one connection that wait for their pongs. */
export const MAX_PINGS = 256;
/** Close frames of one connection that are kept. */
export const MAX_CLOSES = 4;
/** WebSocket messages of a run that are kept for policies. */
export const MAX_WEBSOCKET_MESSAGES = 1_000_000;
/** HPACK: the largest dynamic table that a peer may ask for, and fields of one header list. */
export const MAX_HPACK_TABLE = 1_048_576;
export const MAX_FIELDS = 1024;
export const MAX_HEADER_LIST_BYTES = 262_144;
/** HTTP/2: bytes of one header block, and streams of a connection that are open at a time. */
export const MAX_HEADER_BLOCK_BYTES = 262_144;
export const MAX_STREAMS = 4096;
/** DNS: records read of one section, queries that wait for their answers on one connection, and on all of them. */
export const MAX_DNS_RECORDS = 1024;
export const MAX_DNS_WAITING = 1024;
export const MAX_DNS_ASKED = 32_768;
/** Queries whose answers may come once more. */
export const MAX_DNS_ANSWERED = 4096;
/** Queries that are kept for policies. */
export const MAX_DNS_QUERIES = 1_000_000;
/** Addresses whose names are kept. */
export const MAX_NAMED_ADDRESSES = 100_000;
/** Bytes kept of one body that is wanted, and of all that are being read. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;
export const MAX_BODIES_BYTES = 256 * 1024 * 1024;
