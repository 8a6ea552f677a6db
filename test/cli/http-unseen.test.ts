/** A response that fell into a hole of the capture is told apart from one that was never sent; counts of what is shown. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pcap } from '../support/capture-bytes.ts';
import { folder, run } from '../support/command.ts';
import { ACK, FIN, SYN, tcp } from '../support/conversations.ts';

type Said = readonly [side: 0 | 1, flags: number, payload?: string, isCaptured?: boolean];

/** One connection; frames that were not captured take their place in the numbers all the same. */
function capture(said: readonly Said[]): string {
  const next: [number, number] = [1000, 5000];
  const frames = said.flatMap(([side, flags, payload = '', isCaptured = true], i) => {
    const other = side === 0 ? 1 : 0;
    const [from, to, ports] =
      side === 0 ? (['10.0.0.1', '10.0.0.2', [4000, 80]] as const) : (['10.0.0.2', '10.0.0.1', [80, 4000]] as const);
    const data = tcp({ from, to, ports, seq: next[side], ack: next[other], flags, payload });
    next[side] += payload.length + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
    return isCaptured ? [{ seconds: 1_700_000_000 + i, nanoseconds: 0, data }] : [];
  });
  const path = join(folder(), 'hole.pcap');
  writeFileSync(path, pcap(frames));
  return path;
}

const hello: readonly Said[] = [
  [0, SYN],
  [1, SYN | ACK],
  [0, ACK],
];
const get = (path: string): Said => [0, ACK, `GET ${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`];
const ok = (isCaptured = true, status = '200 OK'): Said => [
  1,
  ACK,
  `HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nok`,
  isCaptured,
];
const goodbye: readonly Said[] = [
  [1, FIN | ACK],
  [0, FIN | ACK],
  [1, ACK],
];

interface Printed {
  transactions: { path: string; status: number | null; incomplete: { response: string | null } }[];
  summary: Record<string, unknown>;
}

async function rows(said: readonly Said[]): Promise<[path: string, status: number | null, lack: string | null][]> {
  const { out } = await run(`synoptic http ${capture(said)} --json`, {});
  const { transactions } = JSON.parse(out) as Printed;
  return transactions.map(({ path, status, incomplete }) => [path, status, incomplete.response]);
}

test.each<[string, readonly Said[], [string, number | null, string | null][]]>([
  [
    'in the middle',
    [...hello, get('/1'), ok(false), [0, ACK], get('/2'), ok(), [0, ACK], ...goodbye],
    [
      ['/1', null, 'gap'],
      ['/2', 200, null],
    ],
  ],
  [
    'at the end, before a FIN',
    [...hello, get('/1'), ok(), get('/2'), ok(false), ...goodbye],
    [
      ['/1', 200, null],
      ['/2', null, 'gap'],
    ],
  ],
  [
    'at the end, which only an acknowledgment tells',
    [...hello, get('/1'), ok(), get('/2'), ok(false), [0, ACK]],
    [
      ['/1', 200, null],
      ['/2', null, 'gap'],
    ],
  ],
  [
    'nothing was sent, and the server closed',
    [...hello, get('/1'), ok(), get('/2'), ...goodbye],
    [
      ['/1', 200, null],
      ['/2', null, null],
    ],
  ],
  [
    'nothing was sent, and the server closed, in a frame that is missing: one byte more is acknowledged',
    [...hello, get('/1'), ok(), get('/2'), [1, FIN | ACK, '', false], [0, FIN | ACK]],
    [
      ['/1', 200, null],
      ['/2', null, null],
    ],
  ],
])('%s', async (_what, said, wanted) => {
  expect(await rows(said)).toEqual(wanted);
});

test('as a person sees it, and as counts', async () => {
  const path = capture([
    ...hello,
    get('/1'),
    ok(true, '404 Not Found'),
    get('/2'),
    ok(false),
    [0, ACK],
    get('/3'),
    ok(),
    get('/4'),
    ...goodbye,
  ]);
  const text = async (options: string): Promise<string> => (await run(`synoptic http ${path} ${options}`, {})).out;
  expect(await text('')).toMatch(/\/2 +unseen/);
  expect(await text('')).toContain(
    '4 of 4 transactions on 1 connection   200 (1x)  404 (1x)  none (1x)  unseen (1x)\n',
  );
  expect(await text('--status 4xx')).toContain(
    '1 of 4 transactions shown   404 (1x)\nall 4 on 1 connection   200 (1x)  404 (1x)  none (1x)  unseen (1x)\n',
  );
  expect(await text('--host none.test')).toContain('\n0 of 4 transactions shown\nall 4 on 1 connection   ');
  expect(await text('--csv')).toMatch(/,GET,a\.test,\/2,HTTP\/1\.1,,.*,gap,/);
  expect(await text('--explain')).toContain('unseen: the capture lacks bytes of the server');
  const { summary } = JSON.parse(await text('--json --status 4xx')) as Printed;
  expect(summary).toMatchObject({ shown: 1, shownByStatus: { 404: 1 }, unseen: 1, shownUnseen: 0 });
});
