/** Where our SSH differs from tshark's on purpose. A difference that no longer occurs fails the test. */

interface Difference {
  readonly file: string;
  /** tcp.stream of those that differ. */
  readonly streams: readonly number[];
  readonly reason: string;
}

export const differences: readonly Difference[] = [];
