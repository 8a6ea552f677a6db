/** Numbers of every segment of the recorded connections against tshark's; see make-truth.mjs. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawn } from './drawing.ts';

type TruthRow = readonly [stream: number, frame: number, seq: number, ack: number, length: number, window: number];
const truth = JSON.parse(readFileSync('test/golden/ladder/tshark.json', 'utf8')) as Record<string, TruthRow[]>;

describe('as tshark', () => {
  test.each(Object.keys(truth))('%s', async (path) => {
    const streams = new Set(truth[path]!.map(([stream]) => stream));
    for (const index of streams) {
      const expected = truth[path]!.filter(([stream]) => stream === index);
      const { rows } = await drawn(path, { index });
      const found = rows.map((row, i) => [
        index,
        row.frame,
        row.relativeSequence,
        // Without the ACK flag tshark shows whatever stands in the field, without a scale the plain window.
        row.relativeAcknowledgment ?? expected[i]![3],
        row.payloadBytes,
        row.window ?? expected[i]![5],
      ]);
      expect(found).toEqual(expected);
    }
  });
});
