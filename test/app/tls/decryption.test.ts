/** What keys make readable, against tshark with the same keys: HTTP/1.1 messages, HTTP/2 frames, certificates, messages. */
import { describe, expect, test } from 'vitest';
import type { StreamSink } from '../../../src/stream/segment.ts';
import { type Found, type Truth, captures, handshakesOf, truths } from './truth.ts';

const withKeys = truths.filter(({ decrypted }) => decrypted !== undefined);

/** Bytes of both directions of a connection. */
class Plain implements StreamSink {
  readonly pieces: [Buffer[], Buffer[]] = [[], []];
  readonly offsets: [number, number] = [0, 0];

  data(side: 0 | 1, bytes: Uint8Array, offset: number): void {
    expect(offset).toBe(this.offsets[side]);
    this.offsets[side] += bytes.length;
    this.pieces[side].push(Buffer.from(bytes));
  }

  gap(): void {
    throw new Error('a gap in plaintext');
  }

  end(): void {}

  text(side: 0 | 1): string {
    return Buffer.concat(this.pieces[side]).toString('latin1');
  }
}

async function decrypt(truth: Truth): Promise<{ plains: Map<number, Plain>; found: Map<number, Found> }> {
  const byId = new Map<number, Plain>();
  const found = await handshakesOf(truth, (id) => {
    const plain = new Plain();
    byId.set(id, plain);
    return plain;
  });
  return {
    plains: new Map([...found].flatMap(([index, { id }]) => (byId.has(id) ? [[index, byId.get(id)!]] : []))),
    found,
  };
}

/** Types of HTTP/2 frames (RFC 9113 section 4.1) in both directions. */
function frameTypes(bytes: Buffer): number[] {
  const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
  const types: number[] = [];
  let at = bytes.toString('latin1', 0, preface.length) === preface ? preface.length : 0;
  for (; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) types.push(bytes[at + 3]!);
  return types;
}

describe.skipIf(withKeys.length === 0)(
  `decryption in ${captures}${withKeys.length === 0 ? ' (ABSENT, skipped)' : ''}`,
  () => {
    test.each(withKeys)('$file', async (truth) => {
      const { plains, found } = await decrypt(truth);
      const { http, tls_certs: certificates = {}, http2_frames: frames } = truth.decrypted!;
      for (const { handshake } of found.values()) {
        if (handshake.decryption === null) continue;
        expect(handshake.decryption.failed).toBe(0);
        if (handshake.isComplete) expect(handshake.decryption.finished).toEqual([true, true]);
      }
      const requests = [...plains].flatMap(([index, plain]) =>
        [...plain.text(0).matchAll(/(?:^|\n)([A-Z]+) (\S+) HTTP\/1\.[01]\r\n/g)].map(
          ([, method, uri]) => `${index} ${method} ${uri}`,
        ),
      );
      expect(requests.toSorted()).toEqual(
        http.requests.map(([, stream, method, uri]) => `${stream} ${method} ${uri}`).toSorted(),
      );
      const statuses = [...plains].flatMap(([index, plain]) =>
        [...plain.text(1).matchAll(/HTTP\/1\.[01] (\d{3}) [A-Z]/g)].map(([, status]) => `${index} ${status}`),
      );
      const wanted = http.responses.map(([, stream, status]) => `${stream} ${status}`);
      expect(statuses.toSorted()).toEqual(wanted.toSorted());
      const counts: Record<string, number> = {};
      const isHttp2 = Object.keys(frames).length > 0;
      for (const plain of isHttp2 ? plains.values() : []) {
        for (const side of [0, 1] as const) {
          for (const type of frameTypes(Buffer.concat(plain.pieces[side]))) counts[type] = (counts[type] ?? 0) + 1;
        }
      }
      expect(counts).toEqual(frames);
      for (const [key, chains] of Object.entries(certificates)) {
        const ours = found
          .get(Number(key))!
          .handshake.certificates.flat()
          .map(({ sha256 }) => sha256);
        const theirs = (chains ?? []).flatMap(({ chain = [] }) => chain.map(({ sha256 }) => sha256));
        expect(ours.toSorted(), key).toEqual(theirs.toSorted());
      }
    });
  },
);
