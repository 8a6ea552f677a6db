/** Captures' attempts -> victims: where handshakes failed in number, when, from whom, and what it was. */
import type { Connections } from '../../flow/connections.ts';
import { WORDS, Word } from '../../flow/records.ts';
import type { Facts } from '../facts.ts';
import { Clock, attemptOf, isFailed } from './attempts.ts';
import { type Change, type Series, findChange, widthFor } from './change-point.ts';
import { type Clients, clientsOf } from './clients.ts';
import { type Defence, defenceOf } from './defence.ts';
import { type HalfOpen, halfOpenOf } from './half-open.ts';
import { MAX_FRAMES } from './limits.ts';
import { type Outcomes, outcomesOf } from './outcomes.ts';
import { type Shapes, shapesOf } from './shapes.ts';
import { type Sources, sourcesOf } from './sources.ts';
import { type Spoofing, spoofingOf } from './spoofing.ts';
import { type Target, findTargets } from './targets.ts';
import { type Thresholds, defaults } from './thresholds.ts';
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
  /** Numbers of the attack's connections. */
  readonly attack: Int32Array;
  readonly peakRate: number;
  readonly outcomes: Outcomes;
  readonly sources: Sources;
  readonly spoofing: Spoofing;
  readonly shapes: Shapes;
  readonly queue: HalfOpen;
  readonly defence: Defence;
  readonly clients: Clients;
  readonly frames: readonly number[];
}

const known = new WeakMap<Connections, readonly Victim[]>();

/** With the default thresholds; worked out once for a run. */
export function victimsOf(facts: Facts): readonly Victim[] {
  const before = known.get(facts.connections);
  if (before !== undefined) return before;
  const victims = findVictims(facts, defaults);
  known.set(facts.connections, victims);
  return victims;
}

/** Those with the most failed attempts first. */
export function findVictims({ connections: c, totals, limits }: Facts, thresholds: Thresholds): Victim[] {
  const targets = findTargets(c, limits, thresholds.handshakes);
  if (targets.length === 0) return [];
  const clock = new Clock(c, totals.firstSeconds, totals.firstNanoseconds);
  return targets.flatMap((target) => victimAt(c, clock, target, limits, thresholds) ?? []);
}

function victimAt(
  c: Connections,
  clock: Clock,
  target: Target,
  limits: Set<string>,
  thresholds: Thresholds,
): Victim | null {
  const ids = target.ids.subarray(0, target.count);
  const series = seriesOf(c, clock, ids);
  const change = findChange(series, thresholds);
  const [first, last] = [change.phases[0], change.phases.at(-1)];
  if (first === undefined || last === undefined) return null;
  const from = first.first * series.width;
  const to = (last.last + 1) * series.width;
  const clients = clientsOf(c, clock, ids, limits, from, to);
  const attack = attackOf(c, clock, ids, clients, from, to);
  // What is left when clients that tried again are taken out may be nothing: then it is about them.
  const meant = attack.length >= thresholds.handshakes ? attack : attackOf(c, clock, ids, null, from, to);
  if (meant.length < thresholds.handshakes) return null;
  const [onset, end] = [clock.start(meant[0]!), latest(clock, meant)];
  const outcomes = outcomesOf(c, clock, meant, target.ipv6);
  const sources = sourcesOf(c, meant, target.ipv6);
  const completers = completersOf(c, meant, clients);
  const spoofing = spoofingOf(sources, outcomes, completers, thresholds);
  const members = memberOf(meant);
  const shapes = shapesOf(c, members);
  const queue = halfOpenOf(c, clock, ids, limits);
  const peakRate = peakOf(series, first.first, last.last);
  const judgement = judgeCase(
    {
      kind: target.kind,
      failed: meant.length,
      sources,
      outcomes,
      spoofing,
      places: target.kind === 'prefix' ? target.hosts.length : portsOf(c, meant),
      durationSeconds: end - onset,
      peakRate,
      completers,
      completed: completedOf(series),
      watchedSeconds: clock.end - clock.start(meant[meant.length >> 1]!),
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
    attack: meant,
    peakRate,
    outcomes,
    sources,
    spoofing,
    shapes,
    queue,
    defence: defenceOf(outcomes, queue),
    clients: { ...clients, ...clientsOf(c, clock, ids, limits, onset, end + END_SLACK) },
    frames: [...meant.subarray(0, MAX_FRAMES)].map((id) => c.word(id, Word.firstFrame) >>> 0),
  };
}

/** The last SYN belongs to the attack. */
const END_SLACK = 1e-6;

function seriesOf(c: Connections, clock: Clock, ids: Int32Array): Series {
  const width = widthFor(clock.end);
  const length = Math.max(1, Math.floor(clock.end / width) + 1);
  const failed = new Float64Array(length);
  const completed = new Float64Array(length);
  for (const id of ids) {
    const slot = Math.min(length - 1, Math.max(0, Math.floor(clock.start(id) / width)));
    if (isFailed(attemptOf(c.words, id))) failed[slot]! += 1;
    else completed[slot]! += 1;
  }
  return { width, failed, completed };
}

/** Failed attempts within the phases, without those of clients that meant it. */
function attackOf(
  c: Connections,
  clock: Clock,
  ids: Int32Array,
  clients: Clients | null,
  from: number,
  to: number,
): Int32Array {
  const meant = clients?.ids ?? new Set<string>();
  return ids.filter((id) => {
    if (!isFailed(attemptOf(c.words, id))) return false;
    const at = clock.start(id);
    return at >= from && at <= to && (meant.size === 0 || !meant.has(String(id)));
  });
}

function latest(clock: Clock, ids: Int32Array): number {
  let end = 0;
  for (const id of ids) end = Math.max(end, clock.start(id));
  return end;
}

/** Sources of failed attempts that completed others; ends early, since one in ten decides. */
function completersOf(c: Connections, attack: Int32Array, { addresses }: Clients): number {
  if (addresses.size === 0) return 0;
  const found = new Set<string>();
  for (const id of attack) {
    const key = String(c.word(id, Word.addressA));
    if (addresses.has(key)) found.add(key);
  }
  return found.size;
}

/** Numbers are in order: a search tells. */
function memberOf(ids: Int32Array): (id: number) => boolean {
  return (id) => {
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return ids[low] === id;
  };
}

/** Handshakes a second in the fullest second, or interval where those are longer. */
function peakOf({ failed, width }: Series, first: number, last: number): number {
  const span = Math.max(1, Math.round(1 / width));
  let sum = 0;
  let most = 0;
  for (let i = first; i <= last; i++) {
    sum += failed[i]! - (i - span >= first ? failed[i - span]! : 0);
    most = Math.max(most, sum);
  }
  return most / (Math.min(span, last - first + 1) * width);
}

function portsOf(c: Connections, ids: Int32Array): number {
  const seen = new Uint8Array(65_536);
  let ports = 0;
  const w = c.words;
  for (const id of ids) {
    const port = w[id * WORDS + Word.ports]! & 0xffff;
    if (seen[port] === 0) ports++;
    seen[port] = 1;
  }
  return ports;
}

const completedOf = ({ completed }: Series): number => completed.reduce((sum, n) => sum + n, 0);
const toolSyns = ({ clusters }: Shapes): number =>
  clusters.reduce((sum, { tool, syns }) => sum + (tool === null ? 0 : syns), 0);
