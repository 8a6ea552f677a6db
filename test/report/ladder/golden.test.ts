/** Ladders of recorded connections, as a person sees them. */
import { describe, expect, test } from 'vitest';
import { sideNames } from '../../../src/report/ladder/model.ts';
import { cells } from '../../../src/report/text/width.ts';
import { fixtures } from '../fixtures.ts';
import { drawn } from './drawing.ts';

describe('at a hundred columns', () => {
  test.each([
    ['sf-three-way', 0],
    ['sf-half-close', 0],
    ['sf-simultaneous-open', 0],
    ['rej', 0],
    ['s0', 0],
    ['syn-ack-resent', 0],
    ['rstr-unread-data', 0],
    ['lost-segment-at-sender', 0],
    ['reused-port-after-close', 1],
  ])('%s', async (name, index) => {
    const { text } = await drawn(`fixtures/flow/${name}.pcap`, { index });
    await expect(`${text().join('\n')}\n`).toMatchFileSnapshot(`../../golden/ladder/${name}.txt`);
  });

  test.each([
    'old-duplicate-syn',
    'handshake-ack-lost-after-capture',
    'syn-port-unreachable',
    'idle-kill',
    'rst-wrong-sequence',
    'fin-lost',
    'half-close-data-after',
    'reader-stops',
  ])('%s', async (name) => {
    const { text } = await drawn(`fixtures/life/${name}.pcap`);
    await expect(`${text().join('\n')}\n`).toMatchFileSnapshot(`../../golden/ladder/life-${name}.txt`);
  });

  test('a window that stays shut for a while, folded', async () => {
    const { text } = await drawn('fixtures/first-look/site.pcap', { index: 10 });
    await expect(`${text().join('\n')}\n`).toMatchFileSnapshot('../../golden/ladder/zero-window.txt');
  });

  test('datagrams', async () => {
    const { text } = await drawn('fixtures/first-look/site.pcap', { transport: 'udp' });
    await expect(`${text().join('\n')}\n`).toMatchFileSnapshot('../../golden/ladder/udp.txt');
  });
});

describe.each([60, 80, 100, 140])('in a terminal %i wide', (width) => {
  test.each(fixtures.filter((path) => /\/(flow|life)\//.test(path)))('no line of %s is wider', async (path) => {
    const { text } = await drawn(path);
    for (const line of text(true, width, true)) expect(cells(line), line).toBeLessThanOrEqual(width);
  });
});

test.each(fixtures.filter((path) => path.includes('/life/')))('the states of %s add up', async (path) => {
  const { doc, rows } = await drawn(path);
  for (const side of sideNames) {
    const moves = doc.states![side].filter(({ frame }) => frame !== null).map(({ state, frame }) => [frame, state]);
    // A row has room for one state: of two at the same frame (FIN sent, and the other's taken) it shows the later.
    const seen = moves.filter(([frame], i) => moves[i + 1]?.[0] !== frame);
    const [first, ...rest] = rows.flatMap(({ frame, states }) =>
      states?.[side] === undefined ? [] : [[frame, states[side]]],
    );
    // The first row shows both ends, moved or not.
    expect(seen[0]?.[0] === first![0] ? [first, ...rest] : rest).toEqual(seen);
    expect(doc.states![side].at(-1)!.state).toBe(doc.connection.endpoints[side].finalState);
  }
});

test('a wide terminal has room for facts beside the arrows', async () => {
  const { text } = await drawn('fixtures/flow/sf-three-way.pcap');
  const line = text(false, 140).find((each) => each.includes('three-way close'));
  expect(line).toMatch(
    /TIME-WAIT {2,}<- FIN ACK seq \d+ ack \d+ -+ {2}LAST-ACK {2,}three-way close: ACK and FIN merged$/,
  );
});
