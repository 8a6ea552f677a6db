/** Digests: the only use of node:crypto in this room. */
import { createHash } from 'node:crypto';

export const sha1Base64 = (input: Uint8Array | string): string => createHash('sha1').update(input).digest('base64');

/** RFC 6455 section 4.2.2: what proves that a server read the key. */
export const acceptOf = (key: string): string => sha1Base64(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
