/** What one walk over all records says is what each connection says of itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { analyze } from '../../src/index.ts';
import { connStates } from '../../src/flow/conn-state.ts';
import { NOT_COUNTED } from '../../src/flow/digest.ts';
import { pcap } from '../support/capture-bytes.ts';
import { RST, SYN, tcp as segment } from '../support/conversations.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-digest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);

const captures = ['fixtures/http/faults.pcap', 'fixtures/flood/botnet.pcap', 'fixtures/first-look/site.pcap'];

test.each(captures)('%s', async (path) => {
  const { facts } = await analyze([path]);
  const c = facts.connections;
  const { states, services, eventful, tcpByState, udpByState, byService, tcpFrames, tcpPayloadBytes } = c.digest();
  const ids = Array.from({ length: c.count }, (_, id) => id);
  const counted = ids.filter((id) => c.isCounted(id));
  const tcp = counted.filter((id) => !c.isUdp(id));
  expect([...states]).toEqual(ids.map((id) => (c.isCounted(id) ? connStates.indexOf(c.connState(id)) : NOT_COUNTED)));
  expect(sum([...tcpByState])).toBe(tcp.length);
  expect(sum([...udpByState])).toBe(counted.length - tcp.length);
  expect(sum([...byService])).toBe(counted.length);
  expect(services.filter((service) => service !== 0).length).toBe(sum([...byService].slice(1)));
  expect(tcpFrames).toBe(sum(tcp.map((id) => c.frames(id, 0) + c.frames(id, 1))));
  expect(tcpPayloadBytes).toBe(sum(tcp.map((id) => c.payloadBytes(id, 0) + c.payloadBytes(id, 1))));
  // All but lone segments without payload.
  const heard = new Set(eventful);
  for (const id of tcp) {
    const frames = c.frames(id, 0) + c.frames(id, 1);
    if (frames > 1 || c.payloadBytes(id, 0) + c.payloadBytes(id, 1) > 0) expect(heard).toContain(id);
  }
  expect([...eventful]).toEqual([...eventful].toSorted((a, b) => a - b));
});

/** SYN, the ACK of somebody, RST. */
const attempt = (port: number, from: 'client' | 'server'): Uint8Array[] => {
  const client = { from: '10.0.0.1', to: '10.0.0.2', ports: [port, 9999] } as const;
  const server = { from: '10.0.0.2', to: '10.0.0.1', ports: [9999, port] } as const;
  const ack = from === 'client' ? { ...client, seq: 101, ack: 5001 } : { ...server, seq: 5001, ack: 101 };
  return [segment({ ...client, seq: 100, flags: SYN }), segment(ack), segment({ ...client, seq: 101, flags: RST })];
};

test('attempts that were given up upon an ACK, whoever sent it', async () => {
  const senders = ['server', 'client', 'client', 'server'] as const;
  const frames = senders.flatMap((sender, i) => attempt(40_000 + i, sender));
  const path = join(folder, 'a.pcap');
  writeFileSync(path, pcap(frames.map((data, i) => ({ seconds: 1_700_000_000 + i, nanoseconds: 0, data }))));
  const analysis = await analyze([path]);
  const told = analysis.connsDocument().connections.map(({ connState, history }) => `${connState} ${history}`);
  expect(told).toEqual(['RSTOS0 SaR', 'OTH SAR', 'OTH SAR', 'RSTOS0 SaR']);
  expect(analysis.analyzeDocument().connections.tcp.byConnState).toEqual({ RSTOS0: 2, OTH: 2 });
});
