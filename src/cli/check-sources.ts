/** Where the rows of each collection of a policy come from. To add one: its line in `sources`. */
import type { Framing } from '../app/framing/spec.ts';
import { Boundaries } from '../app/framing/boundaries.ts';
import { ConnectionMessages, Room } from '../app/framing/gathered.ts';
import type { Analysis } from '../analysis.ts';
import type { ProtocolRows } from '../check/init-protocols.ts';
import type { KnownHosts } from '../app/ssh/known-hosts.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import { detectAll } from '../detect/index.ts';
import { type Finding, bySeverity } from '../detect/finding.ts';
import type { FrameSource } from '../capture/source.ts';
import type { Observer } from '../flow/observer.ts';
import { WORDS, Word } from '../flow/records.ts';
import { type RunOfQueries, queryRows } from '../report/dns/document.ts';
import { type FramedRun, messageRows, messagesDocument } from '../report/messages/document.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import { StreamTap } from '../stream/tap.ts';
import { DnsRun, queriesOf } from './dns-run.ts';

/** Rows by name of the collection, made after the run; and what has to observe the run for them. */
export interface Source {
  readonly observer?: Observer;
  /** The capture is open. */
  readonly onOpen?: (source: FrameSource) => void;
  /** The capture is at its end: what was gathered becomes a fact, before findings are looked for. */
  readonly finish?: (analysis: Analysis) => void;
  /** Beside those that need nothing but facts; asked for once. */
  readonly findings?: (analysis: Analysis) => readonly Finding[];
  readonly rows: Readonly<Record<string, (analysis: Analysis) => Iterable<object>>>;
}

interface Wanted {
  readonly names: readonly string[];
  readonly framings: ReadonlyMap<number, Framing>;
  /** Findings that rules look at: those of the baseline are left out. */
  readonly findings: () => readonly Finding[];
  /** Null: the roots that come with Node. */
  readonly trust: TrustStore | null;
  readonly knownHosts: KnownHosts | null;
  /** Header fields of HTTP are asked about. */
  readonly headers: boolean;
}

/**
 * The sources that these collections need, each once; findings need all that have some. Rows of connections are read
 * beside their records, see `check.ts`.
 */
export async function sourcesOf(wanted: Wanted): Promise<Source[]> {
  const { names } = wanted;
  const isWanted = ({ rows, findings }: Source): boolean =>
    names.some((name) => Object.hasOwn(rows, name)) || (findings !== undefined && names.includes('findings'));
  const all = sources.map((make) => make(wanted));
  if (names.some((name) => protocolNames.has(name) || name === 'findings')) all.push(await protocols(wanted));
  return all.filter(isWanted);
}

/** What decodes them is loaded when somebody asks. */
async function protocols({ headers, ...wanted }: Wanted): Promise<Source> {
  const { protocolSource } = await import('./check-protocols.ts');
  return protocolSource({ ...wanted, telling: { headers, explains: false, secrets: false } });
}

const protocolNames: ReadonlySet<string> = new Set(['http', 'tls', 'ssh', 'websocket']);

/** All findings of the run, the most severe first. */
export const findingsOf = (analysis: Analysis, from: readonly Source[]): Finding[] =>
  bySeverity([...detectAll(analysis.facts), ...from.flatMap(({ findings }) => findings?.(analysis) ?? [])]);

/** Frames that took part. */
export function framesOf(analysis: Analysis): number {
  const { framesRead, framesSkipped } = analysis.heading().accounting;
  return framesRead - Object.values(framesSkipped).reduce((sum, frames) => sum + frames, 0);
}

/** Rows of the protocols, from sources that were made for findings. */
export function protocolRows(from: readonly Source[], analysis: Analysis): ProtocolRows {
  const rowsOf = new Map(from.flatMap(({ rows }) => Object.entries(rows)));
  const names = ['http', 'tls', 'ssh', 'dns', 'websocket'] as const satisfies (keyof ProtocolRows)[];
  return Object.fromEntries(names.map((name) => [name, rowsOf.get(name)!(analysis)])) as unknown as ProtocolRows;
}

const sources: readonly ((wanted: Wanted) => Source)[] = [
  ({ findings }) => ({ rows: { findings } }),
  () => ({ rows: { totals: (analysis) => [analysis.analyzeDocument()] } }),
  () => ({ rows: { victims: (analysis) => analysis.synfloodDocument().victims } }),
  ({ framings }) => messagesSource(framings),
  dnsSource,
];

function dnsSource(): Source {
  const dns = new DnsRun();
  let run: RunOfQueries | null = null;
  const finished = ({ facts }: Analysis): RunOfQueries => (run ??= queriesOf(facts, dns));
  return {
    observer: dns.observer,
    finish: (analysis) => {
      for (const limit of finished(analysis).limits) analysis.facts.limits.add(limit);
    },
    findings: (analysis) => finished(analysis).findings,
    rows: { dns: (analysis) => queryRows(finished(analysis)) },
  };
}

/** Messages of the connections that a framing is given for. */
function messagesSource(framings: ReadonlyMap<number, Framing>): Source {
  const room = new Room();
  const found: { id: number; gathered: ConnectionMessages; reads: null; head: null }[] = [];
  const tap = new StreamTap(({ table }, id) => {
    const ports = table.records.w[id * WORDS + Word.ports]!;
    const framing = framings.get(ports & 0xffff) ?? framings.get(ports >>> 16) ?? framings.get(0);
    if (framing === undefined) return null;
    const gathered = new ConnectionMessages(framing.spec, room);
    found.push({ id, gathered, reads: null, head: null });
    return new Boundaries(framing.open, gathered);
  }, DEFAULT_POLICY);
  let run: FramedRun | null = null;
  const finished = ({ facts }: Analysis): FramedRun => {
    if (run !== null) return run;
    tap.finish();
    if (tap.limitReached) facts.limits.add('held-bytes');
    if (room.limitReached) facts.limits.add('messages');
    const counted = found.filter(({ id }) => facts.connections.isCounted(id));
    for (const { id, gathered } of counted) facts.streams.push({ id, stream: tap.streams[id]!, messages: gathered });
    return (run = { framed: counted, policy: DEFAULT_POLICY, plan: null, inferred: null, limits: [] });
  };
  return {
    observer: tap,
    finish: finished,
    rows: {
      messages: (analysis) => messageRows(analysis.facts, finished(analysis)),
      framings: (analysis) => messagesDocument(analysis.facts, finished(analysis), []).connections,
      framingProblems: (analysis) => messagesDocument(analysis.facts, finished(analysis), []).problems,
    },
  };
}
