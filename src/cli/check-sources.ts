/** Where the rows of each collection of a policy come from. To add one: its line in `sources`. */
import type { Framing } from '../app/framing/spec.ts';
import { Boundaries } from '../app/framing/boundaries.ts';
import { ConnectionMessages, Room } from '../app/framing/gathered.ts';
import type { Analysis } from '../analyze.ts';
import type { Finding } from '../detect/finding.ts';
import type { Observer } from '../flow/observer.ts';
import { WORDS, Word } from '../flow/records.ts';
import { type FramedRun, messageRows, messagesDocument } from '../report/messages/document.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import { StreamTap } from '../stream/tap.ts';

/** Rows by name of the collection, made after the run; and what has to observe the run for them. */
export interface Source {
  readonly observer?: Observer;
  /** The capture is at its end: what was gathered becomes a fact, before findings are looked for. */
  readonly finish?: (analysis: Analysis) => void;
  readonly rows: Readonly<Record<string, (analysis: Analysis) => Iterable<object>>>;
}

interface Wanted {
  readonly names: readonly string[];
  readonly framings: ReadonlyMap<number, Framing>;
  /** Findings that rules look at: those of the baseline are left out. */
  readonly findings: () => readonly Finding[];
}

/** The sources that these collections need, each once. Rows of connections are read beside their records, see `check.ts`. */
export function sourcesOf(wanted: Wanted): Source[] {
  const isWanted = ({ rows }: Source): boolean => wanted.names.some((name) => Object.hasOwn(rows, name));
  return sources.map((make) => make(wanted)).filter(isWanted);
}

const sources: readonly ((wanted: Wanted) => Source)[] = [
  ({ findings }) => ({ rows: { findings } }),
  () => ({ rows: { totals: (analysis) => [analysis.analyzeDocument()] } }),
  () => ({ rows: { victims: (analysis) => analysis.synfloodDocument().victims } }),
  ({ framings }) => messagesSource(framings),
];

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
