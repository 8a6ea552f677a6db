/** A capture of twelve frames as gzip 1.12, zstd 1.5.4 and lz4 1.9.4 compress it, so that tests need no such tools. */
import { gzipSync } from 'node:zlib';
import type { Compression } from '../../src/capture/source.ts';
import { pcap } from '../support/capture-bytes.ts';

export const SMALL_CAPTURE = pcap(
  Array.from({ length: 12 }, (_, i) => ({
    seconds: 1_700_000_000 + i,
    nanoseconds: i * 1000,
    data: Uint8Array.from({ length: 40 }, (_byte, at) => i + at),
  })),
  { snapLength: 65_535 },
);

interface Sample {
  readonly name: string;
  readonly compression: Compression;
  readonly bytes: Uint8Array;
}

const sample = (name: string, compression: Compression, base64: string): Sample => ({
  name,
  compression,
  bytes: Uint8Array.from(Buffer.from(base64, 'base64')),
});

export const SMALL_COMPRESSED: readonly Sample[] = [
  { name: 'gzip', compression: 'gzip', bytes: Uint8Array.from(gzipSync(SMALL_CAPTURE)) },
  sample(
    'zstd -1',
    'zstd',
    'KLUv/WS4AQUGADQI1MOyoQIABAD//wAAAQAAAADxU2UAAAAAKAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQl' +
      'JicB8VNlASgC8VNlAikD8VNlAyoE8VNlBCsF8VNlBSwG8VNlBi0H8VNlBy4I8VNlCC8J8VNlCTAK8VNlCjEL8VNlCzIZAEABW8UF' +
      'FLBVXEABW8UFFLBVXEABW8UFFLBVXEABW8UFFLBVXEABW8UFFLBVXLQqAAv0KlfuHHhBHIIh5e4=',
  ),
  sample(
    'zstd -19',
    'zstd',
    'KLUv/WS4AY0EAMQF1MOyoQIABAD//wAAAQDxU2UAKAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicBASgC' +
      'AikDAyoEBCsFBSwGBi0HBy4ICC8JCTAKCjELCzIlqCFdNyws1n8DYD0HkQXHCNH4/+cDQL3VyPJUZa0xBT1LGKaOYRgizDbDm90W' +
      '1YTJ43+CIeXu',
  ),
  sample(
    'zstd --no-check',
    'zstd',
    'KLUv/WC4Ad0FALQH1MOyoQIABAD//wAAAfFTZSgAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnAfFTZQEo' +
      'AvFTZQIpA/FTZQMqBPFTZQQrBfFTZQUsBvFTZQYtB/FTZQcuCPFTZQgvCfFTZQkwCvFTZQoxC/FTZQsyGgBAAVvFBRSwVVxAAVvF' +
      'BRSwVVxAAVvFBRSwVVxAAVvFBRSwVVxAAVvFBRSwVVy0KqBbxbJzobLjZekXcAE=',
  ),
  sample(
    'zstd of a pipe',
    'zstd',
    'KLUv/QRY9QUANAjUw7KhAgAEAP//AAABAAAAAPFTZQAAAAAoAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUm' +
      'JwHxU2UBKALxU2UCKQPxU2UDKgTxU2UEKwXxU2UFLAbxU2UGLQfxU2UHLgjxU2UILwnxU2UJMArxU2UKMQvxU2ULMhgAQAFbxQUU' +
      'sFVcQAFbxQUUsFVcQAFbxQUUsFVcQAFbxQUUsFVcQAFbxQUUsFVctCqgW8Vy58AL4oIh5e4=',
  ),
  sample(
    'lz4',
    'lz4',
    'BCJNGGRApwIBAACE1MOyoQIABAABAFD//wAAAQ0AMPFTZQcAEygEAPAdAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g' +
      'ISIjJCUmJwHxU2VAAAQ4AA83ABRjKALxU2UCbAAAPAAPbgATdygpA/FTZQM4AA+lABJwKCkqBPFTZfYAAGwAAAQAD9wAEZcoKSor' +
      'BfFTZQVwAA8TARAANwBnLAbxU2UGOAAPSgEPATcAZy0H8VNlBzgAD4EBDgI3AGcuCPFTZQg4AA+4AQ0DNwBnLwnxU2UJOAAP7wEM' +
      'BDcAZzAK8VNlCjgADyYCCwU3AGcxC/FTZQs4AA9dAgqwKCkqKywtLi8wMTIAAAAAhKgS6A==',
  ),
  sample(
    'lz4 -BD -BX --content-size',
    'lz4',
    'BCJNGHxAuAIAAAAAAADXAgEAAITUw7KhAgAEAAEAUP//AAABDQAw8VNlBwATKAQA8B0AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY' +
      'GRobHB0eHyAhIiMkJSYnAfFTZUAABDgADzcAFGMoAvFTZQJsAAA8AA9uABN3KCkD8VNlAzgAD6UAEnAoKSoE8VNl9gAAbAAABAAP' +
      '3AARlygpKisF8VNlBXAADxMBEAA3AGcsBvFTZQY4AA9KAQ8BNwBnLQfxU2UHOAAPgQEOAjcAZy4I8VNlCDgAD7gBDQM3AGcvCfFT' +
      'ZQk4AA/vAQwENwBnMArxU2UKOAAPJgILBTcAZzEL8VNlCzgAD10CCrAoKSorLC0uLzAxMgfPme0AAAAAhKgS6A==',
  ),
];
