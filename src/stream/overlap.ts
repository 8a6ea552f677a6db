/** Which of two segments keeps the bytes that both bring, as long as none of them was delivered. */

/** By the receiver that does so. Names as in the output; docs/streams.md says what they are. */
export const overlapPolicies = ['first', 'last', 'bsd', 'linux', 'old-linux', 'solaris'] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

export const DEFAULT_POLICY: OverlapPolicy = 'linux';

/** The range of a segment in the stream. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** True when the segment that came later wins. */
export function laterWins(policy: OverlapPolicy, earlier: Range, later: Range): boolean {
  const starts = later.start - earlier.start;
  const ends = later.end - earlier.end;
  switch (policy) {
    case 'first':
      return false;
    case 'last':
      return true;
    case 'bsd':
      return starts < 0;
    case 'linux':
      return starts < 0 || (starts === 0 && ends > 0);
    case 'old-linux':
      return starts < 0 || (starts === 0 && ends >= 0);
    case 'solaris':
      return ends > 0 || (ends === 0 && starts <= 0);
  }
}
