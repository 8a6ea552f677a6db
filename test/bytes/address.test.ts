import { BlockList, isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipv4Text, ipv6Text } from '../../src/bytes/address.ts';

/** The sixteen bytes of an address written out in full. */
const bytesOf = (groups: string): Uint8Array =>
  Uint8Array.from(
    groups.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );

describe('IPv6 text', () => {
  test.each<[full: string, expected: string]>([
    // RFC 5952 section 4.1: leading zeros.
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1'],
    // Section 4.2.1: as short as possible.
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    // Section 4.2.2: one group of zeros is not shortened.
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    // Section 4.2.3: the longest run, and of equals the first.
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    // Section 4.3: lower case.
    ['2001:DB8:0:0:0:0:0:ABCD', '2001:db8::abcd'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:0:1:0:0:0:0:0', '0:0:1::'],
    ['fe80:0:0:0:200:86ff:fe05:80da', 'fe80::200:86ff:fe05:80da'],
    ['ff02:0:0:0:0:0:0:2', 'ff02::2'],
    // Section 5: IPv4-mapped.
    ['0:0:0:0:0:ffff:c000:0201', '::ffff:192.0.2.1'],
    ['0:0:0:0:0:ffff:0:0', '::ffff:0.0.0.0'],
    // Neither IPv4-compatible nor translated addresses are mapped ones.
    ['0:0:0:0:0:0:c000:0201', '::c000:201'],
    ['0:0:0:0:ffff:0:c000:0201', '::ffff:0:c000:201'],
    ['64:ff9b:0:0:0:0:c000:0201', '64:ff9b::c000:201'],
  ])('%s is %s', (full, expected) => {
    expect(ipv6Text(bytesOf(full), 0)).toBe(expected);
  });

  test('from an offset', () => {
    const bytes = new Uint8Array(20).fill(0xee);
    bytes.set(bytesOf('2001:db8:0:0:0:0:0:1'), 3);
    expect(ipv6Text(bytes, 3)).toBe('2001:db8::1');
  });

  // Runs of zeros are what the text is about: half of the groups are zero.
  const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
  const address = fc.array(group, { minLength: 8, maxLength: 8 });

  test('node:net reads it back as the same address, and the shortest form is the only one', () => {
    fc.assert(
      fc.property(address, (groups) => {
        const full = groups.map((each) => each.toString(16)).join(':');
        const text = ipv6Text(bytesOf(full), 0);
        expect(isIPv6(text)).toBe(true);
        const list = new BlockList();
        list.addAddress(full, 'ipv6');
        expect(list.check(text, 'ipv6')).toBe(true);
        expect(text.length).toBeLessThanOrEqual(full.length + 3);
        expect(text).toBe(text.toLowerCase());
      }),
    );
  });

  test('the same as the URL standard writes, which knows no dots', () => {
    fc.assert(
      fc.property(address, (groups) => {
        const full = groups.map((each) => each.toString(16)).join(':');
        const text = ipv6Text(bytesOf(full), 0);
        if (!text.includes('.')) expect(`[${text}]`).toBe(new URL(`http://[${full}]/`).hostname);
      }),
    );
  });
});

describe('IPv4 text', () => {
  test.each<[word: number, expected: string]>([
    [0, '0.0.0.0'],
    [0x7f00_0001, '127.0.0.1'],
    [0xffff_ffff, '255.255.255.255'],
    [0xc000_0201 | 0, '192.0.2.1'],
    [-1, '255.255.255.255'],
  ])('%i is %s', (word, expected) => {
    expect(ipv4Text(word)).toBe(expected);
  });

  test('signed and unsigned words, against their octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (octets) => {
        const view = new DataView(octets.buffer, octets.byteOffset);
        expect(ipv4Text(view.getInt32(0))).toBe(octets.join('.'));
        expect(ipv4Text(view.getUint32(0))).toBe(octets.join('.'));
        expect(isIPv4(ipv4Text(view.getInt32(0)))).toBe(true);
      }),
    );
  });
});
