/** Framings inferred from the recordings of programs that speak in frames. */
import { describe, expect, test } from 'vitest';
import { type ConnectionSample, SampleRoom, SampleSink } from '../../../src/app/infer/sample.ts';
import { infer } from '../../../src/app/infer/infer.ts';
import { framingCaptures, framings, sinksOf } from '../framing/recordings.ts';

const familyOf = (spec: string): string => (spec === 'dns-tcp' ? 'length' : spec.split(':')[0]!);
const told = (samples: readonly ConnectionSample[]): string => {
  const found = infer(samples);
  return typeof found === 'string' ? found : found.family;
};

describe.each(framingCaptures)('%s', (capture) => {
  test('the family of every server, from sixteen connections', async () => {
    const { sinks } = await sinksOf(capture, () => new SampleSink(9000, new SampleRoom()));
    const specs = [...new Set(framings.map(({ spec }) => spec))];
    expect(specs).toHaveLength(10);
    for (const spec of specs) {
      const samples = framings.filter((row) => row.spec === spec).map(({ ports }) => sinks.get(ports)!.sample());
      expect(told(samples.slice(0, 16)), spec).toBe(familyOf(spec));
    }
  });
});

test('the family of nine in ten connections, each by itself, and seldom a wrong one', async () => {
  const { sinks } = await sinksOf(framingCaptures[0], () => new SampleSink(9000, new SampleRoom()));
  const wrong: string[] = [];
  const untold: string[] = [];
  for (const { ports, spec } of framings) {
    const family = told([sinks.get(ports)!.sample()]);
    if (family === familyOf(spec)) continue;
    (/^(no-fit|too-little)$/.test(family) ? untold : wrong).push(`${ports} ${spec}: ${family}`);
  }
  expect(wrong.length + untold.length, [...wrong, ...untold].join('\n')).toBeLessThanOrEqual(20);
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(4);
});
