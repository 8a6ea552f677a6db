/** Options of `synflood`: which words are taken, and what they change. */
import { expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { synfloodChoice } from '../../src/cli/synflood.ts';
import { defaults } from '../../src/detect/flood/thresholds.ts';
import { jsonPieces } from '../../src/report/json.ts';

test('nothing asked for: the defaults themselves, so that nothing is worked out twice', () => {
  expect(synfloodChoice({}).thresholds).toBe(defaults);
});

test('every threshold can be changed by its name, the last word wins', () => {
  for (const name of Object.keys(defaults).filter((one) => one !== 'sampling')) {
    const { thresholds } = synfloodChoice({ threshold: [`${name}=7`, `${name}=0.25`] });
    expect(thresholds).toEqual({ ...defaults, [name]: 0.25 });
  }
  expect(synfloodChoice({ threshold: ['handshakes=7'], minHandshakes: '9' }).thresholds.handshakes).toBe(9);
});

test.each(['foo=1', 'handshakes', 'handshakes=', 'handshakes=-1', 'handshakes=1e9', 'sampling=4', '__proto__=1', '=1'])(
  '--threshold %s is none',
  (word) => {
    expect(() => synfloodChoice({ threshold: [word] })).toThrow(
      /expected NAME=NUMBER, where NAME is one of handshakes/,
    );
  },
);

test('--chart takes two words', () => {
  expect(synfloodChoice({}).chart).toBeNull();
  expect(synfloodChoice({ chart: 'plain' }).chart).toBe('plain');
  expect(() => synfloodChoice({ chart: 'ascii' })).toThrow(/expected one of plain, braille/);
});

const zeros = Object.keys(defaults).flatMap((name) => (name === 'sampling' ? [] : [`${name}=0`]));
const captures = ['no-cookies-128', 'crowd', 'overload', 'syn-scan', 'ack-flood', 'connection-flood', 'stalled-16'];

test.each(captures)('%s: thresholds of zero make no numbers that are none', async (name) => {
  const analysis = await analyze([`fixtures/flood/${name}.pcap`]);
  for (const sampling of [undefined, '7']) {
    const { thresholds } = synfloodChoice(
      sampling === undefined ? { threshold: zeros } : { threshold: zeros, sampling },
    );
    const text = [...jsonPieces(analysis.synfloodDocument(thresholds))].join('');
    expect(text).not.toMatch(/[:[,]\s*(NaN|-?Infinity|undefined|null_)\b/);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  }
});
