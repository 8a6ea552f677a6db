/** What tshark says of the TLS in ../shared/captures, and our own reading of the same. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../../../src/analyze.ts';
import type { Handshake } from '../../../src/app/tls/handshake.ts';
import { TlsConnections } from '../../../src/app/tls/run.ts';
import { StreamTap } from '../../../src/stream/tap.ts';

export const captures = join(import.meta.dirname, '../../../../shared/captures');

export interface HelloTruth {
  readonly f: number;
  readonly sni?: string | null;
  readonly v?: string | null;
  readonly sv?: string[];
  readonly nciph?: number;
  readonly alpn?: string[];
  readonly ja3?: string | null;
  readonly ja3s?: string | null;
  readonly cipher?: string | null;
  readonly legacy?: string | null;
  readonly from: 'A' | 'B';
}

export interface CertificateTruth {
  readonly sha256: string;
  readonly serial?: string;
  readonly subject?: string;
  readonly issuer?: string;
  readonly validity?: [string, string];
  readonly key?: string;
  readonly bits?: number;
  readonly curve?: string;
}

export interface StreamTruth {
  readonly ch?: HelloTruth[];
  readonly sh?: HelloTruth[];
  readonly certs?: { readonly f: number; readonly from: 'A' | 'B'; readonly chain?: CertificateTruth[] }[];
  readonly alerts?: [frame: number, level: number | null, description: number | null, side: 'A' | 'B'][];
}

export interface Truth {
  readonly file: string;
  readonly tls: Readonly<Record<string, StreamTruth>>;
  readonly ooo?: { readonly tls?: Readonly<Record<string, StreamTruth>> };
  readonly streams: { readonly rows: readonly (readonly [index: number, a: string])[] };
}

export const truths: Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name) => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Partial<Truth> & { file: string })
      .filter((truth): truth is Truth => truth.tls !== undefined)
  : [];

export interface Found {
  readonly handshake: Handshake;
  /** Our side of the end that tshark calls A: the sender of the first frame. */
  readonly sideOfFirstFrame: 0 | 1;
}

/** Handshakes by tcp.stream. */
export async function handshakesOf(truth: Truth): Promise<Map<number, Found>> {
  const run = new TlsConnections();
  const tap = new StreamTap((_, id) => run.conversation(id), 'linux');
  const analysis = await analyze([join(captures, truth.file)], { observer: tap });
  tap.finish();
  const { connections: c } = analysis.facts;
  const indexes = c.indexes();
  const senders = new Map(truth.streams.rows.map(([index, a]) => [index, a]));
  return new Map(
    run.found.map(({ id, handshake }) => {
      const isOriginator = `${c.address(id, 0)} ${c.port(id, 0)}` === senders.get(indexes[id]!);
      return [indexes[id]!, { handshake, sideOfFirstFrame: isOriginator ? 0 : 1 }];
    }),
  );
}
