/** The short cut for plain frames leaves what the layer-by-layer decoder leaves. */
import * as fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/wire/frame.ts';
import { concat, words } from '../support/capture-bytes.ts';
import { decode, fixtures, frameOf, framesOf } from '../support/frames.ts';

const PPI = 192;
/** A PPI header of 8 bytes that announces Ethernet: the same frame then takes the general way. */
const PPI_HEADER = concat(Uint8Array.of(0, 0), words('little', [8, 16], [1, 32]));

/** All that later rooms read, with offsets counted from the Ethernet header. */
function outcome(f: Frame, ethernet: number): Record<string, number | string> {
  const { path, stop, notes, protocol, payloadLength } = decode(f);
  const known: Record<string, number | string> = {
    path: path.replace('ppi/', ''),
    stop,
    notes,
    protocol,
    payloadLength,
    depth: f.depth,
    ipVersion: f.ipVersion,
    packetLength: f.packetLength,
  };
  if (f.ipVersion !== 0) known['network'] = f.network - ethernet;
  if (protocol !== 0) {
    known['transport'] = f.transport - ethernet;
    known['payload'] = f.payload - ethernet;
    known['end'] = f.end - ethernet;
    known['wireEnd'] = f.wireEnd - ethernet;
  }
  return known;
}

function expectAlike(bytes: Uint8Array, originalLength: number): void {
  const short = outcome(frameOf(bytes, 1, originalLength, 16), 16);
  const long = outcome(frameOf(concat(PPI_HEADER, bytes), PPI, originalLength + 8, 8), 16);
  expect(short).toEqual(long);
}

describe('plain frames', async () => {
  const captures = [
    'first-look/site.pcap',
    'capture/offloaded.pcap',
    'capture/snaplen-96.pcap',
    'wire/fragments-tcp.pcap',
  ];
  const frames = (await Promise.all(captures.map((name) => framesOf(join(fixtures, name))))).flat();
  const ethernet = frames.filter(({ linkType }) => linkType === 1);

  test('every frame of the fixtures comes out alike', () => {
    expect(ethernet.length).toBeGreaterThan(600);
    for (const { bytes, originalLength } of ethernet) expectAlike(bytes, originalLength);
  });

  test('so does every frame with bytes changed or cut off', () => {
    const change = fc.record({
      frame: fc.nat(ethernet.length - 1),
      edits: fc.array(fc.record({ at: fc.nat(60), value: fc.nat(255) }), { maxLength: 4 }),
      keep: fc.option(fc.nat(120), { nil: undefined }),
    });
    fc.assert(
      fc.property(change, ({ frame, edits, keep }) => {
        const { bytes, originalLength } = ethernet[frame]!;
        const changed = bytes.slice(0, keep);
        for (const { at, value } of edits) if (at < changed.length) changed[at] = value;
        expectAlike(changed, originalLength);
      }),
      { numRuns: 3000, seed: 20261121 },
    );
  });
});
