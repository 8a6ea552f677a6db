/** What `dns` and `websocket` keep in memory does not follow the number of their rows. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { masked, upgrade } from '../app/websocket/talk.ts';
import { type Frame, pcap } from '../support/capture-bytes.ts';
import { ROOT, folder } from '../support/command.ts';
import { ACK, SYN, tcp, udp } from '../support/conversations.ts';

/** Frames a millisecond apart. */
class Recording {
  readonly frames: Frame[] = [];

  add(data: Uint8Array): void {
    const { length } = this.frames;
    this.frames.push({ seconds: 1_700_000_000 + Math.floor(length / 1000), nanoseconds: (length % 1000) * 1e6, data });
  }
}

/** Queries from a thousand ports, each with its answer. */
function queries(count: number): Uint8Array {
  const recording = new Recording();
  for (let i = 0; i < count; i++) {
    const name = `host${i}`.padEnd(20, 'x');
    const head = Buffer.from([i >> 8, i & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    const question = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([0, 0, 1, 0, 1])]);
    const answered = Buffer.from(head);
    answered.set([0x81, 0x80], 2);
    answered[7] = 1;
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4]);
    const port = 1024 + (i % 1000);
    recording.add(
      udp({ from: '10.0.0.1', to: '10.0.0.2', ports: [port, 53], payload: Buffer.concat([head, question]) }),
    );
    recording.add(
      udp({
        from: '10.0.0.2',
        to: '10.0.0.1',
        ports: [53, port],
        payload: Buffer.concat([answered, question, answer]),
      }),
    );
  }
  return pcap(recording.frames);
}

/** Messages of one WebSocket, a segment each. */
function messages(count: number): Uint8Array {
  const recording = new Recording();
  const next: [number, number] = [0, 0];
  const send = (side: 0 | 1, flags: number, payload: Uint8Array | string = ''): void => {
    const other = side === 0 ? 1 : 0;
    const [from, to, ports] =
      side === 0 ? (['10.0.0.1', '10.0.0.2', [4000, 80]] as const) : (['10.0.0.2', '10.0.0.1', [80, 4000]] as const);
    recording.add(tcp({ from, to, ports, seq: next[side], ack: next[other], flags, payload }));
    next[side] += payload.length + (flags & SYN ? 1 : 0);
  };
  send(0, SYN);
  send(1, SYN | ACK);
  send(0, ACK);
  for (const [side, what] of upgrade()) if (typeof what !== 'number') send(side, ACK, what);
  for (let i = 0; i < count; i++) send(0, ACK, masked(1, `what is said in message ${i}`));
  return pcap(recording.frames);
}

const load = (name: string): string =>
  `await import(${JSON.stringify(`${pathToFileURL(join(ROOT, 'dist')).href}/${name}`)})`;

const commands = {
  dns: {
    capture: queries,
    open: `
      const { DnsGathering } = ${load('cli/dns-gathering.js')};
      const gathering = new DnsGathering(JSON.stringify);
      const { observer } = gathering.run;`,
  },
  websocket: {
    capture: messages,
    open: `
      const { WebSocketGathering } = ${load('cli/websocket-gathering.js')};
      const { KeyLog } = ${load('app/tls/key-log.js')};
      const gathering = new WebSocketGathering({ log: new KeyLog(), rsa: [] }, JSON.stringify);
      const observer = gathering.run.tap;`,
  },
};

/** Prints the bytes of objects that are alive when the capture was read. */
const script = (open: string, path: string): string => `
  const { analyze } = ${load('analyze.js')};
  ${open}
  const { facts } = await analyze([${JSON.stringify(path)}], { observer });
  gathering.finish(facts);
  globalThis.kept = [gathering, observer, facts];
  gc();
  gc();
  const { heapUsed } = process.memoryUsage();
  let rows = 0;
  for (const _ of gathering.rows.texts(facts.connections.ordered())) rows++;
  console.log(JSON.stringify({ heapUsed, rows }));
`;

test.each(Object.entries(commands))('%s: ten times as many rows take hardly more', (_name, { capture, open }) => {
  const place = folder();
  const [few, many] = [6000, 60_000].map((count) => {
    const path = join(place, `${count}.pcap`);
    writeFileSync(path, capture(count));
    const args = ['--expose-gc', '--input-type=module', '-e', script(open, path)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as { heapUsed: number; rows: number };
  });
  expect(few!.rows).toBe(6000);
  expect(many!.rows).toBe(60_000);
  // Measured: 1.2 MB (DNS) and 0.1 MB (WebSocket).
  expect(many!.heapUsed - few!.heapUsed).toBeLessThan(3_000_000);
});
