/** Sequence numbers are circles of 2^32 (RFC 9293 section 3.4): this is the one place that compares them. */

/** How far `a` is ahead of `b`, from -2^31 to 2^31 - 1. */
export const seqDiff = (a: number, b: number): number => (a - b) | 0;
