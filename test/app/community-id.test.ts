import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { communityId } from '../../src/app/community-id.ts';

const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((g) => Number.parseInt(g, 16)));

/** Bytes of an address in text. */
function bytesOf(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.'), Number);
  const host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = host.split('::');
  const [front, back] = [groups(head), groups(tail ?? '')];
  const whole = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
  return Uint8Array.from(whole.flatMap((group) => [group >> 8, group & 255]));
}

test('addresses of this test are read rightly', () => {
  expect([...bytesOf('2607:f8b0:400c:c03::1a')]).toEqual([
    0x26, 7, 0xf8, 0xb0, 0x40, 0x0c, 0x0c, 3, 0, 0, 0, 0, 0, 0, 0, 0x1a,
  ]);
});

/** Published: corelight/community-id-spec baseline/baseline_deflt.json, and Zeek's bifs/community_id_v1 test. */
const vectors: readonly (readonly [string, number, string, number, number, string])[] = [
  ['128.232.110.120', 34_855, '66.35.250.204', 80, 6, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['192.168.1.52', 54_585, '8.8.8.8', 53, 17, '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  ['192.168.170.8', 7, '192.168.170.56', 7, 132, '1:MP2EtRCAUIZvTw6MxJHLV7N7JDs='],
  ['2001:470:e5bf:dead:4957:2174:e82c:4887', 63_943, '2607:f8b0:400c:c03::1a', 25, 6, '1:/qFaeAR+gFe1KYjMzVDsMv+wgU4='],
  ['1.2.3.4', 1122, '5.6.7.8', 3344, 6, '1:wCb3OG7yAFWelaUydu0D+125CLM='],
  ['1.2.3.4', 1122, '5.6.7.8', 3344, 17, '1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg='],
];

test.each(vectors)('%s:%i > %s:%i, protocol %i', (a, aPort, b, bPort, protocol, expected) => {
  expect(communityId(bytesOf(a), aPort, bytesOf(b), bPort, protocol)).toBe(expected);
  expect(communityId(bytesOf(b), bPort, bytesOf(a), aPort, protocol)).toBe(expected);
});

test('both directions have one id; anything else has another', () => {
  const address = fc.uint8Array({ minLength: 4, maxLength: 4 });
  const port = fc.nat(65_535);
  fc.assert(
    fc.property(address, port, address, port, (a, aPort, b, bPort) => {
      const id = communityId(a, aPort, b, bPort, 6);
      expect(id).toMatch(/^1:[A-Za-z0-9+/]{27}=$/);
      expect(communityId(b, bPort, a, aPort, 6)).toBe(id);
      expect(communityId(a, aPort, b, bPort, 17)).not.toBe(id);
      expect(communityId(a, aPort ^ 1, b, bPort, 6)).not.toBe(id);
    }),
  );
});

test('on one host the lower port comes first', () => {
  const host = bytesOf('127.0.0.1');
  expect(communityId(host, 80, host, 50_000, 6)).toBe(communityId(host, 50_000, host, 80, 6));
  expect(communityId(host, 80, host, 50_000, 6)).not.toBe(communityId(host, 81, host, 50_000, 6));
});
