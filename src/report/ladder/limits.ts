/** How much of a long connection a folded ladder shows. */

/** A connection with no more segments is shown whole. */
export const FOLD_FROM = 40;
/** Segments that are always shown at either end of a longer one. */
export const FIRST_SHOWN = 8;
export const LAST_SHOWN = 6;
/** Segments between them that are shown for what is said of them: of one kind, and in all. */
export const SHOWN_OF_A_KIND = 2;
export const SHOWN_FOR_FACTS = 12;
/** Segments between them that complete messages of a handshake, in TLS or SSH. */
export const MESSAGES_SHOWN = 12;
/** Segments between them that change a state: more than a connection can have, unless it is a mess of RSTs. */
export const SHOWN_FOR_STATES = 20;
/** Rows that stand for runs of segments. */
export const MAX_FOLDS = 12;
/** Folds that are held before neighbours are merged. */
export const MAX_HELD_FOLDS = 4096;
/** ICMP errors that are shown: of one kind and sender, and in all. */
export const SHOWN_ICMP = 3;
export const MAX_SHOWN_ICMP = 12;
/** Holes in what an end sent that are remembered until they are filled. */
export const MAX_HOLES = 64;
