/** Marks of the TCP analysis by tshark's names, for comparisons with what it says. */
import { type MarkName, markNames } from '../../src/flow/analysis/marks.ts';
import type { ConnectionRow } from '../../src/report/model.ts';

/** The field is `tcp.analysis.` and this. */
export const tsharkName = (mark: MarkName): string =>
  mark === 'ackedUnseenSegment' ? 'ack_lost_segment' : mark.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What both ends sent of each mark, in the order of tshark's names. */
export function marksOf({ endpoints: { originator, responder } }: ConnectionRow): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const mark of markNames) {
    const count = (originator.analysis?.[mark] ?? 0) + (responder.analysis?.[mark] ?? 0);
    if (count > 0) counts[tsharkName(mark)] = count;
  }
  return counts;
}
