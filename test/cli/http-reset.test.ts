/** Streams of connections that were reset are let go, with the same rows; those that go on all the same are kept. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { statusOf, targetOf } from '../../src/app/http/message.ts';
import { KeyLog } from '../../src/app/tls/key-log.ts';
import { HttpRun } from '../../src/cli/http-run.ts';
import { type Frame, pcap } from '../support/capture-bytes.ts';
import { folder } from '../support/command.ts';
import { ACK, RST, SYN, tcp } from '../support/conversations.ts';

/** What happens on the connection of a port, so many seconds after the beginning. */
type Event = readonly [at: number, port: number, what: 'open' | 'reset' | `get ${string}`];

function capture(events: readonly Event[]): string {
  const next = new Map<number, [number, number]>();
  const frames: Frame[] = [];
  for (const [seconds, port, what] of events) {
    const at = next.get(port) ?? [0, 0];
    next.set(port, at);
    const send = (side: 0 | 1, flags: number, payload = ''): void => {
      const [from, to, ports] =
        side === 0 ? (['10.0.0.1', '10.0.0.2', [port, 80]] as const) : (['10.0.0.2', '10.0.0.1', [80, port]] as const);
      const data = tcp({ from, to, ports, seq: at[side], ack: at[side === 0 ? 1 : 0], flags, payload });
      at[side] += payload.length + (flags & SYN ? 1 : 0);
      frames.push({ seconds: 1_700_000_000 + seconds, nanoseconds: frames.length * 1000, data });
    };
    if (what === 'open') {
      send(0, SYN);
      send(1, SYN | ACK);
      send(0, ACK);
    } else if (what === 'reset') send(0, RST | ACK);
    else {
      send(0, ACK, `GET ${what.slice(4)} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
      send(1, ACK, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }
  }
  const path = join(folder(), 'reset.pcap');
  writeFileSync(path, pcap(frames));
  return path;
}

/** Rows, in the order they ended in, and which streams are kept when the capture was read. */
async function read(...events: readonly Event[]): Promise<{ rows: string[]; kept: boolean[] }> {
  const rows: string[] = [];
  const run = new HttpRun({ log: new KeyLog(), rsa: [] }, (_id, name) => ({
    closed: (transaction) => rows.push(`${name} ${targetOf(transaction)} ${statusOf(transaction)}`),
  }));
  await analyze([capture(events)], { observer: run.tap, onOpen: run.onOpen });
  const kept = run.tap.streams.map((stream) => stream !== null);
  run.finish();
  return { rows, kept };
}

const other = (at: number): Event[] => [
  [at, 4001, 'open'],
  [at, 4001, 'get /b'],
  [at, 4001, 'reset'],
];

test('a reset, and nothing for ten seconds', async () => {
  const one: Event[] = [
    [0, 4000, 'open'],
    [0, 4000, 'get /a'],
    [1, 4000, 'reset'],
  ];
  expect(await read(...one, ...other(11))).toEqual({ rows: ['tcp:0 /a 200', 'tcp:1 /b 200'], kept: [false, true] });
  expect(await read(...one, ...other(10))).toEqual({ rows: ['tcp:0 /a 200', 'tcp:1 /b 200'], kept: [true, true] });
});

test('a reset that nobody took: the connection goes on, and is reset again', async () => {
  const { rows, kept } = await read(
    [0, 4000, 'open'],
    [0, 4000, 'get /a'],
    [1, 4000, 'reset'],
    [3, 4000, 'get /b'],
    [20, 4001, 'open'],
    [20, 4001, 'reset'],
    [30, 4000, 'get /c'],
    [31, 4000, 'reset'],
    [50, 4002, 'open'],
    [50, 4002, 'reset'],
  );
  expect(rows).toEqual(['tcp:0 /a 200', 'tcp:0 /b 200', 'tcp:0 /c 200']);
  expect(kept).toEqual([false, false, true]);
});
