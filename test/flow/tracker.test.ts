/** What the differential tests do not reach: odd lengths and times, tunnels, attacks on the table. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import type { ConnectionRow } from '../../src/report/model.ts';
import { type Frame, concat, pcap, words } from '../support/capture-bytes.ts';
import { ACK, RST, SYN, tcp, udp } from '../support/conversations.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-tracker-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function rowsOf(frames: readonly Frame[]): Promise<ConnectionRow[]> {
  const path = join(folder, 'a.pcap');
  writeFileSync(path, pcap(frames));
  return [...(await analyze([path])).connectionRows()];
}

const at = (i: number, data: Uint8Array, originalLength = data.length): Frame => ({
  seconds: 1_700_000_000 + i,
  nanoseconds: 0,
  data,
  originalLength,
});

const ends = { from: '10.0.0.1', to: '10.0.0.2' };

describe('counters', () => {
  test.each([
    ['UDP', udp({ ...ends, ports: [1024, 9999], payload: 'x' }), 3],
    ['TCP', tcp({ ...ends, ports: [1024, 9999], flags: ACK }), 0],
  ])('%s lengths of 4 GiB add up', async (_name, data, payloadBytes) => {
    const [row] = await rowsOf([at(0, data), at(1, data, 2 ** 32 - 1), at(2, data, 2 ** 32 - 1)]);
    expect(row!.endpoints.originator).toMatchObject({
      frames: 3,
      wireBytes: data.length + 2 * (2 ** 32 - 1),
      payloadBytes,
    });
  });
});

/** A UDP datagram to port 4789 whose payload is a VXLAN header and `inner`. */
const vxlan = (inner: Uint8Array, to: string): Uint8Array =>
  udp({ from: '10.0.0.1', to, ports: [5000, 4789], payload: concat(words('big', [0x08000000, 32], [256, 32]), inner) });

describe('tunnels', () => {
  test('take a number whatever they carry', async () => {
    const ospf = udp({ ...ends, ports: [1, 2], payload: 'x' });
    ospf[23] = 89;
    const plain = udp({ ...ends, ports: [7, 8], payload: 'x' });
    const rows = await rowsOf([
      at(0, vxlan(ospf, '10.0.0.3')),
      at(1, vxlan(udp({ ...ends, ports: [3, 4], payload: 'x' }), '10.0.0.4')),
      at(2, plain),
    ]);
    // Wireshark: udp.stream 0 and 1 are tunnels, 2 is inside the second, 3 the last.
    expect(rows.map(({ id, responder }) => `${id} ${responder.port}`)).toEqual(['udp:2 4', 'udp:3 8']);
  });
});

const syn = (seq: number, flags = SYN): Uint8Array => tcp({ ...ends, ports: [1024, 80], flags, seq });

describe('SYNs', () => {
  test('a RST bit on the SYN that opens counts for completeness, as in Wireshark', async () => {
    const rows = await rowsOf([at(0, syn(100, SYN | RST)), at(1, syn(700, SYN | RST))]);
    expect(rows.map(({ completeness }) => completeness)).toEqual([33, 33]);
  });

  test('with the same sequence number are one connection, with another one a new one', async () => {
    const rows = await rowsOf([at(0, syn(5)), at(1, syn(5)), at(300, syn(5)), at(301, syn(6))]);
    expect(rows.map(({ id, endpoints }) => [id, endpoints.originator.frames, endpoints.originator.isn])).toEqual([
      ['tcp:0', 3, 5],
      ['tcp:1', 1, 6],
    ]);
  });

  test('an initial sequence number is only told of an end whose SYN was seen', async () => {
    const rst = tcp({ from: '10.0.0.2', to: '10.0.0.1', ports: [80, 1024], flags: 0x14, seq: 0, ack: 6 });
    const [row] = await rowsOf([at(0, syn(5)), at(1, rst)]);
    expect(row!.connState).toBe('REJ');
    expect(row!.endpoints.responder).not.toHaveProperty('isn');
  });
});
