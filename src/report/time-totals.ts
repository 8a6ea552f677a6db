/** What the time of all TCP connections together went to. */
import type { Connections } from '../flow/connections.ts';
import { Word } from '../flow/records.ts';
import { shareNames } from '../flow/waits/names.ts';
import { divisionOf } from '../flow/waits/read.ts';
import type { AnalyzeDocument, Limit } from './model.ts';
import { limitOf, limits, shareSeconds } from './wait-rows.ts';

/** Connections with a duration count; what those waited for whose other direction is not in the capture, nobody knows. */
export function timeTotals(c: Connections): AnalyzeDocument['time'] {
  const totals = shareNames.map(() => 0);
  const counts = limits.map(() => 0);
  // Of the lone segments of a flood nothing is to be said.
  for (const id of c.digest().eventful) {
    if (!c.isCounted(id) || (c.word(id, Word.full) === 0 && c.frames(id, 0) + c.frames(id, 1) < 2)) continue;
    const division = divisionOf(c, id);
    if (division === null) continue;
    const limit = limitOf(c, id, division);
    counts[limit]!++;
    if (limits[limit] !== 'unknown') division.shares.forEach((share, i) => (totals[i]! += share));
  }
  const byLimit: Partial<Record<Limit, number>> = {};
  counts.forEach((count, i) => {
    if (count > 0) byLimit[limits[i]!] = count;
  });
  return { connections: counts.reduce((sum, count) => sum + count, 0), byLimit, ...shareSeconds(totals) };
}
