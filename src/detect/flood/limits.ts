/** Limits of the flood analysis. Reaching one is reported, never silent. */

/** Hosts whose failed handshakes are counted apart, and those of them that are looked at port by port. */
export const MAX_HOSTS = 100_000;
export const MAX_SUSPECTS = 64;
/** Victims that are analysed, those with the most failed handshakes. */
export const MAX_VICTIMS = 32;
/** Sources counted one by one; beyond, from a sample of the attempts. */
export const MAX_EXACT_ATTEMPTS = 10_000_000;
/** Half-open connections that a victim's queue is rebuilt from, and those of them whose segments are replayed for it. */
export const MAX_QUEUE_ENTRIES = 1_000_000;
export const MAX_QUEUE_LIVES = 50_000;
/** SYNs that the model of a listener replays. */
export const MAX_REPLAYED = 250_000;
/** Moments at which an application may take a connection, in the model of a listener. */
export const MAX_TURNS = 100_000;
/** Addresses of clients that completed a handshake, and attempts of theirs that are timed. */
export const MAX_CLIENTS = 100_000;
export const MAX_TIMED = 20_000;
/** Attempts whose sources are followed one by one to see which are new; beyond, sources are chosen. */
export const MAX_NEWCOMERS = 4_000_000;
/** Clients that are named among those who were locked out. */
export const MAX_AFFECTED = 100;
/** Frames that are kept for one of many signs or sources. */
export const MAX_SIGN_FRAMES = 20;
/** Frames kept as evidence for one number. */
export const MAX_FRAMES = 100;
