/** Limits of the SSH decoder. Reaching one is told in the document, never silent. */

/** Lines before the identification string, and the longest one (RFC 4253 section 4.2 allows 255 bytes). */
export const MAX_BANNER_LINES = 50;
export const MAX_BANNER_BYTES = 8192;
/** Longest packet that is read in clear; RFC 4253 section 6.1 asks for 35,000 at least. */
export const MAX_PACKET_BYTES = 262_144;
/** Names of one list, and characters of all its names. */
export const MAX_NAMES = 500;
/** Messages that a session is told in. */
export const MAX_SSH_STEPS = 60;
export const MAX_SSH_ANOMALIES = 20;
/** Segments that are looked at after the keys were taken. */
export const MAX_AUTH_SEGMENTS = 400;
/** Sessions of a run that are kept; further ones are only counted. */
export const MAX_SESSIONS = 200_000;
/** Bytes of a known_hosts file. */
export const MAX_KNOWN_HOSTS_BYTES = 16 * 1024 * 1024;
