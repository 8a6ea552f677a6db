/** gzip, RFC 1952: Node's own decompressor, which reads concatenated members as one stream. */
import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { INFLATED_CHUNK_BYTES } from './limits.ts';
import type { ByteSupply } from './supply.ts';
import { TransformSupply } from './transform-supply.ts';

const createInflater = (): Transform => createGunzip({ chunkSize: INFLATED_CHUNK_BYTES });

export function openGzip(source: ByteSupply, reopen: (() => ByteSupply) | null): ByteSupply {
  return new TransformSupply({ name: 'gzip', create: createInflater, reopen }, source);
}
