/** Words that somebody may have meant: by the number of letters to change, add, drop or swap. */

/** At most so many letters are compared: a word of the command line is short. */
const MAX_LENGTH = 64;

/** The known words nearest to `word`, nearest first; none that differs in more than a third of its letters. */
export function nearest(word: string, known: Iterable<string>, most = 3): string[] {
  const typed = word.toLowerCase().slice(0, MAX_LENGTH);
  const limit = Math.max(1, Math.floor(typed.length / 3));
  return [...new Set(known)]
    .map((each) => ({ each, distance: distance(typed, each.toLowerCase().slice(0, MAX_LENGTH)) }))
    .filter((pair) => pair.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ each }) => each);
}

/** Optimal string alignment: changes, additions, losses, and swaps of neighbours. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
