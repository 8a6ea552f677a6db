/** Captures' attempts -> victims: where handshakes failed in number, when, from whom, and what it was. */
import type { Connections } from '../../flow/connections.ts';
import { Word } from '../../flow/records.ts';
import type { Facts } from '../facts.ts';
import { Attempt, Clock, isFailed } from './attempts.ts';
import { type Acceptance, acceptanceOf, noAcceptance } from './accept-queue.ts';
import { type Change, type Series, findChange } from './change-point.ts';
import { type Clients, type Fare, type Visit, affectedOf, clientsOf, fareOf, visitsOf } from './clients.ts';
import type { Columns } from './columns.ts';
import { cookieOptionsOf } from './cookie-options.ts';
import { type Defence, defenceOf, unknownDefence } from './defence.ts';
import { HalfOpen, halfOpenOf, noEntries } from './half-open.ts';
import { MAX_FRAMES } from './limits.ts';
import { type Outcomes, outcomesOf } from './outcomes.ts';
import { SAMPLED_WIDTH, beyondUse, completedIn, peakOf, seriesOf } from './series.ts';
import { type Shapes, shapesOf } from './shapes.ts';
import { type Sources, sourcesOf } from './sources.ts';
import { type Spoofing, spoofingOf } from './spoofing.ts';
import { type Target, findTargets } from './targets.ts';
import { type Thresholds, defaults, leastOf } from './thresholds.ts';
import { WordSet } from './word-set.ts';
import { type Judgement, judgeCase } from './verdict.ts';

export interface Victim {
  readonly target: Target;
  readonly clock: Clock;
  readonly judgement: Judgement;
  readonly change: Change;
  readonly series: Series;
  /** Seconds from the capture's beginning. */
  readonly onset: number;
  readonly end: number;
  readonly columns: Columns;
  /** Rows of the columns that are the attack's. */
  readonly rows: Int32Array;
  readonly peakRate: number;
  readonly outcomes: Outcomes;
  readonly sources: Sources;
  readonly spoofing: Spoofing;
  readonly shapes: Shapes;
  readonly queue: HalfOpen;
  readonly defence: Defence;
  /** Worked out when asked for, as are the two below. */
  readonly acceptance: Acceptance;
  readonly clients: Clients;
  /** How clients fared. */
  readonly visits: readonly Visit[];
  readonly fares: Fares;
  readonly affected: ReturnType<typeof affectedOf>;
  readonly frames: readonly number[];
}

interface Fares {
  readonly before: Fare;
  readonly during: Fare;
  readonly after: Fare;
}

const known = new WeakMap<Connections, { readonly thresholds: Thresholds; readonly victims: readonly Victim[] }>();

/** With the same thresholds they are worked out once for a run. */
export function victimsOf(facts: Facts, thresholds: Thresholds = facts.floodThresholds ?? defaults): readonly Victim[] {
  const before = known.get(facts.connections);
  if (before?.thresholds === thresholds) return before.victims;
  const victims = findVictims(facts, thresholds);
  known.set(facts.connections, { thresholds, victims });
  return victims;
}

/** Those with the most failed attempts first. */
function findVictims(facts: Facts, thresholds: Thresholds): Victim[] {
  const { connections: c, totals, limits } = facts;
  const clock = new Clock(c, totals.firstSeconds, totals.firstNanoseconds);
  const targets = findTargets(c, clock, limits, thresholds);
  return targets.flatMap((target) => victimAt(facts, clock, target, thresholds) ?? []);
}

function victimAt(facts: Facts, clock: Clock, target: Target, thresholds: Thresholds): Victim | null {
  const { connections: c, limits } = facts;
  const { columns } = target;
  const series = seriesOf(clock, columns, thresholds.sampling > 1 ? SAMPLED_WIDTH : 0);
  const change = findChange(thresholds.sampling > 1 ? beyondUse(series) : series, thresholds);
  const [first, last] = [change.phases[0], change.phases.at(-1)];
  if (first === undefined || last === undefined) return null;
  const from = series.from + first.first * series.width;
  const to = series.from + (last.last + 1) * series.width;
  // A sample has pieces of connections: who completed one cannot be told.
  const isSampled = thresholds.sampling > 1;
  const clients = isSampled ? nobody : clientsOf(columns, limits);
  const attack = attackOf(columns, clients, from, to);
  // What is left when clients that tried again are taken out may be nothing: then it is about them.
  const least = leastOf(thresholds);
  const rows = attack.length >= least ? attack : attackOf(columns, null, from, to);
  if (rows.length < least || (isSampled && isUsed(columns, rows.length, from, to))) return null;
  const [onset, end] = spanOf(columns, rows);
  const outcomes = outcomesOf(c, clock, columns, rows, target.ipv6);
  const sources = sourcesOf(c, columns, rows, target.ipv6);
  const completers = completersOf(columns, rows, clients);
  const spoofing = spoofingOf(sources, outcomes, completers, thresholds);
  const shapes = shapesOf(c, columns.ids, rows);
  const queue = isSampled ? new HalfOpen(noEntries) : halfOpenOf(c, clock, columns, limits);
  const defence = isSampled ? unknownDefence : defenceOf(outcomes, queue, cookieOptionsOf(c, columns));
  const peakRate = peakOf(series, first.first, last.last, 1);
  let visits: readonly Visit[] | null = null;
  let fares: Fares | null = null;
  let acceptance: Acceptance | null = null;
  const judgement = judgeCase(
    {
      kind: target.kind,
      failed: rows.length,
      sources,
      outcomes,
      spoofing,
      hosts: target.hosts.length,
      places: placesOf(c, target, rows),
      durationSeconds: end - onset,
      peakRate,
      completers,
      completed: completedIn(series),
      watchedSeconds: clock.end - columns.at[rows[rows.length >> 1]!]!,
      toolShare: shapes.sampled === 0 ? 0 : toolSyns(shapes) / shapes.sampled,
    },
    thresholds,
  );
  return {
    target,
    clock,
    judgement,
    change,
    series,
    onset,
    end,
    columns,
    rows,
    peakRate,
    outcomes,
    sources,
    spoofing,
    shapes,
    queue,
    defence,
    get acceptance() {
      return (acceptance ??= isSampled ? noAcceptance : acceptanceOf(facts, clock, target, queue, defence));
    },
    clients,
    get visits() {
      return (visits ??= visitsOf(c, clock, columns, clients));
    },
    get fares() {
      return (fares ??= faresOf(c, this.visits, onset, end));
    },
    get affected() {
      return affectedOf(c, this.visits, onset, end + END_SLACK);
    },
    frames: [...rows.subarray(0, MAX_FRAMES)].map((row) => c.word(columns.ids[row]!, Word.firstFrame) >>> 0),
  };
}

/** The last SYN belongs to the attack. */
const END_SLACK = 1e-6;

function faresOf(c: Connections, visits: readonly Visit[], onset: number, end: number): Fares {
  return {
    before: fareOf(c, visits, -Infinity, onset),
    during: fareOf(c, visits, onset, end + END_SLACK),
    after: fareOf(c, visits, end + END_SLACK, Infinity),
  };
}

const nobody: Clients = {
  rows: new Int32Array(0),
  known: new Uint8Array(0),
  addresses: new WordSet(new Int32Array(0)),
};

/** Of used connections a sample has more frames than SYNs. */
function isUsed({ kind, at }: Columns, syns: number, from: number, to: number): boolean {
  let used = 0;
  for (let row = 0; row < kind.length; row++) {
    if (kind[row] === Attempt.completed && at[row]! >= from && at[row]! <= to) used++;
  }
  return used >= syns / 2;
}

/** Rows of failed attempts within the phases, without those of clients that meant it. */
function attackOf({ at, kind }: Columns, clients: Clients | null, from: number, to: number): Int32Array {
  const rows = new Int32Array(kind.length);
  const theirs = clients?.rows ?? new Int32Array(0);
  let count = 0;
  let next = 0;
  for (let row = 0; row < kind.length; row++) {
    if (row === theirs[next]) next++;
    else if (isFailed(kind[row]!) && at[row]! >= from && at[row]! <= to) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** Frames need not be in order of time. */
function spanOf({ at }: Columns, rows: Int32Array): [onset: number, end: number] {
  let [onset, end] = [Infinity, 0];
  for (let i = 0; i < rows.length; i++) {
    const moment = at[rows[i]!]!;
    if (moment < onset) onset = moment;
    if (moment > end) end = moment;
  }
  return [onset, end];
}

/** Sources of failed attempts that completed others. */
function completersOf({ source }: Columns, rows: Int32Array, { addresses }: Clients): number {
  if (addresses.size === 0) return 0;
  const found = new Uint8Array(addresses.size);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const place = addresses.indexOf(source[rows[i]!]!);
    if (place < 0 || found[place] === 1) continue;
    found[place] = 1;
    count++;
  }
  return count;
}

/** Ports of the hosts that were tried, counted by host. */
function placesOf(c: Connections, { kind, columns: { ids, port } }: Target, rows: Int32Array): number {
  if (kind === 'listener') return 1;
  const places = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    places[i] = c.word(ids[row]!, Word.addressB) * PORTS + port[row]!;
  }
  places.sort();
  return places.reduce((count, place, i) => count + (i === 0 || place !== places[i - 1] ? 1 : 0), 0);
}

const PORTS = 65_536;

const toolSyns = ({ clusters }: Shapes): number =>
  clusters.reduce((sum, { tool, syns }) => sum + (tool === null ? 0 : syns), 0);
