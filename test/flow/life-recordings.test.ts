/** What our replay says of the recordings of fixtures/life/, beside what was made to happen in them. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import type { ConnectionRow } from '../../src/report/model.ts';
import { fixtures } from '../support/frames.ts';
import { lifeCaptures, lifeExpectations } from '../support/life.ts';

const rowsOf = async (name: string): Promise<ConnectionRow[]> => {
  const analysis = await analyze([join(fixtures, 'life', `${name}.pcap`)]);
  return [...analysis.connectionRows({ keep: (c, id) => !c.isUdp(id) })].toSorted((a, b) => a.index - b.index);
};

/** From one side only the responder's SYN-ACK tells of a handshake: we say that the SYN is missing. */
const withoutSyn = new Set(['one-sided-responder']);

describe.each(lifeCaptures())('life/%s', (name) => {
  test('outcome, shape and initiator of every connection', async () => {
    const rows = await rowsOf(name);
    const expectations = lifeExpectations(name);
    expect(rows.map(({ index }) => index)).toEqual(expectations.map(({ index }) => index));
    for (const [i, { outcome, close, initiator, notVisible = [] }] of expectations.entries()) {
      const row = rows[i]!;
      const expected = { index: i, outcome: withoutSyn.has(name) ? 'partial' : outcome, close, initiator };
      // What cannot be seen must not be claimed: without the peer's answer the connection is open as far as we know.
      if (notVisible.length > 0) Object.assign(expected, { close: 'open', initiator: null });
      expect({
        index: row.index,
        outcome: row.handshake!.outcome,
        close: row.close!.shape,
        initiator: row.close!.initiator,
      }).toEqual(expected);
    }
  });
});
