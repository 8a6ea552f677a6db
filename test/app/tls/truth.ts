/** What tshark says of the TLS in ../shared/captures, and our own reading of the same. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../../../src/analyze.ts';
import type { Handshake } from '../../../src/app/tls/handshake.ts';
import { Decryptor } from '../../../src/app/tls/decryptor.ts';
import { KeyLog } from '../../../src/app/tls/key-log.ts';
import { TlsConnections } from '../../../src/app/tls/run.ts';
import type { StreamSink } from '../../../src/stream/segment.ts';
import { TlsRun } from '../../../src/cli/tls-run.ts';

export const captures = join(import.meta.dirname, '../../../../shared/captures');

interface HelloTruth {
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
  readonly decrypted?: {
    readonly http: {
      readonly requests: readonly (readonly [
        frame: number,
        stream: number,
        method: string,
        uri: string,
        host: string,
      ])[];
      readonly responses: readonly (readonly [frame: number, stream: number, status: number])[];
    };
    readonly tls_certs?: Readonly<Record<string, StreamTruth['certs']>>;
    readonly tls_hs?: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly http2_frames: Readonly<Record<string, number>>;
  };
  readonly streams: { readonly rows: readonly (readonly [index: number, a: string])[] };
}

export const truths: Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name) => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Partial<Truth> & { file: string })
      .filter((truth): truth is Truth => truth.tls !== undefined)
  : [];

export interface Found {
  readonly id: number;
  readonly handshake: Handshake;
  /** Our side of the end that tshark calls A: the sender of the first frame. */
  readonly sideOfFirstFrame: 0 | 1;
}

/** Key log of a capture: the file beside it, and secrets in it. */
function keysOf(file: string): KeyLog {
  const log = new KeyLog();
  const beside = join(captures, `${file}.keys`);
  if (existsSync(beside)) log.add(readFileSync(beside, 'utf8'));
  return log;
}

/** Handshakes by tcp.stream. `plain`: decrypts where there are secrets, and takes what that gives. */
export async function handshakesOf(truth: Truth, plain?: (id: number) => StreamSink): Promise<Map<number, Found>> {
  const log = keysOf(truth.file);
  const tls = new TlsConnections((id, handshake) =>
    plain === undefined || log.isEmpty ? null : new Decryptor(handshake, { log, rsa: [] }, plain(id)),
  );
  const run = new TlsRun(tls);
  const path = join(captures, truth.file);
  const analysis = await analyze([path], { observer: run.observer, onOpen: ({ secrets }) => log.watch(secrets) });
  run.finish();
  const { connections: c } = analysis.facts;
  const indexes = c.indexes();
  const senders = new Map(truth.streams.rows.map(([index, a]) => [index, a]));
  return new Map(
    tls.found
      .filter(({ id }) => !c.isUdp(id))
      .map(({ id, handshake }) => {
        const isOriginator = `${c.address(id, 0)} ${c.port(id, 0)}` === senders.get(indexes[id]!);
        return [indexes[id]!, { id, handshake, sideOfFirstFrame: isOriginator ? 0 : 1 }];
      }),
  );
}
