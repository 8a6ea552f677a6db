/** Counts of sockets by state: one row a host, or one row a step. */
import { type SeriesHead, type TableHead, stateNames } from '../netstat-documents.ts';
import { forTerminal } from '../sanitize.ts';
import type { ByState, HostRow, StepRow } from '../socket-rows.ts';
import * as say from './format.ts';
import { type NetstatTextOptions, lines, titleText } from './netstat-table.ts';
import { type Column, tableText } from './table.ts';

/** Hosts that are shown one by one; of the rest only the sum. */
const MAX_HOSTS = 40;

interface Counts {
  readonly total: number;
  readonly byState: ByState;
}

/** Columns of the states that occur, `most` of each. Where room is short, those with the fewest sockets go first. */
function countColumns<Row extends Counts>(most: ByState): Column<Row>[] {
  const names = stateNames.filter((name) => most[name] !== undefined);
  const byCount = names.toSorted((x, y) => most[y]! - most[x]!);
  const columns = names.map((name): Column<Row> => ({
    title: name,
    right: true,
    width: name.length,
    drop: byCount.indexOf(name) + 1,
    text: ({ byState }) => (byState[name] === undefined ? '' : say.count(byState[name])),
  }));
  return [{ title: 'sockets', right: true, width: 7, text: (row) => say.count(row.total) }, ...columns];
}

/** Pieces of text: the hosts with the most sockets, the rest, and all of them. */
export function* summaryText(head: TableHead, rows: Iterable<HostRow>, options: NetstatTextOptions): Generator<string> {
  yield* lines([titleText(head, options), ''], options.width);
  const hostColumn: Column<HostRow> = { title: 'host', width: 15, gives: true, text: (row) => row.host };
  yield* tableText([hostColumn, ...countColumns<HostRow>(head.byState)], busiest(rows), options.width, options.utc);
}

const compare = (a: HostRow, b: HostRow): number => b.total - a.total;

function busiest(rows: Iterable<HostRow>): HostRow[] {
  let kept: HostRow[] = [];
  const rest: HostRow & { hosts: number } = { host: '', hosts: 0, total: 0, byState: {} };
  const leave = (row: HostRow): void => {
    rest.hosts++;
    add(rest, row);
  };
  const all: HostRow = { host: 'all', total: 0, byState: {} };
  for (const row of rows) {
    add(all, row);
    if (kept.push(row) < 2 * MAX_HOSTS) continue;
    kept = kept.toSorted(compare);
    kept.splice(MAX_HOSTS).forEach(leave);
  }
  kept = kept.toSorted(compare);
  kept.splice(MAX_HOSTS).forEach(leave);
  if (rest.hosts > 0) kept.push({ ...rest, host: `${say.count(rest.hosts)} more hosts` });
  return kept.length > 1 ? [...kept, all] : kept;
}

function add(sum: HostRow, row: HostRow): void {
  sum.total += row.total;
  for (const [name, count] of Object.entries(row.byState)) sum.byState[name] = (sum.byState[name] ?? 0) + count;
}

/** Pieces of text. Steps that are like the one before are shown all the same. */
export function* seriesText(head: SeriesHead, rows: Iterable<StepRow>, options: NetstatTextOptions): Generator<string> {
  const steps = [...rows];
  yield* lines([seriesTitle(head, steps.length, options), ''], options.width);
  const most: ByState = {};
  for (const { byState } of steps) {
    for (const [name, count] of Object.entries(byState)) most[name] = Math.max(most[name] ?? 0, count);
  }
  const timeColumns: Column<StepRow>[] = [
    {
      title: 'time',
      width: 12,
      drop: 99,
      text: ({ time }, utc) => (time === null ? '' : say.localTime(time, utc).time),
    },
    { title: 'second', right: true, width: 8, text: ({ seconds }) => String(Number(seconds.toFixed(6))) },
  ];
  yield* tableText([...timeColumns, ...countColumns<StepRow>(most)], steps, options.width, options.utc);
}

function seriesTitle(head: SeriesHead, count: number, { name, utc, states }: NetstatTextOptions): string {
  if (head.fromTime === null) return `${forTerminal(name)}  no frames`;
  const { date, time, zone } = say.localTime(head.fromTime, utc);
  const steps = `${say.count(count)} ${count === 1 ? 'step' : 'steps'} of ${say.duration(head.everySeconds)}`;
  const what = states.length === 0 ? 'sockets by state' : `sockets: ${states.join(', ')}`;
  return `${forTerminal(name)} from ${date} ${time} ${zone}  ${steps}  ${what}`;
}
