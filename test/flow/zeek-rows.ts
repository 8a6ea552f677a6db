/** Rows of Zeek's conn.log beside ../shared/captures, matched with our connections. */
import { readFileSync } from 'node:fs';
import type { ConnectionRow } from '../../src/report/model.ts';
import { endpoint } from '../../src/report/text/format.ts';

type LogRow = Readonly<Record<string, string | undefined>>;

export interface Run {
  /** Name of the Zeek test that printed the rows. */
  readonly test: string;
  /** Zeek's command line. */
  readonly command: string;
  readonly conns: readonly LogRow[];
}

/** What both sides say of one connection; `none` where one of them has no row. */
interface Pair {
  /** `originator > responder transport`, as Zeek has them. */
  readonly ends: string;
  readonly zeek: string;
  readonly ours: string;
}

export const runsOf = (path: string): readonly Run[] =>
  (JSON.parse(readFileSync(path, 'utf8')) as { runs: readonly Run[] }).runs;

/** The capture filter that Zeek was started with. */
export const filterOf = ({ command }: Run): string | undefined => / -f\s+["']([^"']+)["']/.exec(command)?.[1];

/** Zeek has rows of other transports as well. */
export const flowsOf = ({ conns }: Run): LogRow[] => conns.filter(({ proto }) => proto === 'tcp' || proto === 'udp');

const endsOf = (row: LogRow): readonly [string, string] => [
  endpoint(row['id.orig_h']!, Number(row['id.orig_p'])),
  endpoint(row['id.resp_h']!, Number(row['id.resp_p'])),
];

const ourEnds = ({ originator, responder }: ConnectionRow): readonly [string, string] => [
  endpoint(originator.address, originator.port),
  endpoint(responder.address, responder.port),
];

const zeekText = (row: LogRow): string =>
  [row['conn_state'], row['history'], row['orig_pkts'], row['resp_pkts']].join(' ');

const ourText = ({ connState, history, endpoints }: ConnectionRow): string =>
  [connState, history, endpoints.originator.frames, endpoints.responder.frames].join(' ');

/** Packet counts are absent where Zeek ran without its size analyzer. */
const isSame = ({ zeek, ours }: Pair): boolean =>
  zeek.endsWith(' - -') ? ours.startsWith(zeek.slice(0, -3)) : zeek === ours;

/** The pairs that differ, each with the number of times it occurs. */
export function differencesOf(run: Run, rows: readonly ConnectionRow[]): Map<string, number> {
  const pairs = flowsOf(run).some((row) => row['id.orig_h'] === undefined)
    ? pairsByText(run, rows)
    : pairsOf(run, rows);
  const found = new Map<string, number>();
  for (const pair of pairs) {
    if (isSame(pair)) continue;
    const text = differenceText(pair);
    found.set(text, (found.get(text) ?? 0) + 1);
  }
  return found;
}

export const differenceText = ({ ends, zeek, ours }: Pair): string => `${ends}: ${zeek} | ${ours}`;

/** Some logs have no columns for the ends: what neither side has an equal for is paired in order of its text. */
function pairsByText(run: Run, rows: readonly ConnectionRow[]): Pair[] {
  const ours = rows.map(ourText);
  const left = flowsOf(run)
    .map(zeekText)
    .filter((text) => {
      const at = ours.indexOf(text);
      if (at >= 0) ours.splice(at, 1);
      return at < 0;
    });
  const [a, b] = [left.toSorted(), ours.toSorted()];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => ({
    ends: '?',
    zeek: a[i] ?? 'none',
    ours: b[i] ?? 'none',
  }));
}

/** Matches by ends, in order: the times of Zeek's rows are masked. */
function pairsOf(run: Run, rows: readonly ConnectionRow[]): Pair[] {
  const theirs = groupBy(flowsOf(run), (row) => keyOf(endsOf(row), row['proto']!));
  const ours = groupBy(rows, (row) => keyOf(ourEnds(row), row.transport));
  const keys = new Set([...theirs.keys(), ...ours.keys()]);
  return [...keys].flatMap((key) => pairUp(theirs.get(key) ?? [], ours.get(key) ?? []));
}

const keyOf = (ends: readonly string[], transport: string): string => `${ends.toSorted().join(' ')} ${transport}`;

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** Zeek's timers make several rows of one connection: its further rows are compared with our last. */
function pairUp(theirs: readonly LogRow[], ours: readonly ConnectionRow[]): Pair[] {
  const count = Math.max(theirs.length, ours.length);
  return Array.from({ length: count }, (_, i) => pairOf(theirs[i], ours[Math.min(i, ours.length - 1)]));
}

function pairOf(zeek: LogRow | undefined, our: ConnectionRow | undefined): Pair {
  const ends = zeek === undefined ? ourEnds(our!) : endsOf(zeek);
  const flipped = our !== undefined && ourEnds(our)[0] !== ends[0] ? 'flipped ' : '';
  return {
    ends: `${ends.join(' > ')} ${zeek?.['proto'] ?? our!.transport}`,
    zeek: zeek === undefined ? 'none' : zeekText(zeek),
    ours: our === undefined ? 'none' : `${flipped}${ourText(our)}`,
  };
}
