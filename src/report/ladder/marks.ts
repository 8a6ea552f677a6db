/** Marks of Wireshark's analysis beside the segments of a ladder: those that no other fact tells. */
import { Mark } from '../../flow/analysis/marks.ts';
import type { Connections } from '../../flow/connections.ts';
import type { Fact } from './model.ts';

const told: readonly (readonly [mark: number, fact: Fact])[] = [
  [Mark.spuriousRetransmission, { id: 'spurious-retransmission', text: 'for nothing: it had been acknowledged' }],
  [Mark.fastRetransmission, { id: 'fast-retransmission', text: 'upon duplicate ACKs' }],
  [Mark.outOfOrder, { id: 'out-of-order', text: 'out of order' }],
  [Mark.duplicateAck, { id: 'duplicate-ack', text: 'duplicate ACK' }],
  [Mark.windowFull, { id: 'window-full', text: 'window full' }],
  [Mark.windowUpdate, { id: 'window-update', text: 'window update' }],
];

/** Facts by frame; as many frames as are kept of each mark. */
export function markFacts(c: Connections, id: number): Map<number, readonly Fact[]> {
  const facts = new Map<number, readonly Fact[]>();
  for (const side of [0, 1]) {
    for (const { frame, marks } of c.markedFrames(id, side)) {
      const some = told.filter(([mark]) => (marks & mark) !== 0).map(([, fact]) => fact);
      if (some.length > 0) facts.set(frame, some);
    }
  }
  return facts;
}
