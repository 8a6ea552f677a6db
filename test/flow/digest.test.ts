/** What one walk over all records says is what each connection says of itself. */
import { expect, test } from 'vitest';
import { analyze } from '../../src/index.ts';
import { connStates } from '../../src/flow/conn-state.ts';
import { NOT_COUNTED } from '../../src/flow/digest.ts';

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
