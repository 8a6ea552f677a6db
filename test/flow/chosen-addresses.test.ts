/** Addresses that an attacker chooses for their look make the table of connections no slower than random ones. */
import { expect, test } from 'vitest';
import { TabulationHash } from '../../src/flow/hash.ts';

const FLOWS = 100_000;
const SLOTS = 1 << 18;
const SERVER = 0x0a000050;

/** Slots looked at to enter all flows, by linear probing on the upper bits of the hash, as in flow/table.ts. */
function probes(hash: TabulationHash, flow: (i: number) => readonly [address: number, port: number]): number {
  const taken = new Uint8Array(SLOTS);
  let steps = 0;
  for (let i = 0; i < FLOWS; i++) {
    const [address, port] = flow(i);
    let slot = ((hash.endpoint4(address, port) + hash.endpoint4(SERVER, 80)) | 0) >>> 14;
    for (steps++; taken[slot] === 1; slot = (slot + 1) & (SLOTS - 1)) steps++;
    taken[slot] = 1;
  }
  return steps;
}

const mixed = (i: number): number => {
  const h = Math.imul(i ^ (i >>> 16), 0x85ebca6b);
  return Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
};
/** The upper bits of its multiples are few: a hash that only multiplies would put many into one slot. */
const EVEN = 0x0e8b1000;

test.each<[string, (i: number) => readonly [number, number]]>([
  ['counting up', (i) => [0x0b000000 + i, 1024]],
  ['counting up in the first octets', (i) => [((i & 255) << 24) | ((i >>> 8) << 14), 1024]],
  ['counting in address and port at once', (i) => [0x0b000000 + (i >>> 8), 1024 + (i & 255)]],
  ['multiples of a number', (i) => [Math.imul(i, EVEN), i & 0xffff]],
  ['sums that stay the same', (i) => [0x0b000000 + i, (0xffff - i) & 0xffff]],
])('%s', (_, flow) => {
  // The tables are drawn anew each time: the mean of some draws is what an attacker can count on.
  let [chosen, random] = [0, 0];
  for (let draw = 0; draw < 5; draw++) {
    const hash = new TabulationHash();
    chosen += probes(hash, flow);
    random += probes(hash, (i) => [mixed(i), mixed(~i) & 0xffff]);
  }
  expect(chosen / random).toBeLessThan(2);
});
