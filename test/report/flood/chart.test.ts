/** Charts: what a cell shows, in both styles, and how panels are set. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { analysisOf } from '../fixtures.ts';
import { binned, chartLines } from '../../../src/report/text/chart.ts';
import { floodText } from '../../../src/report/text/flood.ts';
import { makeStyle } from '../../../src/report/text/style.ts';
import { cells } from '../../../src/report/text/width.ts';

const curve = (values: number[], title = 'depth'): Parameters<typeof chartLines>[0][number] => ({
  title,
  values,
  from: '1',
  to: '2',
});

test('a ramp, plain: a third of a line for each step', () => {
  const lines = chartLines([curve([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])], 30, 'plain', String);
  const bodies = lines.slice(1, 5).map((line) => line.slice(6));
  expect(lines[0]).toBe('     depth');
  expect(lines.slice(1, 5).map((line) => line.slice(0, 5))).toEqual([' 12 |', '    |', '    |', '  0 |']);
  expect(bodies.map((body) => body.replaceAll(/(.)\1+/g, '$1').trim())).toEqual(['.:#', '.:#', '.:#', '.:#']);
});

test('the same in braille: the whole of the last cell, nothing of the first', () => {
  const [, top, , , bottom] = chartLines([curve([0, 1, 2, 3, 4, 5, 6, 7, 8])], 14, 'braille', String);
  expect(top!.at(-1)).toBe('⣿');
  expect(bottom!.slice(4, 5)).toBe('⠀');
  expect(bottom!.at(-1)).toBe('⣿');
});

test('no peak is lost, however many values there are, and nothing is drawn of nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { minLength: 1, maxLength: 500 }),
      fc.integer({ min: 1, max: 120 }),
      (values, n) => {
        expect(Math.max(...binned(values, n))).toBe(Math.max(...values));
      },
    ),
  );
  const [, ...rows] = chartLines([curve([0, 0, 0])], 40, 'plain', String);
  expect(rows.slice(0, 4).join('')).not.toMatch(/[.:#]/);
  expect(chartLines([curve([])], 40, 'plain', String)).toHaveLength(6);
});

test('panels stand side by side where they fit, else one below the other', () => {
  const two = [curve([1, 2]), curve([2, 1])];
  expect(chartLines(two, 100, 'plain', String)).toHaveLength(6);
  expect(chartLines(two, 40, 'plain', String)).toHaveLength(12);
});

const texts = [
  'no-cookies-128',
  'stalled-flood',
  'stalled-16',
  'spoofed-ipv6',
  'ack-flood',
  'backscatter',
  'host-sweep',
];

test.each(texts)('%s: every line fits in 80 and 100 columns, in both styles, and none is cut', async (name) => {
  const doc = (await analysisOf(`fixtures/flood/${name}.pcap`)).synfloodDocument();
  for (const width of [80, 100]) {
    for (const chart of ['plain', 'braille'] as const) {
      const options = { width, fit: true, utc: true, style: makeStyle(false), command: 'synoptic', chart };
      const lines = floodText(doc, options);
      expect(lines.filter((line) => cells(line) > width || line.includes('…'))).toEqual([]);
      const hasChart = lines.some((line) => line.includes('failed handshakes, each'));
      expect(lines.some((line) => /[⠁-⣿]/.test(line))).toBe(chart === 'braille' && hasChart);
      if (chart === 'plain') expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
    }
  }
});
