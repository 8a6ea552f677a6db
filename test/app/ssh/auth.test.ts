import { expect, test } from 'vitest';
import { packetBytes } from '../../../src/app/ssh/auth.ts';

/** RFC 4253 section 6: at least four bytes of padding, up to a whole block; what counts for a block depends on the cipher. */
test.each([
  ['chacha20-poly1305@openssh.com', 'implicit', 1, 28],
  ['aes256-gcm@openssh.com', 'implicit', 1, 36],
  ['aes128-ctr', 'hmac-sha2-256', 1, 48],
  ['aes128-ctr', 'hmac-sha2-256-etm@openssh.com', 1, 52],
  ['aes128-ctr', 'umac-64-etm@openssh.com', 1, 28],
  ['3des-cbc', 'hmac-sha1', 1, 36],
  ['chacha20-poly1305@openssh.com', 'implicit', 17, 44],
])('%s with %s: a payload of %i takes %i bytes', (cipher, mac, payload, bytes) => {
  expect(packetBytes(cipher, mac, payload)).toBe(bytes);
});

test('an unknown MAC has no known length', () => {
  expect(packetBytes('aes128-ctr', 'hmac-mystery', 1)).toBeNull();
});
