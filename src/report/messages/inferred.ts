/** Framings that nobody gave, inferred server by server. */
import { type Inferred, type Unknown, infer } from '../../app/infer/infer.ts';
import type { SampleSink } from '../../app/infer/sample.ts';
import { type Service, services } from '../../app/identify.ts';
import type { Family } from '../../app/infer/candidate.ts';
import type { Facts } from '../../detect/facts.ts';
import type { Side } from '../../stream/segment.ts';
import { type SideName, sideNames } from '../ladder/model.ts';

export interface InferredRow {
  /** Of the server. */
  readonly address: string;
  readonly port: number;
  /** Connections whose first bytes were looked at, and how many bytes of each side. */
  readonly connections: number;
  readonly originatorBytes: number;
  readonly responderBytes: number;
  /** As `--frame` takes it; null where none can be told, and then why. */
  readonly framing: string | null;
  readonly family: Family | null;
  readonly netty: string | null;
  readonly confidence: number;
  /** Sides that it explains, and how many of their bytes. */
  readonly sides: readonly SideName[];
  readonly explainedBytes: number;
  readonly messages: number;
  readonly shortest: number;
  readonly longest: number;
  /** Where senders paused, and how often that was at the end of a message. */
  readonly pauses: number;
  readonly pausesAtEnds: number;
  /** Framings of other kinds that explain the same. */
  readonly alternatives: readonly string[];
  readonly unknown: Unknown | null;
}

/** A connection by its record, and its first bytes. */
export interface Sampled {
  readonly id: number;
  readonly sink: SampleSink;
}

/** Services that have more to them than a framing; SMTP and FTP are lines. */
const own: ReadonlySet<string> = new Set<Service>(['http', 'http2', 'ssh', 'tls']);

/** One row a server, in the order of their first connections; none for a server with which nobody spoke. */
export function inferredRows({ connections: c }: Facts, sampled: readonly Sampled[]): InferredRow[] {
  const servers = new Map<string, Server>();
  const serviceOf = c.digest().services;
  for (const { id, sink } of sampled) {
    if (!sink.hasBytes || !c.isCounted(id)) continue;
    const [address, port] = [c.address(id, 1), c.port(id, 1)];
    const key = `${address} ${port}`;
    const server = servers.get(key) ?? { address, port, isOwn: false, sinks: [] };
    servers.set(key, server);
    server.sinks.push(sink);
    server.isOwn ||= own.has(services[serviceOf[id]!]!);
  }
  return [...servers.values()].map(rowOf);
}

interface Server {
  readonly address: string;
  readonly port: number;
  /** Its first bytes are those of a protocol of its own. */
  isOwn: boolean;
  readonly sinks: SampleSink[];
}

function rowOf({ address, port, isOwn, sinks }: Server): InferredRow {
  const samples = sinks.map((sink) => sink.sample());
  const bytesOf = (side: Side): number => samples.reduce((sum, { sides }) => sum + sides[side].bytes.length, 0);
  return {
    address,
    port,
    connections: sinks.length,
    originatorBytes: bytesOf(0),
    responderBytes: bytesOf(1),
    ...verdict(infer(samples, isOwn)),
  };
}

type Verdict = Omit<InferredRow, 'address' | 'port' | 'connections' | 'originatorBytes' | 'responderBytes'>;

const nothing: Verdict = {
  framing: null,
  family: null,
  netty: null,
  confidence: 0,
  sides: [],
  explainedBytes: 0,
  messages: 0,
  shortest: 0,
  longest: 0,
  pauses: 0,
  pausesAtEnds: 0,
  alternatives: [],
  unknown: null,
};

function verdict(found: Inferred | Unknown): Verdict {
  if (typeof found === 'string') return { ...nothing, unknown: found };
  const { family, spec, netty, confidence, sides, alternatives } = found;
  const walks = sides.map((side) => found.walks[side]);
  const sum = (of: (walk: (typeof walks)[number]) => number): number => walks.reduce((all, walk) => all + of(walk), 0);
  return {
    framing: spec,
    family,
    netty,
    confidence,
    sides: sides.map((side) => sideNames[side]),
    explainedBytes: sum(({ explained }) => explained),
    messages: sum(({ messages }) => messages),
    shortest: Math.min(...walks.map(({ shortest, longest }) => Math.min(shortest, longest))),
    longest: Math.max(...walks.map(({ longest }) => longest)),
    pauses: sum(({ pauses }) => pauses),
    pausesAtEnds: sum(({ hits }) => hits),
    alternatives,
    unknown: null,
  };
}
