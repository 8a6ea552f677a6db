/** Where our measures are not those of tshark or tcptrace: by capture, how many cells of each name, and why. */

interface Difference {
  readonly cells: Readonly<Record<string, number>>;
  readonly why: string;
}

export const measureDifferences: Readonly<Record<string, Difference>> = {};
