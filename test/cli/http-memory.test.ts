/** What `http` keeps in memory does not follow the number of transactions. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { pcap } from '../support/capture-bytes.ts';
import { ROOT, folder } from '../support/command.ts';
import { ACK, FIN, SYN, tcp } from '../support/conversations.ts';

const ON_ONE = 10;

/** Connections with ten requests and answers each, one after the other. */
function capture(transactions: number): Uint8Array {
  const frames: { seconds: number; nanoseconds: number; data: Uint8Array }[] = [];
  const next: [number, number] = [0, 0];
  let port = 0;
  const send = (side: 0 | 1, flags: number, payload = ''): void => {
    const [from, to, ports] =
      side === 0 ? (['10.0.0.1', '10.0.0.2', [port, 80]] as const) : (['10.0.0.2', '10.0.0.1', [80, port]] as const);
    const data = tcp({ from, to, ports, seq: next[side], ack: next[side === 0 ? 1 : 0], flags, payload });
    next[side] += payload.length + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
    frames.push({
      seconds: 1_700_000_000 + Math.floor(frames.length / 1000),
      nanoseconds: (frames.length % 1000) * 1e6,
      data,
    });
  };
  for (let i = 0; i < transactions; i++) {
    if (i % ON_ONE === 0) {
      port = 1024 + i / ON_ONE;
      next[0] = next[1] = 0;
      send(0, SYN);
      send(1, SYN | ACK);
      send(0, ACK);
    }
    send(0, ACK, `GET /thing/${i} HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: a-browser/1.0 (of some length)\r\n\r\n`);
    send(1, ACK, `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: "${i}"\r\nServer: a-server/1.0\r\n\r\nok`);
    if (i % ON_ONE < ON_ONE - 1) continue;
    send(1, FIN | ACK);
    send(0, FIN | ACK);
    send(1, ACK);
  }
  return pcap(frames);
}

/** Prints the bytes of objects that are alive when the capture was read. */
const script = (path: string, findings: boolean): string => `
  const load = (name) => import(${JSON.stringify(`${pathToFileURL(join(ROOT, 'dist')).href}/`)} + name);
  const [{ analyze }, { HttpRun }, { HttpGathering }, { formOf }, { KeyLog }] = await Promise.all(
    ['analyze.js', 'cli/http-run.js', 'cli/http-gathering.js', 'cli/http-forms.js', 'app/tls/key-log.js'].map(load),
  );
  const { textOf } = await formOf({ format: 'csv' });
  const gathering = new HttpGathering({ choice: () => true, textOf, hosts: true, findings: ${findings}, har: null });
  const run = new HttpRun({ log: new KeyLog(), rsa: [] }, (...connection) => gathering.sinkOf(...connection));
  const { facts } = await analyze([${JSON.stringify(path)}], { observer: run.tap, onOpen: run.onOpen });
  run.finish();
  globalThis.kept = [gathering, run, facts];
  gc();
  gc();
  let rows = 0;
  const { heapUsed } = process.memoryUsage();
  for (const _ of gathering.rows.texts(facts.connections.ordered())) rows++;
  console.log(JSON.stringify({ heapUsed, rows }));
`;

function measure(path: string, findings: boolean): { heapUsed: number; rows: number } {
  const args = ['--expose-gc', '--input-type=module', '-e', script(path, findings)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as { heapUsed: number; rows: number };
}

test('ten times as many transactions take hardly more', () => {
  const place = folder();
  const [few, many] = [4000, 40_000].map((transactions) => {
    const path = join(place, `${transactions}.pcap`);
    writeFileSync(path, capture(transactions));
    return { transactions, plain: measure(path, false), judged: measure(path, true) };
  });
  expect(few!.plain.rows).toBe(4000);
  expect(many!.plain.rows).toBe(40_000);
  // As objects each took more than two kilobytes: 80 MB.
  expect(many!.plain.heapUsed - few!.plain.heapUsed).toBeLessThan(3_000_000);
  // Fetches of things that may be fetched again, of which there is a limit.
  expect(many!.judged.heapUsed - few!.judged.heapUsed).toBeLessThan(24_000_000);
});
