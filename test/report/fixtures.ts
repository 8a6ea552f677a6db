/** The recorded captures of fixtures/, and the documents that the pipeline makes of them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../../src/analysis.ts';
import { analyze } from '../../src/analyze.ts';
import { Decoding } from '../../src/decoding.ts';
import { SocketTable } from '../../src/flow/sockets/table.ts';
import { wholePeriod } from '../../src/flow/sockets/walk.ts';
import { jsonPieces } from '../../src/report/json.ts';
import { tableHead } from '../../src/report/netstat-documents.ts';
import { socketRows } from '../../src/report/socket-rows.ts';

/** Every capture under fixtures/, however many there are. */
export const fixtures: readonly string[] = readdirSync('fixtures', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.pcap(ng)?$/.test(name))
  .map((name) => join('fixtures', name))
  .toSorted();

export const FIRST_LOOK = join('fixtures', 'first-look', 'site.pcap');

const done = new Map<string, Promise<Analysis>>();

/** One run for each capture, however many tests look at it. */
export function analysisOf(path: string): Promise<Analysis> {
  let analysis = done.get(path);
  if (analysis === undefined) done.set(path, (analysis = decoded(path)));
  return analysis;
}

/** As `analyze` and `findings` run it. */
async function decoded(path: string): Promise<Analysis> {
  const decoding = new Decoding();
  const analysis = await analyze([path], { observer: decoding.observer, onOpen: decoding.onOpen });
  decoding.finish(analysis.facts);
  return analysis;
}

/** The text that `analyze --json` and `conns --json` print. */
export const analyzeText = (analysis: Analysis): string => [...jsonPieces(analysis.analyzeDocument())].join('');
export const connsText = (analysis: Analysis): string =>
  [...jsonPieces(analysis.heading(), 'connections', analysis.connectionRows())].join('');

/** The text that `netstat --json` prints, of the end of the capture. */
export function netstatText({ facts }: Analysis): string {
  const period = wholePeriod(facts.totals)!;
  const table = new SocketTable(facts.connections, period, period.end, { states: null, host: null });
  const head = tableHead(facts, table, period.begin, period.end);
  return [...jsonPieces(head, 'sockets', socketRows(facts.connections, table, period.end, facts.connections))].join('');
}
