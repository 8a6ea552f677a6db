/** Our recordings of programs that speak in frames, with what they say of themselves. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../../../src/analysis.ts';
import { analyze } from '../../../src/analyze.ts';
import type { Side, StreamSink } from '../../../src/stream/segment.ts';
import { StreamTap } from '../../../src/stream/tap.ts';

const recordings = join(import.meta.dirname, '../../../fixtures/messages');

/** What a connection of framings.json carried: lengths of the messages of both sides, and the hash of all their bytes. */
export interface Spoken {
  /** Of its client and of its server. */
  readonly ports: string;
  readonly spec: string;
  readonly sides: readonly [Told, Told];
}

interface Told {
  readonly lengths: readonly number[];
  readonly sha256: string;
}

type Row = [ports: string, spec: string, sent: string, sentHash: string, received: string, receivedHash: string];

const told = (lengths: string, sha256: string): Told => ({ lengths: lengths.split(' ').map(Number), sha256 });

export const framings = (JSON.parse(readFileSync(join(recordings, 'framings.json'), 'utf8')) as Row[]).map(
  ([ports, spec, sent, sentHash, received, receivedHash]): Spoken => ({
    ports,
    spec,
    sides: [told(sent, sentHash), told(received, receivedHash)],
  }),
);

/** Both ends of the line. */
export const framingCaptures = ['framings-client.pcap.gz', 'framings-server.pcap.gz'] as const;

/** A sink for every connection, by its ports. */
export async function sinksOf<Sink extends StreamSink>(
  capture: string,
  make: () => Sink,
): Promise<{ analysis: Analysis; sinks: ReadonlyMap<string, Sink> }> {
  const byId: Sink[] = [];
  const tap = new StreamTap((_, id) => (byId[id] = make()), 'linux');
  const analysis = await analyze([join(recordings, capture)], { observer: tap });
  tap.finish();
  const { connections: c } = analysis.facts;
  return { analysis, sinks: new Map(byId.map((sink, id) => [`${c.port(id, 0)} ${c.port(id, 1)}`, sink])) };
}

export const sides: readonly Side[] = [0, 1];
