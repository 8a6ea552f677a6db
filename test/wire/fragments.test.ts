/** Reassembly of IP datagrams: order, overlaps, limits. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoder } from '../../src/wire/decode.ts';
import { Note } from '../../src/wire/frame.ts';
import { concat, words } from '../support/capture-bytes.ts';
import { decode, frameOf } from '../support/frames.ts';

const UDP_IPV4 = 17;

/** Bytes `[from, to)` of `whole` as an IPv4 fragment. */
function fragment(whole: Uint8Array, from: number, to: number, id = 7, last = to === whole.length): Uint8Array {
  const length = to - from;
  const header = words(
    'big',
    [0x4500, 16],
    [20 + length, 16],
    [id, 16],
    [(last ? 0 : 0x2000) | (from / 8), 16],
    [0x4000 | UDP_IPV4, 16],
    [0, 16],
    [0x0a000001, 32],
    [0x0a000002, 32],
  );
  return concat(header, whole.subarray(from, to));
}

/** A UDP datagram without checksum. */
function datagram(length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, i) => i & 255);
  bytes.set(words('big', [1000, 16], [2000, 16], [length, 16], [0, 16]));
  return bytes;
}

const RAW = 101;

describe('reassembly', () => {
  test('any order of any cut gives the datagram, with the fragment that completes it', () => {
    const whole = datagram(400);
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 49 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(cuts, fc.infiniteStream(fc.nat()), (at, random) => {
        const edges = [0, ...at.toSorted((a, b) => a - b).map((n) => n * 8), whole.length];
        const pieces = edges.slice(1).map((to, i) => fragment(whole, edges[i]!, to));
        pieces.sort(() => (random.next().value % 2 === 0 ? 1 : -1));
        const decoder = new Decoder();
        const results = pieces.map((bytes) => decode(frameOf(bytes, RAW), decoder));
        const last = results.pop()!;
        for (const { path } of results) expect(path).toBe('raw/ipv4/fragment');
        expect([last.path, last.payloadLength]).toEqual(['raw/ipv4/udp', 392]);
        const { bytes, payload } = last.frame;
        expect(bytes.subarray(payload)).toEqual(whole.subarray(8));
        expect(decoder.fragments.unfinished).toBe(0);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('of overlapping bytes the first ones stay, and the overlap is named', () => {
    const decoder = new Decoder();
    const first = datagram(64);
    const other = first.map((byte) => byte ^ 0xff);
    decode(frameOf(fragment(first, 0, 32), RAW), decoder);
    const overlap = decode(frameOf(fragment(other, 16, 48, 7, false), RAW), decoder);
    expect(overlap.notes & Note.fragmentOverlap).toBeTruthy();
    const done = decode(frameOf(fragment(first, 48, 64), RAW), decoder);
    expect(done.path).toBe('raw/ipv4/udp');
    const bytes = done.frame.bytes.subarray(20);
    expect(bytes.subarray(8, 32)).toEqual(first.subarray(8, 32));
    expect(bytes.subarray(32, 48)).toEqual(other.subarray(32, 48));
  });

  test('the same fragment twice is no overlap', () => {
    const decoder = new Decoder();
    const whole = datagram(96);
    const cuts: [number, number][] = [
      [0, 32],
      [32, 64],
      [64, 96],
    ];
    const pieces = cuts.map(([from, to]) => fragment(whole, from, to));
    const order = [0, 0, 1, 0, 1, 2];
    const results = order.map((i) => decode(frameOf(pieces[i]!, RAW), decoder));
    expect(results.map(({ notes }) => notes & Note.fragmentOverlap)).toEqual(order.map(() => 0));
    const { path, frame } = results.at(-1)!;
    expect(path).toBe('raw/ipv4/udp');
    expect(frame.bytes.subarray(28)).toEqual(whole.subarray(8));
    expect(decoder.fragments.unfinished).toBe(0);
  });

  test('datagrams with other ids do not mix', () => {
    const decoder = new Decoder();
    const whole = datagram(64);
    decode(frameOf(fragment(whole, 0, 32, 1), RAW), decoder);
    expect(decode(frameOf(fragment(whole, 32, 64, 2), RAW), decoder).path).toBe('raw/ipv4/fragment');
    expect(decoder.fragments.unfinished).toBe(2);
  });

  test('so they do where the later fragment starts first', () => {
    const decoder = new Decoder();
    const first = datagram(64);
    const other = first.map((byte) => byte ^ 0xff);
    decode(frameOf(fragment(first, 8, 32, 7, false), RAW), decoder);
    decode(frameOf(fragment(other, 0, 32, 7, false), RAW), decoder);
    const done = decode(frameOf(fragment(first, 32, 64), RAW), decoder);
    expect(done.frame.bytes.subarray(28, 84)).toEqual(first.subarray(8));
  });

  test('a tiny first fragment of TCP is named, of UDP it is not', () => {
    const tiny = fragment(datagram(64), 0, 8);
    expect(decode(frameOf(tiny, RAW)).notes & Note.fragmentTiny).toBe(0);
    tiny[9] = 6;
    expect(decode(frameOf(tiny, RAW)).notes & Note.fragmentTiny).toBeTruthy();
  });

  test('a fragment past the largest datagram is refused', () => {
    const { notes } = decode(frameOf(fragment(datagram(65_528 + 64), 65_528, 65_592), RAW));
    expect(notes & Note.fragmentBad).toBeTruthy();
  });

  test('a first fragment that the snaplen cut is decoded as it stands, a later one waits for nothing', () => {
    const decoder = new Decoder();
    const whole = datagram(128);
    const first = fragment(whole, 0, 64);
    expect(decode(frameOf(first.subarray(0, 40), RAW, first.length), decoder).path).toBe('raw/ipv4/udp');
    const later = fragment(whole, 64, 128);
    expect(decode(frameOf(later.subarray(0, 40), RAW, later.length), decoder).path).toBe('raw/ipv4/fragment');
    expect(decoder.fragments.unfinished).toBe(0);
  });

  test('unfinished datagrams are bounded: the oldest goes', () => {
    const decoder = new Decoder();
    const whole = datagram(64);
    for (let id = 0; id < 5000; id++) decode(frameOf(fragment(whole, 0, 32, id), RAW), decoder);
    expect(decoder.fragments.unfinished).toBe(4096);
    expect(decoder.fragments.givenUp).toBe(904);
    expect(decoder.fragments.limitReached).toBe(true);
  });
});
