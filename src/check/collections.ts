/**
 * What rules can be about: rows of the documents, each described by the schema of the command that prints them.
 * To add one: its line here, and where its rows come from in `cli/check-sources.ts`.
 */
import { versionNames } from '../app/tls/names.ts';
import { severities } from '../detect/finding.ts';
import type { Schema } from '../report/schema/parts.ts';
import { schemaOf } from '../report/schema/registry.ts';

export interface Collection {
  readonly name: string;
  /** The command whose document has the rows, and their key there; null where the document itself is the one row. */
  readonly command: string;
  readonly key: string | null;
  /** Paths in a row: the connection that it is about, and its first frame; null where there is none. */
  readonly connection: string | null;
  readonly frame: string | null;
  /** What is told of a row when the rule itself asks for no field. */
  readonly tells: readonly string[];
  /** What a row is called in sentences, where it is not what the collection is called. */
  readonly rows?: string;
  /** Fields whose values, which may be globs, go from the least to the greatest, so that `atLeast` makes sense. */
  readonly ordered?: Readonly<Record<string, readonly string[]>>;
  /** Rows that are only worth something when none is there: no row is no reason to fail. */
  readonly rare?: true;
}

export const collections: readonly Collection[] = [
  {
    name: 'connections',
    command: 'conns',
    key: 'connections',
    connection: 'id',
    frame: 'firstFrame',
    tells: ['connState'],
  },
  {
    name: 'findings',
    command: 'findings',
    key: 'findings',
    connection: 'connection',
    frame: 'frames',
    tells: ['id', 'summary'],
    ordered: { severity: severities },
    rare: true,
  },
  {
    name: 'messages',
    command: 'messages',
    key: 'messages',
    connection: 'connection',
    frame: 'frames',
    tells: ['class', 'cause'],
  },
  {
    name: 'framings',
    command: 'messages',
    key: 'connections',
    connection: 'connection',
    frame: null,
    tells: ['framing'],
  },
  {
    name: 'framingProblems',
    command: 'messages',
    key: 'problems',
    connection: 'connection',
    frame: 'frame',
    tells: ['problem', 'text'],
    rare: true,
  },
  {
    name: 'http',
    rows: 'HTTP requests',
    command: 'http',
    key: 'transactions',
    connection: 'connection',
    frame: 'frames.requestStart',
    tells: ['method', 'host', 'path', 'status'],
  },
  {
    name: 'tls',
    rows: 'TLS handshakes',
    command: 'tls',
    key: 'handshakes',
    connection: 'connection',
    frame: 'steps.frame',
    tells: ['version', 'cipher', 'serverName', 'outcome'],
    ordered: { version: versionNames },
  },
  {
    name: 'ssh',
    rows: 'SSH sessions',
    command: 'ssh',
    key: 'sessions',
    connection: 'connection',
    frame: 'steps.frame',
    tells: ['outcome', 'hostKey.sha256'],
  },
  {
    name: 'dns',
    rows: 'DNS queries',
    command: 'dns',
    key: 'queries',
    connection: 'connection',
    frame: 'frames.query',
    tells: ['name', 'type', 'rcode'],
  },
  {
    name: 'websocket',
    rows: 'WebSocket messages',
    command: 'websocket',
    key: 'messages',
    connection: 'connection',
    frame: 'frames.first',
    tells: ['type', 'closeCode', 'problems'],
  },
  {
    name: 'victims',
    command: 'synflood',
    key: 'victims',
    connection: null,
    frame: null,
    tells: ['address', 'port', 'verdict'],
    rare: true,
  },
  { name: 'totals', command: 'analyze', key: null, connection: null, frame: null, tells: ['complete'] },
];

/** What its rows are called in sentences. */
export const rowsOf = ({ rows, name }: Collection): string => rows ?? name;

export const collectionNames = collections.map(({ name }) => name);

/** The schema of a row, and the document's schema, in which its references point. */
export function rowSchema({ command, key }: Collection): { row: Schema; root: Schema } {
  const root = schemaOf(command)!;
  if (key === null) return { row: root, root };
  const rows = (root['properties'] as Record<string, Schema>)[key]!;
  return { row: rows['items'] as Schema, root };
}
